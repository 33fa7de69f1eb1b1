import { createHash } from "node:crypto";

import { all, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { keys as documents } from "../bucket/location.ts";
import type { BucketStore } from "../bucket/store.ts";
import type { WatchDuty } from "../../platform/roles/scheduler.ts";

/** The bucket's memory of what people were notified by watching. */
export function notifiedInBucket(store: BucketStore): Pick<WatchDuty, "notified" | "markNotified"> {
  const keyOf = (project: string, key: string): string =>
    `${documents.watched(project)}${fileName(key)}.json`;
  return {
    async notified(project, keys) {
      const found = await Promise.all(
        keys.map(async (key): Promise<Result<readonly [string, number][], PlatformError>> => {
          const mark = await store.get(keyOf(project, key));
          return mark.ok ? ok(mark.value ? [[key, mark.value.modifiedAt]] : []) : mark;
        }),
      );
      const notified = all(found);
      return notified.ok ? ok(new Map(notified.value.flat())) : notified;
    },
    async markNotified(project, keys) {
      for (const key of keys) {
        const written = await store.put(
          keyOf(project, key),
          JSON.stringify({ schema: 1, project, key }),
        );
        if (!written.ok) return written;
      }
      return ok(undefined);
    },
  };
}

/**
 * A finding's own name, for one file: readable where no two findings could share it and S3's 1,024
 * bytes of a key are far. Addresses of what a project publishes may be as long as a key themselves.
 */
function fileName(key: string): string {
  if (/^[\w/-]{1,200}$/.test(key)) return key.replaceAll("/", ".");
  const kind = key.slice(0, key.indexOf("/"));
  return `${kind}.${createHash("sha256").update(key).digest("hex").slice(0, 40)}`;
}
