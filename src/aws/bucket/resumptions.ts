import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { readDocument, type Stored } from "./document.ts";
import { keys } from "./location.ts";
import type { BucketStore } from "./store.ts";

/**
 * Who continues a run that has ended: written before it is done, by conditional writes only, so
 * that of two who resume at once one does.
 */
export interface ResumptionDocument {
  readonly schema: 1;
  readonly project: string;
  readonly run: string;
  /** The run that continues it: itself where AWS redrives it. */
  readonly by: string;
  /** Which redrive of it that is; absent where a new run continues it. */
  readonly redrive?: number;
  readonly actor: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Undefined when nobody has resumed the run. */
export function readResumption(
  store: BucketStore,
  project: string,
  run: string,
): Promise<Result<Stored<ResumptionDocument> | undefined, PlatformError>> {
  return readDocument<ResumptionDocument>(store, keys.resumption(project, run));
}

/**
 * @param before the version that it takes the place of; undefined when there is none yet
 * @returns the new version; `"conflict"` when somebody else was faster
 */
export async function writeResumption(
  store: BucketStore,
  document: ResumptionDocument,
  before: string | undefined,
): Promise<Result<string, PlatformError>> {
  const written = await store.put(
    keys.resumption(document.project, document.run),
    JSON.stringify(document),
    before === undefined ? { kind: "absent" } : { kind: "unchanged", version: before },
  );
  if (!written.ok) return written;
  return ok(written.value === "conflict" ? "conflict" : written.value.version);
}

/** Takes it back: what was to continue the run could not begin. */
export function removeResumption(
  store: BucketStore,
  project: string,
  run: string,
): Promise<Result<void, PlatformError>> {
  return store.remove(keys.resumption(project, run));
}
