/** A span of time, in milliseconds since 1970. */
export type Span = readonly [from: number, to: number];

/** Where moments are on an axis, in percent of its length. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly at: (moment: number) => number;
  /** The moment at a place of the axis, in percent. */
  readonly momentAt: (percent: number) => number;
  /** Where idle time was cut out, and how long it was. */
  readonly cuts: readonly { readonly at: number; readonly milliseconds: number }[];
  readonly ticks: readonly { readonly at: number; readonly moment: number }[];
}

/** How much of the axis stands for time that was cut out, in percent. */
const cutWidth = 2.5;

/**
 * The axis from one moment to another.
 *
 * @param busy spans in which something happens; what is between them may be cut out
 * @param cut idle time is cut out
 * @param offset minutes that the viewer's clock is ahead of UTC: ticks are at its full hours
 */
export function scaleOf([from, end]: Span, busy: readonly Span[], cut: boolean, offset = 0): Scale {
  const to = Math.max(end, from + 1);
  const idle = cut ? idleIn([from, to], busy) : [];
  const gone = idle.reduce((sum, [start, until]) => sum + until - start, 0);
  const perMs = (100 - idle.length * cutWidth) / (to - from - gone);
  const at = (moment: number): number => {
    let percent = (moment - from) * perMs;
    for (const [start, until] of idle) {
      if (moment <= start) break;
      const inside = Math.min(moment, until) - start;
      percent += (inside / (until - start)) * cutWidth - inside * perMs;
    }
    return percent;
  };
  const momentAt = (percent: number): number => {
    let moment = from + percent / perMs;
    for (const [start, until] of idle) {
      const begin = at(start);
      if (percent <= begin) break;
      const inside = Math.min(1, (percent - begin) / cutWidth);
      moment += inside * (until - start) - (inside * cutWidth) / perMs;
    }
    return moment;
  };
  const cuts = idle.map(([start, until]) => ({
    at: at(start) + cutWidth / 2,
    milliseconds: until - start,
  }));
  return { from, to, at, momentAt, cuts, ticks: ticksOf([from, to], idle, at, offset) };
}

/** Share of a span, 0 to 1, that would be cut out. */
export function idleShare(span: Span, busy: readonly Span[]): number {
  const gone = idleIn(span, busy).reduce((sum, [from, to]) => sum + to - from, 0);
  return gone / Math.max(1, span[1] - span[0]);
}

/** Idle spans that are worth a cut: at least a minute, and a twentieth of the whole. */
function idleIn([from, to]: Span, busy: readonly Span[]): readonly Span[] {
  const least = Math.max(60_000, (to - from) / 20);
  const idle: Span[] = [];
  let until = from;
  for (const [start, end] of busy.toSorted((a, b) => a[0] - b[0])) {
    if (start - until >= least) idle.push([until, Math.min(start, to)]);
    until = Math.max(until, end);
    if (until >= to) break;
  }
  if (to - until >= least) idle.push([until, to]);
  // A little of the quiet stays on each side, so that what begins after it is seen to begin.
  return idle.map(([start, end]) => [start, end - (end - start) * 0.01] as const);
}

const [second, minute, hour] = [1_000, 60_000, 3_600_000];
const steps = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12, 24].map((n) => n * hour),
];

function ticksOf(
  [from, to]: Span,
  idle: readonly Span[],
  at: (moment: number) => number,
  offset: number,
): Scale["ticks"] {
  const shown = to - from - idle.reduce((sum, [start, until]) => sum + until - start, 0);
  const step = steps.find((one) => shown / one <= 5.5) ?? 24 * hour;
  const shift = (offset * minute) % step;
  const ticks: { at: number; moment: number }[] = [];
  const first = Math.ceil((from + shift) / step) * step - shift;
  for (let moment = first; moment <= to; moment += step) {
    const skip = idle.find(([start, until]) => moment > start && moment < until);
    if (skip !== undefined) {
      // Straight to the first full step after it.
      moment = Math.floor((skip[1] + shift) / step) * step - shift;
      continue;
    }
    const place = at(moment);
    if (place <= 96 && place - (ticks.at(-1)?.at ?? -100) > 11) ticks.push({ at: place, moment });
  }
  return ticks;
}
