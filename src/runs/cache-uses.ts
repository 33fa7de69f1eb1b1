import type { StepView } from "./model.ts";
import type { CacheUse } from "./step-cache.ts";

/** What a step found in the cache: of each item the last attempt that says it. */
export function cacheUsesOf(step: Pick<StepView, "attempts">): readonly CacheUse[] {
  return [...cacheUsesByItem(step).values()];
}

/** The same by the index of the item; undefined: the step has none. */
export function cacheUsesByItem({
  attempts,
}: Pick<StepView, "attempts">): ReadonlyMap<number | undefined, CacheUse> {
  const found = new Map<number | undefined, CacheUse>();
  for (const { item, cache } of attempts) if (cache !== undefined) found.set(item, cache);
  return found;
}
