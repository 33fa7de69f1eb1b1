const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** A span of time as people write it: a whole number and its unit. */
export const TIME_SPAN = /^([1-9][0-9]{0,5})(s|m|h|d)$/;
export const TIME_SPAN_EXPECTED = "a time such as 30m, 12h or 7d";

/** `30m` in seconds; undefined for anything else. */
export function timeSpanSeconds(text: string): number | undefined {
  const [, number, unit] = TIME_SPAN.exec(text) ?? [];
  return unit === undefined ? undefined : Number(number) * SECONDS[unit as keyof typeof SECONDS];
}

/** 1800 as `30m`: in the largest unit that it is a whole number of. */
export function timeSpanText(seconds: number): string {
  const units = Object.entries(SECONDS).toReversed();
  const [unit, size] = units.find(([, each]) => seconds % each === 0) ?? ["s", 1];
  return `${seconds / size}${unit}`;
}
