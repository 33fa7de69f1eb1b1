import { offsetAsker } from "./zone-time.ts";

/** How far a zone's clock is ahead of UTC, from when on: two lists of the same length. */
export interface ZoneOffsets {
  /** Minutes since the epoch, ascending; the first stands for all time before. */
  readonly from: readonly number[];
  /** Minutes ahead of UTC. */
  readonly offset: readonly number[];
}

const minute = 60_000;
/** No zone keeps an offset for less: the shortest periods are those of Ramadan in Morocco. */
const stride = 14 * 24 * 60;

/** What a schedule starts, and backfills, lie between these years. */
const years = { first: 2010, last: 2045 } as const;

const known = new Map<string, ZoneOffsets>();

/**
 * The offsets of a zone as a table, for what can't ask a time zone database: a state machine.
 * Before the first year and after the last one the clock stays as it is there.
 *
 * @param timezone IANA name
 * @throws RangeError for a name that there isn't
 */
export function zoneOffsets(timezone: string): ZoneOffsets {
  const found = known.get(timezone) ?? findOffsets(timezone);
  known.set(timezone, found);
  return found;
}

function findOffsets(timezone: string): ZoneOffsets {
  const ask = offsetAsker(timezone);
  const offsetAt = (at: number): number => ask(at * minute) / minute;
  const end = Date.UTC(years.last + 1, 0, 1) / minute;
  let before = Date.UTC(years.first, 0, 1) / minute;
  const from = [0];
  const offset = [offsetAt(before)];
  for (; before < end; before += stride) {
    const last = offset.at(-1);
    let [low, high] = [before, Math.min(before + stride, end)];
    const after = offsetAt(high);
    if (after === last) continue;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offsetAt(middle) === last) low = middle;
      else high = middle;
    }
    from.push(high);
    offset.push(after);
  }
  return { from, offset };
}
