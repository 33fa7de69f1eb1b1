import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { keys as documents } from "../bucket/location.ts";
import type { BucketStore } from "../bucket/store.ts";
import type { WatchDuty } from "../../platform/roles/scheduler.ts";

/** The bucket's memory of what people were notified by watching. */
export function notifiedInBucket(store: BucketStore): Pick<WatchDuty, "notified" | "markNotified"> {
  const keyOf = (project: string, key: string): string =>
    `${documents.watched(project)}${key.replaceAll("/", ".")}.json`;
  return {
    async notified(project, keys) {
      const found = await Promise.all(
        keys.map(async (key): Promise<Result<string | undefined, PlatformError>> => {
          const mark = await store.get(keyOf(project, key));
          return mark.ok ? ok(mark.value === undefined ? undefined : key) : mark;
        }),
      );
      const notified = new Set<string>();
      for (const one of found) {
        if (!one.ok) return one;
        if (one.value !== undefined) notified.add(one.value);
      }
      return ok(notified);
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
