import type { HistoryEvent } from "../../../src/core/history.ts";
import type { Json, JsonObject } from "../../../src/core/json.ts";
import { openExecution } from "../../../src/states/interpreter.ts";
import type { Execution, Outcome } from "../../../src/states/types.ts";

/** An execution, as the endpoint keeps it. */
export interface Running {
  readonly arn: string;
  readonly name: string;
  readonly machine: string;
  readonly definition: JsonObject;
  readonly input: string;
  readonly startedAt: number;
  readonly events: HistoryEvent[];
  readonly attempts: Map<string, number>;
  execution: Execution;
  outcome: Outcome | undefined;
  stoppedAt: number | undefined;
  redrives: { readonly at: number; readonly token: string | undefined }[];
  /**
   * A redriven execution's own events, as the second interpreter numbers them, by the ids that AWS
   * gives.
   */
  renumber: Map<number, number> | undefined;
}

/** Its row in a list. */
export function rowOf({ arn, machine, name, outcome, startedAt, stoppedAt, redrives }: Running) {
  const redriven = redrives.at(-1);
  return {
    executionArn: arn,
    stateMachineArn: machine,
    name,
    status: outcome?.status ?? "RUNNING",
    startDate: startedAt / 1000,
    ...(stoppedAt === undefined ? {} : { stopDate: stoppedAt / 1000 }),
    redriveCount: redrives.length,
    ...(redriven === undefined ? {} : { redriveDate: redriven.at / 1000 }),
  };
}

/** Opens what drives it. */
export function opened(
  arn: string,
  name: string,
  machine: string,
  definition: JsonObject,
  input: Json,
): Execution {
  const execution = openExecution(definition, {
    id: arn,
    name,
    roleArn: "arn:aws:iam::123456789012:role/states",
    stateMachineId: machine,
    stateMachineName: machine.split(":").at(-1) ?? "",
    input,
  });
  if (!execution.ok) throw new Error(JSON.stringify(execution.error));
  return execution.value;
}

/** Writes down an event, as AWS numbers it: of a redriven execution after those of before. */
export function record({ events, renumber }: Running, event: HistoryEvent): void {
  if (renumber === undefined) {
    events.push(event);
    return;
  }
  // What comes before the first try of the state that had failed isn't repeated.
  if (renumber.size === 0 && event.type !== "TaskScheduled" && !event.type.startsWith("Execution"))
    return;
  if (event.type === "ExecutionStarted") return;
  const id = events.length + 1;
  renumber.set(event.id, id);
  events.push({ ...event, id, previousEventId: renumber.get(event.previousEventId) ?? id - 1 });
}

export function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
