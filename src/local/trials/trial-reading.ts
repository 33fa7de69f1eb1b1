import { NO_FIGURES } from "../../runs/task-facts.ts";
import type { TaskReading } from "../../runs/task-reading.ts";
import { endedBy } from "../engine/task-result.ts";
import type { AttemptResult } from "../executors/port.ts";

/** Of a trial that was stopped before its command began. */
export const neverRan: TaskReading = {
  exitCode: 143,
  reason: "",
  stopCode: "",
  stoppedReason: "",
  id: undefined,
  lastedMs: undefined,
  figures: NO_FIGURES,
};

/**
 * How a trial ended, as a run's task document would say it.
 *
 * @param memoryGb what it may use, in GiB
 */
export function trialReading(
  result: Extract<AttemptResult, { readonly kind: "exited" }>,
  memoryGb: number,
): TaskReading {
  const { exitCode, outOfMemory, startedAt, endedAt, peakMemoryBytes } = result;
  return {
    ...neverRan,
    exitCode,
    reason: outOfMemory ? "OutOfMemoryError" : "",
    lastedMs: endedAt - startedAt,
    figures: {
      peakMemoryBytes,
      memoryLimitBytes: memoryGb * 1024 ** 3,
      timeLimitSeconds: undefined,
      endedBy: endedBy(result),
    },
  };
}
