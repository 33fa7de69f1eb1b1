import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { ProjectPlan } from "../../platform/plan.ts";
import { settleData } from "./data-rules.ts";
import type { PreparedProject } from "./prepared.ts";
import type { Session } from "./session.ts";
import { removalOrder, type Stage } from "./stage.ts";
import { stages } from "./stages.ts";
import type { ProjectState } from "./state.ts";
import type { Steps } from "./steps.ts";

/**
 * Removes what a project has, from what starts things to what they run on. What runs is stopped
 * first: AWS deletes nothing under a running execution or task. Interrupted, it continues where it
 * was: each thing that is gone is passed by.
 */
export async function removeProject(
  session: Pick<Session, "images" | "context" | "store">,
  steps: Steps,
  { plan, names, state, heard }: Extract<PreparedProject, { kind: "remove" }>,
  resources: readonly Stage[] = stages,
): Promise<Result<void, PlatformError>> {
  const { images } = session;
  const hushed = heard === true ? await removeRules(session, steps, plan) : ok(undefined);
  if (!hushed.ok) return hushed;
  let left: ProjectState = state;
  for (const stage of removalOrder(resources)) {
    if (left[stage.key] === undefined) continue;
    const name = stage.name(names);
    const change = plan.changes.find(
      (change) => change.kind === stage.kind && change.name === name,
    );
    if (change?.action !== "remove") continue;
    const removed = await steps.step(change, "remove", async (work) => {
      const emptied = await stage.empty(work, left);
      return emptied.ok ? stage.remove(work, left) : emptied;
    });
    if (!removed.ok) return removed;
    left = removed.value;
  }
  const change = plan.changes.find(({ kind }) => kind === "images");
  const { cleanUp } = images;
  if (change === undefined || cleanUp === undefined) return ok(undefined);
  const cleaned = await steps.step(change, "remove", () =>
    cleanUp({ project: plan.project, names }, new Set(), false),
  );
  return cleaned.ok ? ok(undefined) : cleaned;
}

/** First what hears of objects for it: from then on none starts it. */
async function removeRules(
  session: Pick<Session, "context" | "store">,
  steps: Steps,
  { project, changes }: ProjectPlan,
): Promise<Result<void, PlatformError>> {
  const rule = changes.find(({ kind, action }) => kind === "rule" && action === "remove");
  if (rule === undefined) return settleData(session, project, undefined);
  return steps.step(rule, "remove", () => settleData(session, project, undefined));
}
