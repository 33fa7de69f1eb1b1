/**
 * One measured comparison. Times in milliseconds; `ratio` is ours over the alternative, measured in
 * the same run.
 */
export interface BenchRow {
  readonly name: string;
  readonly ours: number;
  /** What ours is held against; undefined for a figure without a comparison. */
  readonly alternative: number | undefined;
  readonly unit: string;
  readonly note: string;
}

/** The middle of the sorted values; for an even number of them the lower middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/**
 * Runs two things in turn, A B A B …, so that a machine that slows down slows both, and gives the
 * median of each in milliseconds. One round first is not counted.
 */
export async function alternate(
  rounds: number,
  ours: () => Promise<void> | void,
  theirs: () => Promise<void> | void,
): Promise<{ ours: number; theirs: number }> {
  const times: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  for (let round = -1; round < rounds; round += 1) {
    const a = await timed(ours);
    const b = await timed(theirs);
    if (round < 0) continue;
    times.ours.push(a);
    times.theirs.push(b);
  }
  return { ours: median(times.ours), theirs: median(times.theirs) };
}

/** Wall-clock milliseconds that `work` takes. */
export async function timed(work: () => unknown): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}
