import { err, ok, type Result } from "../../core/result.ts";
import { zoneOf } from "../../schedule/zone-time.ts";

/** A stretch of time, milliseconds since the epoch; `to` is no longer part of it. */
export interface DateRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Reads two days or times of a zone's clock, both included: `2026-01-31`, `2026-01-31T03:00`, or an
 * instant with `Z` or an offset.
 *
 * @returns what is wrong with them, as one sentence
 */
export function dateRange(from: string, to: string, timezone: string): Result<DateRange, string> {
  const begin = timeOf(from, timezone);
  if (begin === undefined) return err(noTime("--from", from));
  const end = timeOf(to, timezone);
  if (end === undefined) return err(noTime("--to", to));
  if (end.end <= begin.start) return err(`--to ${to} is before --from ${from}`);
  return ok({ from: begin.start, to: end.end });
}

function noTime(flag: string, text: string): string {
  return `${flag} is a day or a time, such as 2026-01-31 or 2026-01-31T03:00; it can't be ${text}`;
}

const minute = 60_000;
const form = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::00(?:\.0+)?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** The day or minute that a text names: its first instant, and the first after it. */
function timeOf(
  text: string,
  timezone: string,
): { readonly start: number; readonly end: number } | undefined {
  const match = form.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hours, minutes, offset] = match;
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hours ?? 0),
    Number(minutes ?? 0),
  );
  // 31 February would become 3 March.
  const written = `${year}-${month}-${day}T${hours ?? "00"}:${minutes ?? "00"}`;
  if (new Date(local).toISOString().slice(0, 16) !== written) return undefined;
  if (offset !== undefined) {
    const start = Date.parse(`${written}${offset}`);
    return Number.isNaN(start) ? undefined : { start, end: start + minute };
  }
  const start = momentOf(local, timezone);
  const end = hours === undefined ? momentOf(nextDay(local), timezone) : start + minute;
  return { start, end };
}

function nextDay(local: number): number {
  return local + 24 * 60 * minute;
}

/**
 * The moment of a reading of the zone's clock; of one that clocks jump over, the moment of the
 * jump.
 */
function momentOf(local: number, timezone: string): number {
  const zone = zoneOf(timezone);
  for (let after = 0; ; after += minute) {
    const moment = zone.momentOf(local + after);
    if (moment !== undefined) return moment;
  }
}
