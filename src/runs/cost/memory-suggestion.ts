const GIB = 1024 ** 3;

/** Room above the highest peak: data grows from night to night. */
const ROOM = 1.5;

/** A smaller size has to free at least this much, or it isn't worth a change. */
const LEAST_GAIN_GIB = 2;

/**
 * The memory that a step should declare, where it declares far more than it ever used: half as much
 * again as its peak, in half GiB.
 *
 * @returns GiB; undefined where the size fits, or nobody knows the peak
 */
export function suggestedMemory(
  peakBytes: number | undefined,
  limitBytes: number | undefined,
): number | undefined {
  if (peakBytes === undefined || limitBytes === undefined) return undefined;
  const wanted = Math.max(0.5, Math.ceil((peakBytes / GIB) * ROOM * 2) / 2);
  const limit = limitBytes / GIB;
  return wanted <= limit / 2 && limit - wanted >= LEAST_GAIN_GIB ? wanted : undefined;
}
