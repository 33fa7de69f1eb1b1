import { clock, span } from "../../words/format.ts";
import type { DurationRun } from "./series.ts";

/** Under the first, the middle and the last bar, where there is room; of one day its times. */
export function datesOf(runs: readonly Pick<DurationRun, "startedAt">[]): readonly string[] {
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined) return [];
  if (runs.length < 8) return [clock(last.startedAt, "moment")];
  const middle = runs.length < 14 ? [] : runs.slice(Math.floor(runs.length / 2)).slice(0, 1);
  const oneDay = clock(first.startedAt, "day") === clock(last.startedAt, "day");
  return [first, ...middle, last].map(({ startedAt }) => clock(startedAt, oneDay ? "time" : "day"));
}

/** Below two minutes in seconds: every half of a minute has its own text. */
export function splitText(split: number, highest: number): string {
  if (split === 0) return "0";
  return highest < 100_000 ? `${split / 1_000} s` : span(split);
}
