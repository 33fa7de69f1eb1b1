import type { Json } from "../../core/json.ts";
import { StateFailure } from "../failure.ts";
import type { ParallelState } from "../machine.ts";
import { chain, type Maybe } from "../maybe.ts";
import { abortMembers } from "./abort.ts";
import { completeWith, effectiveInput, enterState, failState, schedule } from "./flow.ts";
import type { Group, Thread } from "./model.ts";
import { record, recordAside } from "./record.ts";
import { makeThread } from "./thread.ts";

export function runParallel(thread: Thread, state: ParallelState): Maybe<void> {
  const input =
    state.language === "JSONata"
      ? state.arguments === undefined
        ? thread.input
        : state.arguments(thread.input, thread)
      : effectiveInput(thread, state.parameters);
  return chain(input, (value) => {
    if (value instanceof StateFailure) return failState(thread, value);
    start(thread, state, value);
    return undefined;
  });
}

function start(thread: Thread, state: ParallelState, input: Json): void {
  const started = record(thread, "ParallelStateStarted", {});
  const outputs: Json[] = state.branches.map(() => null);
  const group: Group = {
    owner: thread,
    members: new Set(),
    onDone: (member, output) => {
      group.members.delete(member);
      outputs[member.index] = output;
      thread.last = member.last;
      if (group.members.size > 0) return undefined;
      thread.group = undefined;
      recordAside(thread, "ParallelStateSucceeded", {});
      return completeWith(thread, state, outputs);
    },
    onFailed: (member, failure) => {
      group.members.delete(member);
      group.abort(true);
      thread.group = undefined;
      thread.last = member.last;
      return failState(thread, failure);
    },
    abort: (recorded) => abortMembers(group, recorded),
  };
  thread.group = group;
  for (const [index, branch] of state.branches.entries()) {
    const member = makeThread({
      engine: thread.engine,
      machine: branch,
      parent: group,
      index,
      chapter: thread.chapter,
      item: thread.item,
      input,
      outer: thread.variables,
      last: started,
    });
    group.members.add(member);
    schedule(member, enterState);
  }
}
