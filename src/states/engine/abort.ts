import type { HistoryEventType } from "../../core/history.ts";
import type { Group, Thread } from "./model.ts";
import { record } from "./record.ts";
import { giveUp } from "./task.ts";
import { clearTimer } from "./timers.ts";

/** Events with which states that were under way are recorded as given up, by kind of state. */
const abortedEvents: Readonly<Record<string, HistoryEventType>> = {
  task: "TaskStateAborted",
  wait: "WaitStateAborted",
  parallel: "ParallelStateAborted",
  map: "MapStateAborted",
};

/**
 * Ends a thread and all within it: no further step, no timer, its attempt to be stopped.
 *
 * @param recorded whether its history is to say so
 */
export function abortThread(thread: Thread, recorded: boolean): void {
  if (thread.dead) return;
  thread.dead = true;
  clearTimer(thread.timer);
  thread.timer = undefined;
  thread.group?.abort(recorded);
  if (thread.attempt !== undefined) giveUp(thread.attempt, "aborted");
  const type = abortedEvents[thread.state.kind];
  // A thread that has taken no step has nothing to record.
  if (recorded && type !== undefined && thread.enteredEvent > 0) {
    record(thread, type, { name: thread.state.name });
  }
}

/** Ends every member of a group that is still going. */
export function abortMembers(group: Group, recorded: boolean): void {
  for (const member of group.members) abortThread(member, recorded);
  group.members.clear();
}
