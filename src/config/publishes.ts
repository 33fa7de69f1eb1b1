import { timeSpanSeconds } from "../core/time-span.ts";
import type { RawPublishes } from "./schema/schema-publishes.ts";

/** Something that must be fresh, no matter who makes it. */
export interface Publish {
  /** `s3://lake/scores/`, or `file:data/scores/` relative to the workspace's root. */
  readonly uri: string;
  /** How old the newest of it may be, in seconds. */
  readonly freshWithinSeconds: number;
}

/** A place in S3: objects whose keys begin with `key`, or that very object. */
export interface S3Place {
  readonly bucket: string;
  /** Ends in `/`, or is empty, where everything below it is meant. */
  readonly key: string;
}

/** Spans that can't be read are left out: the schema has said why. */
export function publishesOf(written: RawPublishes): readonly Publish[] {
  return written.flatMap(({ uri, fresh_within }) => {
    const freshWithinSeconds = timeSpanSeconds(fresh_within);
    return freshWithinSeconds === undefined ? [] : [{ uri, freshWithinSeconds }];
  });
}

/** The bucket and key of `s3://bucket/key`; undefined for another URI. */
export function s3PlaceOf(uri: string): S3Place | undefined {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}

/** The path of `file:data/scores/`; undefined for another URI. */
export function filePathOf(uri: string): string | undefined {
  return /^file:(?:\/\/(?=\/))?(.+)$/.exec(uri)?.[1];
}
