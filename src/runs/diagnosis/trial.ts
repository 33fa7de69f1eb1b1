import type { Diagnosis } from "../model.ts";
import type { TaskReading } from "../task-reading.ts";
import { COMMAND_RULES } from "./command-rules.ts";

/**
 * Says why a step failed that was tried by itself, where what it printed doesn't say so already.
 *
 * @param step its id
 * @param logTail the last lines that it printed, oldest first
 * @returns undefined where it succeeded, and where its own last lines are all there is to say
 */
export function diagnoseTrial(
  step: string,
  task: TaskReading,
  logTail: readonly string[],
): Diagnosis | undefined {
  if (task.exitCode === 0) return undefined;
  const evidence = {
    // Its limits are the task's.
    step: { id: step, memoryBytes: undefined, timeoutSeconds: undefined },
    attempt: { item: undefined },
    task,
    reasons: task.reason,
    log: logTail.filter((line) => line.trim() !== ""),
    place: "trial" as const,
  };
  for (const { code, recognize } of COMMAND_RULES) {
    if (code === "run/exit-code") continue;
    const finding = recognize(evidence);
    if (finding !== undefined) return { code, step, ...finding };
  }
  return undefined;
}
