import type { Result } from "./result.ts";

/** Cuts a list into pieces of at most `size`, in order. */
export function batches<Item>(items: readonly Item[], size: number): Item[][] {
  const result: Item[][] = [];
  for (let start = 0; start < items.length; start += size) {
    result.push(items.slice(start, start + size));
  }
  return result;
}

/**
 * Works on at most `limit` items at the same time; results come in the order of the items. When a
 * work throws, no other begins, and this rejects with what it threw once those that were under way
 * have ended.
 */
export async function mapConcurrently<Item, Value>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Value>,
): Promise<Value[]> {
  const results: Value[] = Array.from({ length: items.length });
  let next = 0;
  let failure: { readonly thrown: unknown } | undefined;
  const worker = async (): Promise<void> => {
    while (next < items.length && failure === undefined) {
      const index = next;
      next += 1;
      try {
        results[index] = await work(items[index] as Item);
      } catch (thrown) {
        failure ??= { thrown };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (failure !== undefined) throw failure.thrown;
  return results;
}

/**
 * Lets at most `limit` pieces of work run at the same time; the others wait, first come first
 * served.
 */
export function concurrencyLimit(
  limit: number,
): <Value>(work: () => Promise<Value>) => Promise<Value> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running === limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

/**
 * Asks at the first call only: anyone who calls while it is under way, or after it succeeded, gets
 * the same answer. After a failure the next call asks again.
 */
export function once<Value, Problem>(
  ask: () => Promise<Result<Value, Problem>>,
): () => Promise<Result<Value, Problem>> {
  let asked: Promise<Result<Value, Problem>> | undefined;
  return async () => {
    const asking = (asked ??= ask());
    const answer = await asking;
    if (!answer.ok && asked === asking) asked = undefined;
    return answer;
  };
}
