import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { readDocument } from "./document.ts";
import { keys } from "./location.ts";
import { listAll, type BucketStore } from "./store.ts";

/** An object that has arrived, for a project that it may start. */
export interface ArrivedObject {
  /** Hexadecimal digits that name this version of it. */
  readonly arrival: string;
  readonly uri: string;
  /** When it arrived, by S3's event; milliseconds since the epoch. */
  readonly at: number;
}

/** One that is in no run yet, as a listing has it. */
export interface OpenArrival {
  readonly project: string;
  readonly arrival: string;
  /** When it was written down, by S3's clock; milliseconds since the epoch. */
  readonly notedAt: number;
}

/** What one run of several objects is for: decided once, and never changed. */
export interface WindowDocument {
  /** From 1. */
  readonly number: number;
  readonly objects: readonly ArrivedObject[];
  /** Its run was started, and each object has its mark. */
  readonly done: boolean;
}

type Stored<Content> = Content & { readonly schema: 1 };

/** Writes down that an object has arrived; the first to say so counts. */
export async function noteArrived(
  store: BucketStore,
  project: string,
  { arrival, uri, at }: ArrivedObject,
): Promise<Result<void, PlatformError>> {
  const text = JSON.stringify({ schema: 1, uri, at });
  const put = await store.put(keys.arrived(project, arrival), text, { kind: "absent" });
  return put.ok ? ok(undefined) : put;
}

/** Those in no run yet: of one project, or of all, in the order in which they were written down. */
export async function openArrivals(
  store: BucketStore,
  project?: string,
): Promise<Result<readonly OpenArrival[], PlatformError>> {
  const listed = await listAll(
    store,
    project === undefined ? keys.allArrived : keys.arrivedOf(project),
  );
  if (!listed.ok) return listed;
  return ok(
    listed.value
      .map(({ key, modifiedAt }): OpenArrival => {
        const [of = "", file = ""] = key.slice(keys.allArrived.length).split("/");
        return { project: of, arrival: file.replace(/\.json$/, ""), notedAt: modifiedAt };
      })
      .toSorted((a, b) => a.notedAt - b.notedAt || (a.arrival < b.arrival ? -1 : 1)),
  );
}

/** Undefined where it is in a run by now. */
export async function readArrived(
  store: BucketStore,
  project: string,
  arrival: string,
): Promise<Result<ArrivedObject | undefined, PlatformError>> {
  const found = await readDocument<Stored<Omit<ArrivedObject, "arrival">>>(
    store,
    keys.arrived(project, arrival),
  );
  if (!found.ok || found.value === undefined) return found.ok ? ok(undefined) : found;
  const { uri, at } = found.value.document;
  return ok({ arrival, uri, at });
}

/** Whether it is in a run, or was passed over, no matter how often it is reported. */
export async function isTaken(
  store: BucketStore,
  project: string,
  arrival: string,
): Promise<Result<boolean, PlatformError>> {
  const found = await store.get(keys.taken(project, arrival));
  return found.ok ? ok(found.value !== undefined) : found;
}

/** Marks it as taken, and only then forgets that it waits. */
export async function takeArrived(
  store: BucketStore,
  project: string,
  arrival: string,
): Promise<Result<void, PlatformError>> {
  const put = await store.put(keys.taken(project, arrival), JSON.stringify({ schema: 1 }));
  return put.ok ? store.remove(keys.arrived(project, arrival)) : put;
}

/** Keys in ascending order have the newest window first. */
const lastNumber = 99_999_999;

function windowKey(project: string, number: number): string {
  return `${keys.windows(project)}${String(lastNumber - number).padStart(8, "0")}.json`;
}

/** The last window that was closed; undefined where there was none. */
export async function lastWindow(
  store: BucketStore,
  project: string,
): Promise<Result<WindowDocument | undefined, PlatformError>> {
  const listed = await store.list(keys.windows(project), { limit: 1 });
  if (!listed.ok) return listed;
  const [first] = listed.value.items;
  if (first === undefined) return ok(undefined);
  const found = await readDocument<Stored<WindowDocument>>(store, first.key);
  return found.ok ? ok(found.value?.document) : found;
}

/**
 * Closes a window. False where somebody else has closed one of this number: what is in it is theirs
 * to say.
 */
export async function closeWindow(
  store: BucketStore,
  project: string,
  window: WindowDocument,
): Promise<Result<boolean, PlatformError>> {
  const text = JSON.stringify({ schema: 1, ...window });
  const put = await store.put(windowKey(project, window.number), text, { kind: "absent" });
  return put.ok ? ok(put.value !== "conflict") : put;
}

/** Notes that all is done for a window; saying so again changes nothing. */
export async function finishWindow(
  store: BucketStore,
  project: string,
  window: WindowDocument,
): Promise<Result<void, PlatformError>> {
  const text = JSON.stringify({ schema: 1, ...window, done: true });
  const put = await store.put(windowKey(project, window.number), text);
  return put.ok ? ok(undefined) : put;
}
