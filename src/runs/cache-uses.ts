import type { StepView } from "./model.ts";
import type { CacheUse } from "./step-cache.ts";

/** What a step found in the cache: of each item the last attempt that says it. */
export function cacheUsesOf({ attempts }: Pick<StepView, "attempts">): readonly CacheUse[] {
  const found = new Map<number | undefined, CacheUse>();
  for (const { item, cache } of attempts) if (cache !== undefined) found.set(item, cache);
  return [...found.values()];
}
