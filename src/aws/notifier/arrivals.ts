import { createHash } from "node:crypto";

import { mapConcurrently } from "../../core/concurrency.ts";
import { all, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { listText, onInput } from "../../runs/on.ts";
import type { RunInput } from "../../runs/model.ts";
import { globOf } from "../../schedule/globs.ts";
import {
  arrivalRun,
  closesAt,
  mostObjects,
  type OnRule,
  s3Source,
  windowRun,
} from "../../schedule/on.ts";
import {
  type ArrivedObject,
  closeWindow,
  finishWindow,
  isTaken,
  lastWindow,
  noteArrived,
  openArrivals,
  readArrived,
  takeArrived,
  type WindowDocument,
} from "../bucket/arrived.ts";
import type { BucketStore } from "../bucket/store.ts";
import { readTriggers } from "../bucket/triggers.ts";

/** What a deployed project waits for. */
export interface Awaiting {
  readonly on: OnRule;
  /** Why it isn't started; undefined where it is. */
  readonly disabled: string | undefined;
}

/** What starting runs for objects needs of the world. */
export interface ArrivalPort {
  readonly store: BucketStore;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Undefined where it isn't deployed, or waits for nothing any more. */
  awaiting(project: string): Promise<Result<Awaiting | undefined, PlatformError>>;
  /** Where the list of a run's objects is, when it is long. */
  listUri(project: string, run: string): string;
  putList(project: string, run: string, text: string): Promise<Result<void, PlatformError>>;
  /**
   * Starts a run of this name with this input. A run of the name that there is, or was, is as good.
   */
  start(project: string, run: string, input: RunInput): Promise<Result<void, PlatformError>>;
}

/**
 * An object was created:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export interface ObjectEvent {
  readonly bucket: string;
  readonly key: string;
  /** Orders the versions of one key; with it the same event is known again. */
  readonly sequencer: string;
  readonly at: number;
}

/**
 * Writes down for each project that an object has arrived, and starts those that wait for no
 * others. It may be done again at any time, by several at once, and may end anywhere: what has been
 * written down is started by the next look, once.
 *
 * @returns a line for each project
 */
export async function takeObject(
  port: ArrivalPort,
  event: ObjectEvent,
): Promise<Result<readonly string[], PlatformError>> {
  const notes = await readTriggers(port.store, event.bucket);
  if (!notes.ok) return notes;
  const meant = notes.value.filter(({ sources }) =>
    sources.some((source) => isMeant(source, event)),
  );
  const debounced = new Set(meant.filter((note) => note.debounced).map(({ project }) => project));
  const object = objectOf(event);
  const projects = meant.map(({ project }) => project);
  return eachProject(projects, async (project) => {
    const noted = await noteArrived(port.store, project, object);
    // One with a debounce is for the look: a window closes when nothing comes.
    if (!noted.ok || debounced.has(project)) return noted.ok ? ok([]) : noted;
    const awaiting = await port.awaiting(project);
    if (!awaiting.ok) return awaiting;
    if (awaiting.value?.on.debounceSeconds !== undefined) return ok([]);
    return takeOne(port, project, awaiting.value, object.arrival);
  });
}

/** Starts what is due of all that has arrived; a line for each run. */
export async function lookAtArrivals(
  port: ArrivalPort,
): Promise<Result<readonly string[], PlatformError>> {
  const open = await openArrivals(port.store);
  if (!open.ok) return open;
  const byProject = Map.groupBy(open.value, ({ project }) => project);
  return eachProject([...byProject.keys()], async (project) => {
    const awaiting = await port.awaiting(project);
    if (!awaiting.ok) return awaiting;
    const on = awaiting.value?.on;
    if (on?.debounceSeconds !== undefined && awaiting.value?.disabled === undefined) {
      return closeWindows(port, project, { ...on, debounceSeconds: on.debounceSeconds });
    }
    const arrivals = byProject.get(project) ?? [];
    return eachProject(
      arrivals.map(({ arrival }) => arrival),
      (arrival) => takeOne(port, project, awaiting.value, arrival),
    );
  });
}

/** Does the same for each; one that fails keeps no other from it. */
async function eachProject(
  names: readonly string[],
  work: (name: string) => Promise<Result<readonly string[], PlatformError>>,
): Promise<Result<readonly string[], PlatformError>> {
  const done = await mapConcurrently(names, 8, work);
  const failure = done.find((one) => !one.ok);
  return failure ?? ok(done.flatMap((one) => (one.ok ? one.value : [])));
}

/** Starts the run of one object, or passes it over where it starts nothing. */
async function takeOne(
  port: ArrivalPort,
  project: string,
  awaiting: Awaiting | undefined,
  arrival: string,
): Promise<Result<readonly string[], PlatformError>> {
  const { store } = port;
  const found = await readArrived(store, project, arrival);
  if (!found.ok || found.value === undefined) return found.ok ? ok([]) : found;
  const object = found.value;
  // Asked after it was read: what is written down anew after it was taken has its mark before.
  const taken = await isTaken(store, project, arrival);
  if (!taken.ok) return taken;
  if (taken.value) return withLine(await takeArrived(store, project, arrival), undefined);
  const why = passedOver(awaiting, object);
  if (why !== undefined) {
    const line = `${project}: ${object.uri} starts nothing: ${why}`;
    return withLine(await takeArrived(store, project, arrival), line);
  }
  const run = arrivalRun(project, arrival);
  const started = await startFor(port, project, run, [object]);
  if (!started.ok) return started;
  return withLine(
    await takeArrived(store, project, arrival),
    `${project}: ${object.uri} started ${run}`,
  );
}

function passedOver(awaiting: Awaiting | undefined, object: ArrivedObject): string | undefined {
  if (awaiting === undefined) return "the project doesn't wait for it any more";
  if (awaiting.disabled !== undefined) return awaiting.disabled;
  return isOfSource(awaiting.on.source, object) ? undefined : "another pattern is deployed";
}

/**
 * Closes windows that are over, one after the other: the number of each is given once, and the next
 * one is closed by who has seen that all objects of it are marked. So an object that is listed and
 * has no mark is in no window, unless the next number is given to somebody else.
 */
async function closeWindows(
  port: ArrivalPort,
  project: string,
  on: OnRule & { readonly debounceSeconds: number },
): Promise<Result<readonly string[], PlatformError>> {
  const { store } = port;
  const lines: string[] = [];
  for (;;) {
    const last = await lastWindow(store, project);
    if (!last.ok) return last;
    if (last.value?.done === false) {
      const finished = await finish(port, project, last.value);
      if (!finished.ok) return finished;
      lines.push(finished.value);
    }
    const open = await openArrivals(store, project);
    if (!open.ok) return open;
    const [first] = open.value;
    const newest = open.value.at(-1);
    if (first === undefined || newest === undefined) return ok(lines);
    const closes = closesAt({ firstAt: first.notedAt, lastAt: newest.notedAt }, on.debounceSeconds);
    if (port.now() < closes) return ok(lines);
    const chosen = open.value.slice(0, mostObjects).map(({ arrival }) => arrival);
    const objects = await stillOpen(port, project, on, chosen);
    if (!objects.ok) return objects;
    if (objects.value.length === 0) continue;
    const number = (last.value?.number ?? 0) + 1;
    const window = { number, objects: objects.value, done: false };
    const closed = await closeWindow(store, project, window);
    if (!closed.ok) return closed;
  }
}

/** Those of these that are in no window; the others don't wait any more. */
async function stillOpen(
  { store }: ArrivalPort,
  project: string,
  on: OnRule,
  arrivals: readonly string[],
): Promise<Result<readonly ArrivedObject[], PlatformError>> {
  const found = all(
    await mapConcurrently(arrivals, 32, async (arrival) => {
      const object = await readArrived(store, project, arrival);
      if (!object.ok || object.value === undefined) return object;
      const taken = await isTaken(store, project, arrival);
      if (!taken.ok) return taken;
      if (!taken.value && isOfSource(on.source, object.value)) return object;
      const dropped = await takeArrived(store, project, arrival);
      return dropped.ok ? ok(undefined) : dropped;
    }),
  );
  return found.ok ? ok(found.value.flatMap((object) => object ?? [])) : found;
}

/** Does what is left to do for a window. Again, it is the same. */
async function finish(
  port: ArrivalPort,
  project: string,
  window: WindowDocument,
): Promise<Result<string, PlatformError>> {
  const run = windowRun(project, window.number);
  const started = await startFor(port, project, run, window.objects);
  if (!started.ok) return started;
  const taken = all(
    await mapConcurrently(window.objects, 32, ({ arrival }) =>
      takeArrived(port.store, project, arrival),
    ),
  );
  if (!taken.ok) return taken;
  const finished = await finishWindow(port.store, project, window);
  return finished.ok ? ok(`${project}: ${window.objects.length} objects started ${run}`) : finished;
}

async function startFor(
  port: ArrivalPort,
  project: string,
  run: string,
  objects: readonly ArrivedObject[],
): Promise<Result<void, PlatformError>> {
  const ordered = objects.toSorted((a, b) => a.at - b.at || (a.uri < b.uri ? -1 : 1));
  const arrived = {
    uris: [...new Set(ordered.map(({ uri }) => uri))],
    time: Math.max(...ordered.map(({ at }) => at)),
  };
  const text = listText(arrived);
  const listed = text === undefined ? ok(undefined) : await port.putList(project, run, text);
  if (!listed.ok) return listed;
  return port.start(project, run, onInput(arrived, port.listUri(project, run)));
}

function withLine(
  done: Result<void, PlatformError>,
  line: string | undefined,
): Result<readonly string[], PlatformError> {
  return done.ok ? ok(line === undefined ? [] : [line]) : done;
}

function objectOf({ bucket, key, sequencer, at }: ObjectEvent): ArrivedObject {
  const arrival = createHash("sha256")
    .update(JSON.stringify([bucket, key, sequencer]))
    .digest("hex");
  return { arrival: arrival.slice(0, 40), uri: `s3://${bucket}/${key}`, at };
}

function isMeant(source: string, { bucket, key }: Pick<ObjectEvent, "bucket" | "key">): boolean {
  const wanted = s3Source(source);
  return wanted?.bucket === bucket && globOf(wanted.pattern).matches(key);
}

function isOfSource(source: string, { uri }: ArrivedObject): boolean {
  const object = s3Source(uri);
  return object !== undefined && isMeant(source, { bucket: object.bucket, key: object.pattern });
}
