const [minute, hour] = [60_000, 3_600_000];

/** A stretch of time, in milliseconds since 1970. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Where times are on an axis, in percent of its length. */
export interface Scale {
  readonly at: (time: number) => number;
  /** Round times to write on the axis. */
  readonly ticks: readonly number[];
  /** Where idle time is cut out, in percent, with how much of it. */
  readonly cuts: readonly {
    readonly at: number;
    readonly width: number;
    readonly length: number;
  }[];
}

/** How wide a cut is drawn, in percent. */
const cutWidth = 2;

/**
 * An axis from one time to another.
 *
 * @param busy when something happens; what is between is cut out where it is long
 * @param cut whether idle time is cut out
 */
export function scaleOf(shown: Stretch, busy: readonly Stretch[], cut: boolean): Scale {
  const idle = cut ? idleOf(shown, busy) : [];
  const kept = shown.to - shown.from - idle.reduce((sum, { from, to }) => sum + to - from, 0);
  const perMs = (100 - cutWidth * idle.length) / Math.max(1, kept);
  const at = (time: number): number => {
    let place = (time - shown.from) * perMs;
    for (const { from, to } of idle) {
      if (time <= from) break;
      const inside = Math.min(time, to) - from;
      place += (inside / (to - from)) * cutWidth - inside * perMs;
    }
    return place;
  };
  return {
    at,
    ticks: ticksOf(shown, 100 / perMs).filter(
      (tick) => !idle.some(({ from, to }) => tick > from && tick < to),
    ),
    cuts: idle.map(({ from, to }) => ({ at: at(from), width: cutWidth, length: to - from })),
  };
}

/** Stretches in which nothing happens, each long enough to be worth a cut. */
function idleOf(shown: Stretch, busy: readonly Stretch[]): readonly Stretch[] {
  const whole = shown.to - shown.from;
  const margin = whole / 48;
  const idle: Stretch[] = [];
  let free = shown.from;
  const seen = busy
    .map(({ from, to }) => ({ from: from - margin, to: to + margin }))
    .filter(({ from, to }) => to > shown.from && from < shown.to)
    .toSorted((a, b) => a.from - b.from);
  for (const { from, to } of [...seen, { from: shown.to, to: shown.to }]) {
    if (from - free > whole / 16) idle.push({ from: free, to: from });
    free = Math.max(free, to);
  }
  return idle;
}

const steps = [5, 10, 15, 30, 60, 120, 180, 360].map((minutes) => minutes * minute);

/** Round times, at most 13 of them in what is shown. */
function ticksOf({ from, to }: Stretch, shownMs: number): readonly number[] {
  const step = steps.find((one) => shownMs / one <= 13) ?? 6 * hour;
  // Whole hours of every zone of our days begin with a quarter of an hour of UTC.
  const offset = (new Date(from).getTimezoneOffset() * minute) % step;
  const first = Math.ceil((from - offset) / step) * step + offset;
  return Array.from(
    { length: Math.max(0, Math.floor((to - first) / step) + 1) },
    (_, index) => first + index * step,
  );
}
