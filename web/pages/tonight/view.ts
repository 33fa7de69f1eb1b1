import { parameter, setParameters } from "../../app/location.ts";
import type { Tonight } from "./lanes.ts";
import type { Stretch } from "./scale.ts";

const hour = 3_600_000;

/** Lengths that can be shown, in hours. */
const lengths = [24, 12, 6, 3, 1] as const;

/** What is shown of the 24 hours, as the address has it: `hours` of them around `mid`. */
export function shownStretch({ from, to, at }: Tonight): Stretch {
  const length = Math.min(shownHours() * hour, to - from);
  const middle = Date.parse(parameter("mid") ?? "") || at;
  const begin = Math.min(Math.max(from, middle - length / 2), to - length);
  return { from: begin, to: begin + length };
}

export function shownHours(): number {
  return lengths.find((one) => one === Number(parameter("hours"))) ?? 24;
}

/** Whether idle time is cut out. */
export const isCut = (): boolean => parameter("cut") === "1";

/**
 * Shows less or more around a moment.
 *
 * @param closer less of it
 */
export function zoom(tonight: Tonight, closer: boolean, around?: number): void {
  const next = lengths[lengths.indexOf(shownHours() as 24) + (closer ? 1 : -1)];
  if (next === undefined) return;
  const { from, to } = shownStretch(tonight);
  const middle = around ?? (from + to) / 2;
  setParameters({
    hours: next === 24 ? undefined : String(next),
    mid: next === 24 ? undefined : new Date(middle).toISOString(),
  });
}

/** Moves what is shown by a third of it. */
export function pan(tonight: Tonight, direction: 1 | -1): void {
  const { from, to } = shownStretch(tonight);
  if (shownHours() === 24) return;
  const middle = (from + to) / 2 + (direction * (to - from)) / 3;
  setParameters({ mid: new Date(middle).toISOString() });
}
