/** How often something may be done: so many at once, and then so many a second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Counts by key; a key that nobody used for a while costs nothing. */
export interface Limiter {
  /** Whether it may be done now; false: come again in `retryAfter` seconds. */
  take(key: string): { readonly ok: true } | { readonly ok: false; readonly retryAfter: number };
}

/** Keys that are remembered at most: beyond, those that are full again are forgotten. */
const mostKeys = 10_000;

/** @param now milliseconds; never goes back */
export function openLimiter({ burst, perSecond }: Rate, now: () => number): Limiter {
  const buckets = new Map<string, { left: number; at: number }>();
  const forget = (at: number): void => {
    for (const [key, bucket] of buckets) {
      if (bucket.left + ((at - bucket.at) / 1000) * perSecond >= burst) buckets.delete(key);
    }
    // All of them are in use: somebody is better served anew than the memory filled.
    if (buckets.size >= mostKeys) buckets.clear();
  };
  return {
    take(key) {
      const at = now();
      if (buckets.size >= mostKeys && !buckets.has(key)) forget(at);
      const bucket = buckets.get(key) ?? { left: burst, at };
      const left = Math.min(burst, bucket.left + ((at - bucket.at) / 1000) * perSecond);
      const enough = left >= 1;
      buckets.set(key, { left: enough ? left - 1 : left, at });
      if (enough) return { ok: true };
      return { ok: false, retryAfter: Math.max(1, Math.ceil((1 - left) / perSecond)) };
    },
  };
}
