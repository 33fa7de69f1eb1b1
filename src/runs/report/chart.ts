import type { ChartData, ChartPoint } from "./chart-data.ts";
import { escaped } from "./escape.ts";

const width = 640;
const height = 260;
const room = { left: 64, right: 12, top: 12, bottom: 44 } as const;
const inner = {
  width: width - room.left - room.right,
  height: height - room.top - room.bottom,
} as const;

/** A chart as SVG, in the page's own colours. Stacked are bars and areas, as Vega-Lite does it. */
export function chartSvg(data: ChartData): string {
  const stacked = data.mark === "bar" || data.mark === "area";
  const layers = stacked ? stack(data) : data.series.map(({ points }) => points.map(flat));
  const ys = layers.flatMap((points) => points.flatMap(({ from, to }) => [from, to]));
  const zero = stacked ? [0] : [];
  const y = scaleOf([...ys, ...zero], [room.top + inner.height, room.top]);
  const x = placesOf(data);
  const shapes = layers.map((points, index) => {
    const colour = `c${index % 8}`;
    const at = (point: Flat): string => `${round(x.of(point.x))},${round(y.of(point.to))}`;
    switch (data.mark) {
      case "line":
        return `<polyline class="line ${colour}" points="${points.map(at).join(" ")}"/>`;
      case "area": {
        const below = points
          .toReversed()
          .map((point) => `${round(x.of(point.x))},${round(y.of(point.from))}`);
        return `<polygon class="area ${colour}" points="${[...points.map(at), ...below].join(" ")}"/>`;
      }
      case "bar":
        return points
          .map((point) => {
            const [top, bottom] = [y.of(point.to), y.of(point.from)].toSorted((a, b) => a - b);
            return `<rect class="${colour}" x="${round(x.of(point.x) - x.step * 0.4)}" y="${round(top ?? 0)}" width="${round(x.step * 0.8)}" height="${round((bottom ?? 0) - (top ?? 0))}"/>`;
          })
          .join("");
      case "point":
        return points
          .map(
            (point) =>
              `<circle class="${colour}" cx="${round(x.of(point.x))}" cy="${round(y.of(point.to))}" r="3"/>`,
          )
          .join("");
    }
  });
  const lines = y.ticks.map((tick) => {
    const at = round(y.of(tick));
    return `<line class="grid" x1="${room.left}" x2="${width - room.right}" y1="${at}" y2="${at}"/><text x="${room.left - 6}" y="${at + 4}" text-anchor="end">${escaped(tickText(tick))}</text>`;
  });
  const marks = x.ticks.map(
    ({ at, text }) =>
      `<text x="${round(at)}" y="${height - room.bottom + 16}" text-anchor="middle">${escaped(text)}</text>`,
  );
  const titles = `<text class="title" x="${room.left + inner.width / 2}" y="${height - 8}" text-anchor="middle">${escaped(data.xTitle)}</text><text class="title" transform="translate(14 ${room.top + inner.height / 2}) rotate(-90)" text-anchor="middle">${escaped(data.yTitle)}</text>`;
  const named = data.series.filter(({ name }) => name !== "");
  const legend = named.map(
    ({ name }, index) => `<li><i class="c${index % 8}"></i>${escaped(name)}</li>`,
  );
  return `<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(`${data.yTitle} by ${data.xTitle}`)}">${lines.join("")}${marks.join("")}${titles}${shapes.join("")}</svg>${legend.length === 0 ? "" : `<ul class="legend">${legend.join("")}</ul>`}`;
}

interface Flat {
  readonly x: number | string;
  readonly from: number;
  readonly to: number;
}

function flat({ x, y }: ChartPoint): Flat {
  return { x, from: y, to: y };
}

/** Each on top of those before it, those below zero downwards. */
function stack({ series }: ChartData): readonly (readonly Flat[])[] {
  const above = new Map<number | string, number>();
  const below = new Map<number | string, number>();
  return series.map(({ points }) =>
    points.map(({ x, y }) => {
      const tops = y < 0 ? below : above;
      const from = tops.get(x) ?? 0;
      tops.set(x, from + y);
      return { x, from, to: from + y };
    }),
  );
}

interface Scale {
  readonly of: (value: number) => number;
  readonly ticks: readonly number[];
}

/** A linear scale that ends at round numbers. */
function scaleOf(values: readonly number[], [start, end]: readonly [number, number]): Scale {
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const largest = Math.max(Math.abs(least), Math.abs(most));
  // What doesn't differ to speak of is one number, with as much room around it as it is large.
  const one = most - least <= Math.max(largest * 1e-9, Number.MIN_VALUE * 1e20);
  const span = one ? Math.max(largest, 1e-9) : most - least;
  const step = roundStep(span / 4);
  const from = Math.floor((one ? least - span / 2 : least) / step) * step;
  const to = Math.ceil((one ? most + span / 2 : most) / step) * step;
  const count = Math.round((to - from) / step);
  return {
    of: (value) => start + ((value - from) / (to - from)) * (end - start),
    ticks: Array.from({ length: count + 1 }, (_, index) => from + index * step),
  };
}

/** 1, 2 or 5 times a power of ten, at least so much. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((one) => one * power).find((one) => one >= least) ?? least;
}

interface Places {
  readonly of: (x: number | string) => number;
  /** Between two places, in pixels. */
  readonly step: number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

function placesOf({ series, mark, time }: ChartData): Places {
  const all = series.flatMap(({ points }) => points.map(({ x }) => x));
  const numbers = all.filter((x) => typeof x === "number");
  if (mark === "bar" || numbers.length < all.length) {
    const places = [...new Set(all)];
    if (numbers.length === all.length) places.sort((a, b) => Number(a) - Number(b));
    const order = new Map(places.map((x, index) => [x, index]));
    const step = inner.width / places.length;
    const of = (x: number | string): number => room.left + ((order.get(x) ?? 0) + 0.5) * step;
    const each = Math.ceil(places.length / 10);
    const shown = places.filter((_, index) => index % each === 0);
    return { of, step, ticks: shown.map((x) => ({ at: of(x), text: placeText(x, time, 12) })) };
  }
  const scale = time ? timeScale(numbers) : scaleOf(numbers, [room.left, room.left + inner.width]);
  const ticks = scale.ticks.map((x) => ({ at: scale.of(x), text: placeText(x, time, 12) }));
  return { of: (x) => scale.of(Number(x)), step: 0, ticks };
}

/** Ends where the times end, and has five of them beneath it. */
function timeScale(times: readonly number[]): Scale {
  const least = times.reduce((a, b) => Math.min(a, b), Infinity);
  const span = times.reduce((a, b) => Math.max(a, b), -Infinity) - least || 1;
  return {
    of: (at) => room.left + ((at - least) / span) * inner.width,
    ticks: Array.from({ length: 5 }, (_, index) => least + (span * (index + 0.5)) / 5),
  };
}

function placeText(x: number | string, time: boolean, most: number): string {
  if (time && typeof x === "number") return new Date(x).toISOString().slice(0, 10);
  const text = typeof x === "number" ? tickText(x) : x;
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function tickText(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 5, notation: "compact" });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
