import { ok, type Result } from "../../core/result.ts";
import type { Change } from "../../platform/plan.ts";
import type { PlatformError } from "../../platform/port.ts";
import { noteOf, openData, settleData } from "./data-rules.ts";
import type { ProjectInput } from "./project-input.ts";
import type { Session } from "./session.ts";
import type { Steps } from "./steps.ts";

interface Deploying {
  readonly session: Session;
  readonly steps: Steps;
}

/**
 * Makes the rules for what a project waits for: before the commit mark what it needs, and after it
 * no more than that.
 */
export async function deployRules(
  { session, steps }: Deploying,
  { data, release }: ProjectInput,
  changes: readonly Change[],
  when: "before" | "after",
): Promise<Result<void, PlatformError>> {
  if (data === undefined) return ok(undefined);
  const note = noteOf(release);
  if (when === "before" && note === undefined) return ok(undefined);
  const work = (): Promise<Result<void, PlatformError>> =>
    when === "before" && note !== undefined
      ? openData(session, note)
      : settleData(session, release.project, note);
  const first = changes.find(
    ({ kind, action }) =>
      kind === "rule" && action !== "unchanged" && (action === "remove") === (when === "after"),
  );
  if (first === undefined) return work();
  return steps.step(first, first.action, work);
}
