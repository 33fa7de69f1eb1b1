import { err, type Result } from "../../core/result.ts";
import type { Change } from "../../platform/plan.ts";
import type { ApplyEvent, PlatformError } from "../../platform/port.ts";
import type { AwsContext } from "../sdk/context.ts";
import type { Work } from "../resources/kind.ts";

/** One project's apply, as it goes. */
export interface Steps {
  readonly project: string;
  readonly signal: AbortSignal;
  /**
   * Does one step and reports it; an error gets the resource, and nothing is begun any more once
   * the signal is given.
   */
  step<Value>(
    change: Pick<Change, "kind" | "name">,
    text: string,
    work: (work: Work) => Promise<Result<Value, PlatformError>>,
  ): Promise<Result<Value, PlatformError>>;
  output(text: string): void;
}

export function stepsOf(
  context: AwsContext,
  project: string,
  signal: AbortSignal,
  listener: (event: ApplyEvent) => void,
): Steps {
  const { timing } = context;
  const output = (text: string) => {
    listener({ kind: "output", project, text });
  };
  const waiting = {
    timing,
    signal,
    onWait: (waitedMs: number, until: string) => {
      // Said once a wait, and again each minute: it may take many.
      if (waitedMs === 0 || waitedMs % 60_000 < 10_000) {
        output(`waiting until ${until} (${Math.round(waitedMs / 1000)} s)`);
      }
    },
  };
  return {
    project,
    signal,
    output,
    async step({ kind, name }, text, work) {
      const resource = `${kind} ${name}`;
      if (signal.aborted) return err(interrupted(resource, signal));
      const begin = timing.now();
      listener({ kind: "step-started", project, resource, text });
      const done = await work({ context, waiting });
      if (!done.ok) {
        return err({ ...done.error, resource: done.error.resource ?? resource });
      }
      const durationMs = timing.now() - begin;
      listener({ kind: "step-finished", project, resource, text, durationMs });
      return done;
    },
  };
}

function interrupted(resource: string, { reason }: AbortSignal): PlatformError {
  // Esteira's own reasons say what happened; an interruption by the user has none worth showing.
  const lost = reason instanceof Error && reason.name !== "AbortError" ? reason.message : undefined;
  return {
    reason: "interrupted",
    message:
      lost === undefined ? `interrupted before ${resource}` : `stopped before ${resource}: ${lost}`,
    help: "run it again: it continues from what exists",
    resource,
  };
}
