import { ok } from "../../../src/core/result.ts";
import type { BucketStore } from "../../../src/aws/bucket/store.ts";

/**
 * S3 as far as documents and marks use it: strongly consistent, each request at one moment.
 *
 * @param turn is waited for before each request: what it throws is lost on the way
 * @param objects what is there, which several may share
 * @param now milliseconds since 1970, which what is written has then
 */
export function memoryBucket(
  turn: () => Promise<unknown> = () => Promise.resolve(),
  objects = new Map<string, string>(),
  now: () => number = () => 0,
): {
  store: BucketStore;
  objects: Map<string, string>;
} {
  const written = new Map<string, number>();
  const modifiedAt = (key: string): number => written.get(key) ?? 0;
  const store: BucketStore = {
    location: { bucket: "b", own: true, documents: "", artifacts: "", artifactsUri: "" },
    async get(key) {
      await turn();
      const text = objects.get(key);
      return ok(
        text === undefined ? undefined : { text, version: text, modifiedAt: modifiedAt(key) },
      );
    },
    async put(key, text, condition) {
      await turn();
      const before = objects.get(key);
      if (condition?.kind === "absent" && before !== undefined) return ok("conflict");
      if (condition?.kind === "unchanged" && before !== condition.version) return ok("conflict");
      objects.set(key, text);
      written.set(key, now());
      return ok({ version: text });
    },
    async list(prefix, { cursor, limit }, after) {
      await turn();
      const from = cursor ?? after ?? "";
      const all = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > from);
      const items = all.toSorted().slice(0, limit);
      const last = items.at(-1);
      return ok({
        items: items.map((key) => ({ key, modifiedAt: modifiedAt(key) })),
        ...(items.length < all.length && last !== undefined ? { next: last } : {}),
      });
    },
    async remove(key) {
      await turn();
      objects.delete(key);
      return ok(undefined);
    },
  };
  return { store, objects };
}
