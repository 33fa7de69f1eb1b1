import { mapConcurrently } from "../../core/concurrency.ts";
import { all, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { s3Source } from "../../schedule/on.ts";
import { readDocument } from "./document.ts";
import { keys } from "./location.ts";
import { listAll, type BucketStore } from "./store.ts";

/** Which objects of a bucket may start a project, for who hears of one. */
export interface TriggerNote {
  readonly bucket: string;
  readonly project: string;
  /** `s3://bucket/in/*.csv`; two while a deploy changes it. What counts is the release. */
  readonly sources: readonly string[];
  /** Nothing is started for a single object: no need to ask what is deployed. */
  readonly debounced: boolean;
}

type Document = Pick<TriggerNote, "sources" | "debounced"> & { readonly schema: 1 };

/** Notes that objects start a project: before the rule that hears of them is made. */
export async function putTrigger(
  store: BucketStore,
  { bucket, project, sources, debounced }: TriggerNote,
): Promise<Result<void, PlatformError>> {
  const text = JSON.stringify({ schema: 1, sources, debounced } satisfies Document);
  const put = await store.put(keys.trigger(bucket, project), text);
  return put.ok ? ok(undefined) : put;
}

export function removeTrigger(
  store: BucketStore,
  { bucket, project }: Pick<TriggerNote, "bucket" | "project">,
): Promise<Result<void, PlatformError>> {
  return store.remove(keys.trigger(bucket, project));
}

/** The notes of one bucket, or of all. */
export async function readTriggers(
  store: BucketStore,
  bucket?: string,
): Promise<Result<readonly TriggerNote[], PlatformError>> {
  const listed = await listAll(
    store,
    bucket === undefined ? keys.allTriggers : keys.triggers(bucket),
  );
  if (!listed.ok) return listed;
  const read = all(
    await mapConcurrently(listed.value, 16, async ({ key }) => {
      const found = await readDocument<Document>(store, key);
      return found.ok ? ok({ key, document: found.value?.document }) : found;
    }),
  );
  if (!read.ok) return read;
  return ok(
    read.value.flatMap(({ key, document }): TriggerNote[] => {
      const [, of = "", file = ""] = key.split("/");
      if (document === undefined) return [];
      const { schema: _schema, ...note } = document;
      return [{ bucket: of, project: file.replace(/\.json$/, ""), ...note }];
    }),
  );
}

/** The bucket that a source names. */
export function bucketOf(source: string): string {
  return s3Source(source)?.bucket ?? "";
}
