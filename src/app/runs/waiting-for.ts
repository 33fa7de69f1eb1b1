import type { Clock } from "../../core/clock.ts";
import type { RunId } from "../../core/ids.ts";
import { diagnoseWait } from "../../runs/capacity.ts";
import type { Diagnosis, RunView } from "../../runs/model.ts";
import type { Platform } from "../../platform/port.ts";

/**
 * How long nothing has to happen before it is asked whether the run waits for an instance, and
 * between two such questions. Milliseconds.
 */
const askAfterMs = 60_000;

/**
 * Looks now and then whether a run that doesn't get on waits for an instance; reports each reason
 * once.
 */
export function waitingFor(
  clock: Clock,
  { capacity }: Pick<Platform, "capacity">,
  id: RunId,
): { readonly look: (view: RunView) => Promise<Diagnosis | undefined> } {
  let askedAt = clock.now();
  let reported: string | undefined;
  return {
    async look(view) {
      const now = clock.now();
      if (capacity === undefined || view.status !== "RUNNING" || now - askedAt < askAfterMs) {
        return undefined;
      }
      askedAt = now;
      // Who may not ask follows all the same.
      const evidence = await capacity.evidence(id);
      if (!evidence.ok) return undefined;
      const waiting = diagnoseWait(view, evidence.value, now);
      const reason =
        waiting && `${waiting.step} ${waiting.help} ${evidence.value.launchFailures[0]}`;
      if (waiting === undefined || reason === reported) return undefined;
      reported = reason;
      return waiting;
    },
  };
}
