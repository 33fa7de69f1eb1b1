/**
 * The wall clock of an IANA time zone. All times are milliseconds; a local time is the wall clock's
 * reading taken as if it were UTC.
 */
export interface Zone {
  readonly name: string;
  /** What the wall clock shows at a moment. */
  localOf(moment: number): number;
  /**
   * The moment at which the wall clock shows a time: `undefined` for one that is skipped when
   * clocks are set forward, the first of the two for one that comes twice when they are set back.
   */
  momentOf(local: number): number | undefined;
}

const hour = 3_600_000;
const day = 24 * hour;
/** No zone has ever been further than this from UTC. */
const reach = 16 * hour;

const zones = new Map<string, Zone>();

/**
 * The zone of a name of the IANA database, from the copy that comes with the runtime.
 *
 * @throws RangeError for a name that there isn't; `config/` has refused it before
 */
export function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (zone === undefined) {
    zone = name === "UTC" ? utc : openZone(name);
    zones.set(name, zone);
  }
  return zone;
}

const utc: Zone = { name: "UTC", localOf: (moment) => moment, momentOf: (local) => local };

/** From `start` on the wall clock is `offset` ahead of UTC. */
interface Period {
  readonly start: number;
  readonly offset: number;
}

/**
 * Asks the runtime's database how far a zone's clock is ahead of UTC at a moment, in milliseconds.
 * Slow: a `Zone` remembers what it has asked.
 *
 * @throws RangeError for a name that there isn't
 */
export function offsetAsker(name: string): (moment: number) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: name,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  return (moment) => {
    const [month, date, year, hours, minutes, seconds] = (
      format.format(moment).match(/\d+/g) ?? []
    ).map(Number);
    const second = Math.floor(moment / 1000) * 1000;
    return Date.UTC(year ?? 0, (month ?? 1) - 1, date, hours, minutes, seconds) - second;
  };
}

function openZone(name: string): Zone {
  const askedOffset = offsetAsker(name);

  /** Asking for an offset is slow and they hardly ever change: each year's are asked for once. */
  const years = new Map<number, readonly Period[]>();
  const periodsOf = (year: number): readonly Period[] => {
    let periods = years.get(year);
    if (periods === undefined) {
      periods = findPeriods(askedOffset, Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1));
      years.set(year, periods);
    }
    return periods;
  };
  const periodsBetween = (from: number, to: number): readonly Period[] => {
    const [first, last] = [new Date(from).getUTCFullYear(), new Date(to).getUTCFullYear()];
    const periods = first === last ? periodsOf(first) : [...periodsOf(first), ...periodsOf(last)];
    const begun = periods.findLastIndex(({ start }) => start <= from);
    const over = periods.findIndex(({ start }) => start > to);
    return periods.slice(begun, over === -1 ? undefined : over);
  };

  return {
    name,
    localOf: (moment) => moment + (periodsBetween(moment, moment)[0]?.offset ?? 0),
    momentOf(local) {
      const periods = periodsBetween(local - reach, local + reach);
      for (const [index, { start, offset }] of periods.entries()) {
        const moment = local - offset;
        const end = periods[index + 1]?.start ?? Infinity;
        if (moment < end && (index === 0 || moment >= start)) return moment;
      }
      return undefined;
    },
  };
}

/**
 * The periods of equal offset from one moment to another, to the second. Two changes within one day
 * are seen as one.
 */
function findPeriods(
  offsetAt: (moment: number) => number,
  from: number,
  to: number,
): readonly Period[] {
  let offset = offsetAt(from);
  const periods: Period[] = [{ start: from, offset }];
  for (let before = from; before < to; before += day) {
    const next = Math.min(before + day, to - 1000);
    const after = offsetAt(next);
    if (after === offset) continue;
    let [low, high] = [before, next];
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2000) * 1000;
      if (offsetAt(middle) === offset) low = middle;
      else high = middle;
    }
    periods.push({ start: high, offset: after });
    offset = after;
  }
  return periods;
}

/** `2026-01-31 03:00`: a moment, in milliseconds since the epoch, on the wall clock of a zone. */
export function inZone(at: number, timezone: string): string {
  return new Date(zoneOf(timezone).localOf(at)).toISOString().slice(0, 16).replace("T", " ");
}
