import { zoneOf } from "./zone-time.ts";

/** A night: what happens from one noon to the next. Times in milliseconds since the epoch. */
export interface Night {
  /** Date of its morning: `2026-01-31`. */
  readonly date: string;
  readonly from: number;
  /** The beginning of the next one. */
  readonly to: number;
}

const day = 86_400_000;
const hour = 3_600_000;

/**
 * The last nights, the oldest first; the last of them is the one that `now` is in.
 *
 * @param timezone IANA name
 */
export function lastNights(now: number, timezone: string, count: number): readonly Night[] {
  const zone = zoneOf(timezone);
  const noon = Math.floor((zone.localOf(now) - day / 2) / day) * day + day / 2;
  const starts = Array.from({ length: count + 1 }, (_, index) => noon + (index - count + 1) * day);
  const moments = starts.map((local) => momentAt(local, timezone));
  return starts.slice(0, -1).map((local, index) => ({
    date: new Date(local + day / 2).toISOString().slice(0, 10),
    from: moments[index] ?? 0,
    to: moments[index + 1] ?? 0,
  }));
}

/** The moment of a local time; where clocks jump over it, the first that they show after it. */
function momentAt(local: number, timezone: string): number {
  const zone = zoneOf(timezone);
  for (let later = local; ; later += hour / 4) {
    const moment = zone.momentOf(later);
    if (moment !== undefined) return moment;
  }
}

/** The night that a moment is in, by the date of its morning: `20260131`. */
export function nightOf(at: number, timezone: string): string {
  return new Date(zoneOf(timezone).localOf(at) + day / 2)
    .toISOString()
    .slice(0, 10)
    .replaceAll("-", "");
}
