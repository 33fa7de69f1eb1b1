import { CHILD, type HistoryEvent } from "../core/history.ts";

/**
 * Whether a run was ended by a Fail state, as a compiled pipeline is when a step fails for good. A
 * redrive continues with the state that failed, so it would enter that Fail again and no step:
 * https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
 */
export function endedInFail(history: readonly HistoryEvent[]): boolean {
  const end = history.findLast(({ details }) => details[CHILD] === undefined);
  if (end?.type !== "ExecutionFailed") return false;
  let event = byId(history, end.previousEventId);
  // What was around the Fail fails with it.
  while (event !== undefined && /^(Parallel|Map).*Failed$/.test(event.type)) {
    // Its items' executions are continued likewise, and each of them ended in a Fail.
    if (event.type === "MapRunFailed") return true;
    event = byId(history, event.previousEventId);
  }
  return event?.type === "FailStateEntered";
}

function byId(history: readonly HistoryEvent[], id: number): HistoryEvent | undefined {
  const at = history[id - 1];
  return at?.id === id ? at : history.find((event) => event.id === id);
}
