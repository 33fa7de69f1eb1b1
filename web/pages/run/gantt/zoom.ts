import { parameter, setParameters } from "../../../app/location.ts";
import type { Span } from "./scale.ts";

const least = 1_000;

/** The part of the run that the address has as `t=FROM-TO`, seconds after its start. */
export function zoomed([from, to]: Span): Span {
  const found = /^(?<from>\d{1,9})-(?<to>\d{1,9})$/.exec(parameter("t") ?? "")?.groups;
  if (found === undefined) return [from, to];
  const [start, end] = [Number(found["from"]) * 1_000, Number(found["to"]) * 1_000];
  if (end <= start || from + start >= to) return [from, to];
  return [from + start, Math.min(to, from + end)];
}

export const isZoomed = (): boolean => parameter("t") !== undefined;

/** Shows a part of a run. One that is nearly all of it is all of it. */
export function zoomTo(
  [from, to]: Span,
  [start, end]: Span,
  how: "push" | "replace" = "replace",
): void {
  const begin = Math.max(from, Math.min(start, to - least));
  const until = Math.min(to, Math.max(end, begin + least));
  const whole = until - begin >= (to - from) * 0.98;
  const seconds = (moment: number, round: (value: number) => number): number =>
    round((moment - from) / 1_000);
  setParameters(
    { t: whole ? undefined : `${seconds(begin, Math.floor)}-${seconds(until, Math.ceil)}` },
    how,
  );
}

/**
 * Shows more or less of a run.
 *
 * @param by 0.5: half as much; 2: twice as much
 */
export function zoomBy(all: Span, by: number): void {
  const [start, end] = zoomed(all);
  const [middle, half] = [(start + end) / 2, ((end - start) * by) / 2];
  zoomTo(all, [middle - half, middle + half]);
}

/** Moves what is shown, by a share of it: -0.3 is earlier. */
export function panBy(all: Span, share: number): void {
  const [start, end] = zoomed(all);
  const wanted = (end - start) * share;
  const by = Math.max(all[0] - start, Math.min(all[1] - end, wanted));
  zoomTo(all, [start + by, end + by]);
}

/** Whether idle time is cut out: as the address says, else where it is more than half. */
export function isCut(idleShare: number): boolean {
  const chosen = parameter("idle");
  return chosen === undefined ? idleShare > 0.5 : chosen === "cut";
}
