/** Sizes below `xlarge`, as shares of it; burstable ones below `large` have less memory only. */
const SMALL_SIZES: Readonly<Record<string, number>> = {
  nano: 1 / 32,
  micro: 1 / 16,
  small: 1 / 8,
  medium: 1 / 4,
  large: 1 / 2,
  xlarge: 1,
};

/** How many times an `xlarge` a size is: 3 of `3xlarge`, 0.5 of `large`; undefined for `metal`. */
export function xlargesOf(size: string): number | undefined {
  if (Object.hasOwn(SMALL_SIZES, size)) return SMALL_SIZES[size];
  const times = /^(\d+)xlarge$/.exec(size)?.[1];
  return times === undefined ? undefined : Number(times);
}
