import type { Json, JsonObject } from "../../core/json.ts";
import { StateFailure } from "../failure.ts";
import type { MapState } from "../machine.ts";
import { chain, type Maybe } from "../maybe.ts";
import { abortMembers } from "./abort.ts";
import { batched, type Batch } from "./batches.ts";
import { errorDetails } from "./errors.ts";
import { completeWith, enterState, failState, schedule } from "./flow.ts";
import type { Chapter, ChildEnd, Group, Thread } from "./model.ts";
import { beginMap, concurrencyOf, type Tolerance } from "./numbers.ts";
import { uuidOf } from "./random.ts";
import { itemsOf, selected } from "./items.ts";
import { record, recordAside } from "./record.ts";
import { writtenResults, type ChildResult } from "./results.ts";
import { makeThread } from "./thread.ts";

/** Child executions of a Map run that AWS runs side by side at most. */
const childConcurrency = 10_000;

/**
 * Runs a Map state in distributed mode: each item, or batch of items, in a separate execution with
 * its own history.
 */
export function runDistributed(thread: Thread, state: MapState, input: Json): Maybe<void> {
  return chain(concurrencyOf(thread, state, input), (concurrency) => {
    if (concurrency instanceof StateFailure) return failState(thread, concurrency);
    return chain(itemsOf(thread, state, input), (items) => {
      if (items instanceof StateFailure) return failItems(thread, state, items);
      return chain(beginMap(thread, state, input, items.length), (tolerance) =>
        tolerance instanceof StateFailure
          ? failState(thread, tolerance)
          : begin(thread, state, input, items, { concurrency, tolerance }),
      );
    });
  });
}

/** There are no items. Those that are read, are by the Map run, so it is the run that fails. */
function failItems(thread: Thread, state: MapState, failure: StateFailure): Maybe<void> {
  if (state.reader !== undefined && failure.location === undefined && !failure.fatal) {
    record(thread, "MapStateStarted", { length: 0 });
    record(thread, "MapRunStarted", { mapRunArn: runArn(thread, state) });
    record(thread, "MapRunFailed", errorDetails(failure));
  }
  return failState(thread, failure);
}

interface Limits {
  /** 0 for none. */
  readonly concurrency: number;
  readonly tolerance: Tolerance;
}

function begin(
  thread: Thread,
  state: MapState,
  input: Json,
  items: readonly Json[],
  limits: Limits,
): Maybe<void> {
  const mapRunArn = runArn(thread, state);
  const run = record(thread, "MapRunStarted", { mapRunArn });
  return chain(selectedItems(thread, state, input, items), (inputs) => {
    if (inputs instanceof StateFailure) return failRun(thread, inputs);
    return chain(batched(thread, state, input, inputs), (batches) =>
      batches instanceof StateFailure
        ? failRun(thread, batches)
        : runChildren(thread, state, input, batches, items, limits, { id: run, arn: mapRunArn }),
    );
  });
}

function failRun(thread: Thread, failure: StateFailure): Maybe<void> {
  if (!failure.fatal) recordAside(thread, "MapRunFailed", errorDetails(failure));
  return failState(thread, failure);
}

/** The items as `ItemSelector` makes them, one after the other. */
async function selectLater(
  thread: Thread,
  state: MapState,
  input: Json,
  items: readonly Json[],
): Promise<readonly Json[] | StateFailure> {
  const values: Json[] = [];
  for (const [index, value] of items.entries()) {
    const made = selected(thread, state, input, { index, value });
    const item = made instanceof Promise ? await made : made;
    if (item instanceof StateFailure) return item;
    values.push(item);
  }
  return values;
}

function selectedItems(
  thread: Thread,
  state: MapState,
  input: Json,
  items: readonly Json[],
): Maybe<readonly Json[] | StateFailure> {
  return state.itemSelector === undefined ? items : selectLater(thread, state, input, items);
}

/** `arn:aws:states:REGION:ACCOUNT:mapRun:MACHINE/LABEL:UUID` */
function runArn(thread: Thread, state: MapState): string {
  const { identity } = thread.engine;
  const account = identity.id.split(":")[4] ?? "";
  const label = state.label ?? thread.uuid();
  const run = thread.uuid();
  return `arn:aws:states:${thread.engine.region}:${account}:mapRun:${identity.stateMachineName}/${label}:${run}`;
}

function runChildren(
  thread: Thread,
  state: MapState,
  input: Json,
  batches: readonly Batch[],
  items: readonly Json[],
  limits: Limits,
  run: { readonly id: number; readonly arn: string },
): Maybe<void> {
  const results: (ChildResult | undefined)[] = batches.map(() => undefined);
  const allowed = limits.concurrency > 0 ? limits.concurrency : childConcurrency;
  let begun = 0;
  let ended = 0;
  let failedItems = 0;

  const group: Group = {
    owner: thread,
    members: new Set(),
    onDone: () => undefined,
    onFailed: () => undefined,
    abort: (recorded) => {
      abortMembers(group, false);
      if (recorded) recordAside(thread, "MapRunAborted", {});
    },
  };

  const succeed = (): Maybe<void> => {
    thread.group = undefined;
    const written = writtenResults(thread, state, input, results, run.arn);
    return chain(written, (output) =>
      output instanceof StateFailure ? failRun(thread, output) : succeedWith(output),
    );
  };

  const succeedWith = (written: Json): Maybe<void> => {
    recordAside(thread, "MapRunSucceeded", {});
    recordAside(thread, "MapStateSucceeded", {});
    return completeWith(thread, state, written);
  };

  const onChild = (child: Thread, end: ChildEnd): Maybe<void> => {
    group.members.delete(child);
    child.dead = true;
    ended += 1;
    const batch = batches[child.index];
    if (end.ok) {
      const { output } = end;
      results[child.index] = { chapter: child.chapter, output, endedAt: thread.engine.now };
    }
    if (!end.ok) failedItems += batch?.count ?? 1;
    if (!end.ok && exceeds(limits.tolerance, failedItems, items.length)) {
      abortMembers(group, false);
      thread.group = undefined;
      const failure = new StateFailure({
        error: "States.ExceedToleratedFailureThreshold",
        cause: "The specified tolerated failure threshold was exceeded",
      });
      record(thread, "MapRunFailed", errorDetails(failure));
      return failState(thread, failure);
    }
    if (ended === batches.length) return succeed();
    fill();
    return undefined;
  };

  const fill = (): void => {
    while (begun < batches.length && group.members.size < allowed) {
      const batch = batches[begun] as Batch;
      group.members.add(startChild(thread, state, begun, batch, run, onChild));
      begun += 1;
    }
  };

  if (batches.length === 0) return succeed();
  thread.group = group;
  fill();
  return undefined;
}

function exceeds({ count, percentage }: Tolerance, failed: number, total: number): boolean {
  if (count === undefined && percentage === undefined) return failed > 0;
  if (count !== undefined && failed > count) return true;
  return percentage !== undefined && (failed / total) * 100 > percentage;
}

function startChild(
  owner: Thread,
  state: MapState,
  index: number,
  batch: Batch,
  run: { readonly id: number; readonly arn: string },
  onEnd: (child: Thread, end: ChildEnd) => Maybe<void>,
): Thread {
  const { engine } = owner;
  const name = uuidOf(`${engine.seed}:${run.id}:child:${index}`);
  const chapter: Chapter = {
    child: `${run.id}:${index}`,
    count: 0,
    executionId: `${run.arn.replace(":mapRun:", ":execution:").replace(/:[^:]*$/, "")}:${name}`,
    executionName: name,
    input: batch.input,
    startedAt: engine.now,
    root: undefined,
  };
  const child: Thread = makeThread({
    engine,
    machine: state.processor,
    parent: undefined,
    index,
    chapter,
    item: batch.item,
    input: batch.input,
    outer: undefined,
    last: 0,
    ended: (end) => onEnd(child, end),
  });
  chapter.root = child;
  const details: JsonObject = { input: batch.input, roleArn: engine.identity.roleArn };
  schedule(child, () => {
    record(child, "ExecutionStarted", details);
    child.last = 0;
    return enterState(child);
  });
  return child;
}
