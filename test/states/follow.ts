import type { HistoryEvent } from "../../src/core/history.ts";
import type { Json, JsonObject } from "../../src/core/json.ts";
import { openExecution } from "../../src/states/interpreter.ts";
import type {
  Execution,
  ExecutionIdentity,
  InterpreterOptions,
  Signal,
  Turn,
} from "../../src/states/types.ts";

/** An identity with nothing special about it. */
export function identityWith(input: Json): ExecutionIdentity {
  return {
    id: "arn:aws:states:us-east-1:111111111111:execution:machine:run",
    name: "run",
    roleArn: "arn:aws:iam::111111111111:role/states",
    stateMachineId: "arn:aws:states:us-east-1:111111111111:stateMachine:machine",
    stateMachineName: "machine",
    input,
  };
}

/** An execution and the history that its turns have led to so far. */
export interface Followed {
  readonly execution: Execution;
  readonly history: HistoryEvent[];
  deliver(signal: Signal, at: number): Promise<Turn>;
}

/** Opens a definition that must be valid, and keeps its history. */
export function follow(
  definition: JsonObject,
  input: Json = {},
  options: InterpreterOptions = {},
): Followed {
  const opened = openExecution(definition, identityWith(input), options);
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const execution = opened.value;
  const history: HistoryEvent[] = [];
  return {
    execution,
    history,
    deliver: async (signal, at) => {
      const turn = await execution.deliver(signal, at);
      history.push(...turn.events);
      return turn;
    },
  };
}

/** `TaskFailed 7<6`: an event's type, id and what it follows. */
export function brief(events: readonly HistoryEvent[]): string[] {
  return events.map((event) => `${event.type} ${event.id}<${event.previousEventId}`);
}
