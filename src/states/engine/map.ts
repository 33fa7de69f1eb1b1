import type { Json } from "../../core/json.ts";
import { placed, StateFailure } from "../failure.ts";
import type { MapState } from "../machine.ts";
import { chain, type Maybe } from "../maybe.ts";
import { abortMembers } from "./abort.ts";
import { completeWith, effectiveInput, enterState, failState, schedule } from "./flow.ts";
import { selected } from "./items.ts";
import { runDistributed } from "./maprun.ts";
import type { Group, MapItem, Thread } from "./model.ts";
import { beginMap, concurrencyOf } from "./numbers.ts";
import { record, recordAfter, recordAside } from "./record.ts";
import { makeThread } from "./thread.ts";

/** Iterations of an inline Map that AWS runs side by side at most. */
const inlineConcurrency = 40;

export function runMap(thread: Thread, state: MapState): Maybe<void> {
  return chain(effectiveInput(thread, undefined), (input) => {
    if (input instanceof StateFailure) return failState(thread, input);
    if (state.distributed) return runDistributed(thread, state, input);
    return chain(state.items(input, thread), (items) => {
      if (items instanceof StateFailure) return failState(thread, items);
      const list = items as readonly Json[];
      return chain(concurrencyOf(thread, state, input), (concurrency) => {
        if (concurrency instanceof StateFailure) return failState(thread, concurrency);
        return chain(beginMap(thread, state, input, list.length), (tolerance) =>
          tolerance instanceof StateFailure
            ? failState(thread, tolerance)
            : runInline(thread, state, input, list, concurrency),
        );
      });
    });
  });
}

function runInline(
  thread: Thread,
  state: MapState,
  input: Json,
  items: readonly Json[],
  concurrency: number,
): Maybe<void> {
  const { engine } = thread;
  const started = thread.last;
  const limit = concurrency > 0 ? Math.min(concurrency, inlineConcurrency) : inlineConcurrency;
  const outputs: Json[] = [];
  let begun = 0;
  let succeeded = 0;

  const group: Group = {
    owner: thread,
    members: new Set(),
    onDone: (member, output) => {
      group.members.delete(member);
      outputs[member.index] = output;
      succeeded += 1;
      const name = state.name;
      thread.last = record(member, "MapIterationSucceeded", { name, index: member.index });
      if (succeeded < items.length) {
        fill();
        return undefined;
      }
      thread.group = undefined;
      recordAside(thread, "MapStateSucceeded", {});
      return completeWith(thread, state, outputs);
    },
    onFailed: (member, failure) => {
      group.members.delete(member);
      const name = state.name;
      recordAside(member, "MapIterationFailed", { name, index: member.index });
      thread.last = member.last;
      group.abort(true);
      thread.group = undefined;
      return failState(thread, failure);
    },
    abort: (recorded) => {
      const members = [...group.members];
      abortMembers(group, recorded);
      for (const member of recorded ? members : []) {
        record(member, "MapIterationAborted", { name: state.name, index: member.index });
      }
    },
  };

  const begin = (index: number): void => {
    const value = items[index] ?? null;
    const item: MapItem = { index, value };
    const last = recordAfter(engine, thread.chapter, started, "MapIterationStarted", {
      name: state.name,
      index,
    });
    const member = makeThread({
      engine,
      machine: state.processor,
      parent: group,
      index,
      chapter: thread.chapter,
      item,
      input: value,
      outer: thread.variables,
      last,
    });
    group.members.add(member);
    schedule(
      member,
      state.itemSelector === undefined
        ? enterState
        : () =>
            chain(selected(thread, state, input, item), (made) => {
              if (made instanceof StateFailure) return failIteration(thread, member, made);
              member.input = made;
              return enterState(member);
            }),
    );
  };

  const fill = (): void => {
    while (begun < items.length && group.members.size < limit) {
      begin(begun);
      begun += 1;
    }
  };

  if (items.length === 0) {
    recordAside(thread, "MapStateSucceeded", {});
    return completeWith(thread, state, outputs);
  }
  thread.group = group;
  fill();
  return undefined;
}

/** An iteration whose input can't be made fails in the name of the Map state. */
function failIteration(owner: Thread, member: Thread, failed: StateFailure): Maybe<void> {
  if (failed.fatal) return failState(owner, failed);
  const failure = placed(failed, owner.state.name, owner.enteredNumber);
  if (failed.unplaced && failed.location !== undefined) {
    record(member, "EvaluationFailed", {
      error: failure.error ?? "",
      cause: failure.cause ?? "",
      location: failed.location,
      state: owner.state.name,
    });
  }
  member.dead = true;
  return member.parent?.onFailed(member, failure);
}
