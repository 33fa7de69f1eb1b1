import type { Json } from "../../core/json.ts";
import { StateFailure } from "../failure.ts";
import type { MapState } from "../machine.ts";
import { chain, type Maybe } from "../maybe.ts";
import type { MapItem, Thread } from "./model.ts";
import { numberField } from "./numbers.ts";

/** What one child execution of a Map run gets. */
export interface Batch {
  readonly input: Json;
  /** Items in it: 1 without batching. */
  readonly count: number;
  readonly item: MapItem;
}

/**
 * Puts items together as `ItemBatcher` asks: `{ Items: […] }`, with `BatchInput` where there is
 * one.
 */
export function batched(
  thread: Thread,
  state: MapState,
  input: Json,
  items: readonly Json[],
): Maybe<readonly Batch[] | StateFailure> {
  const { batcher } = state;
  if (batcher === undefined) {
    return items.map((value, index) => ({ input: value, count: 1, item: { index, value } }));
  }
  return chain(numberField(thread, batcher.maxItems, input, "MaxItemsPerBatch"), (maxItems) => {
    if (maxItems instanceof StateFailure) return maxItems;
    const bytes = numberField(thread, batcher.maxBytes, input, "MaxInputBytesPerBatch");
    return chain(bytes, (maxBytes) => {
      if (maxBytes instanceof StateFailure) return maxBytes;
      const common = batcher.batchInput?.(input, thread);
      return chain(common ?? null, (batchInput) => {
        if (batchInput instanceof StateFailure) return batchInput;
        const shared = common === undefined ? {} : { BatchInput: batchInput };
        return split(items, maxItems ?? Infinity, maxBytes ?? Infinity).map((group, index) => {
          const value: Json = { ...shared, Items: group };
          return { input: value, count: group.length, item: { index, value } };
        });
      });
    });
  });
}

function split(items: readonly Json[], maxItems: number, maxBytes: number): readonly Json[][] {
  const groups: Json[][] = [];
  let group: Json[] = [];
  let size = 0;
  for (const item of items) {
    const bytes = maxBytes === Infinity ? 0 : Buffer.byteLength(JSON.stringify(item)) + 1;
    if (group.length > 0 && (group.length >= maxItems || size + bytes > maxBytes)) {
      groups.push(group);
      group = [];
      size = 0;
    }
    group.push(item);
    size += bytes;
  }
  if (group.length > 0) groups.push(group);
  return groups;
}
