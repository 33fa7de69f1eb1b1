import "uplot/dist/uPlot.min.css";
import UPlot from "uplot";

import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import { clock, duration, span } from "../../words/format.ts";
import type { Series } from "./series.ts";

type Run = ConsoleDocument<"durations">["runs"][number]["run"];

const height = 148;

/**
 * Draws a bar a run, its steps on top of each other, and a cross over those that failed.
 *
 * @param open called with the run of a bar that was pressed
 * @returns removes it
 */
export function drawDurations(
  box: HTMLElement,
  {
    runs,
    series,
    open,
  }: {
    readonly runs: readonly Run[];
    readonly series: readonly Series[];
    readonly open: (run: string) => void;
  },
): () => void {
  const colour = (token: string): string => resolve(box, token);
  const font = `11px ${getComputedStyle(box).fontFamily}`;
  const sums = runs.map((_, run) => series.map(({ values }) => values[run] ?? 0));
  // The longest is drawn last and lowest: each series is the sum of those below it.
  const stacked = series
    .map((one, index) => ({
      ...one,
      values: sums.map((steps) => steps.slice(0, index + 1).reduce((sum, ms) => sum + ms, 0)),
    }))
    .toReversed();
  const highest = Math.max(1, ...(stacked[0]?.values ?? []));
  const bars = UPlot.paths.bars!({ size: [0.82, 22], align: 0 });
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  const plot = new UPlot(
    {
      width: Math.max(280, box.clientWidth),
      height,
      padding: [16, 8, 0, 0],
      legend: { show: false },
      cursor: { y: false, x: false, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        x: { time: false, range: [-0.6, runs.length - 0.4] },
        y: { range: [0, highest * 1.08] },
      },
      axes: [
        {
          stroke: colour("--ink-3"),
          font,
          grid: { show: false },
          ticks: { show: false },
          size: 22,
          splits: () => ticksOf(runs.length),
          values: (_, at) =>
            at.map((index) =>
              runs[index] === undefined ? "" : clock(runs[index].startedAt, "day"),
            ),
        },
        {
          stroke: colour("--ink-3"),
          font,
          size: 56,
          ticks: { show: false },
          grid: { stroke: colour("--line"), width: 1 },
          splits: () => splitsOf(highest),
          values: (_, at) => at.map((ms) => (ms === 0 ? "0" : span(ms))),
        },
      ],
      series: [
        {},
        ...stacked.map(({ name, colour: token }) => ({
          label: name,
          fill: colour(token),
          width: 0,
          points: { show: false },
          paths: bars,
        })),
      ],
      hooks: {
        draw: [(chart) => markFailed(chart, runs, stacked[0]?.values ?? [], colour("--fail"))],
        setCursor: [
          (chart) => {
            const run = runs[chart.cursor.idx ?? -1];
            tip.hidden = run === undefined;
            if (run === undefined) return;
            const took = (run.endedAt ?? Date.now()) - run.startedAt;
            tip.textContent = `${clock(run.startedAt, "moment")} · ${duration(took)}`;
            const left = chart.valToPos(chart.cursor.idx ?? 0, "x") + chart.over.offsetLeft;
            tip.style.insetInlineStart = `${Math.min(left, chart.width - 160)}px`;
          },
        ],
      },
    },
    [runs.map((_, index) => index), ...stacked.map(({ values }) => [...values])],
    box,
  );
  box.append(tip);
  plot.over.addEventListener("click", () => {
    const run = runs[plot.cursor.idx ?? -1];
    if (run !== undefined) open(run.run);
  });
  const resize = new ResizeObserver(() => {
    plot.setSize({ width: Math.max(280, box.clientWidth), height });
  });
  resize.observe(box);
  return () => {
    resize.disconnect();
    plot.destroy();
    tip.remove();
  };
}

/** A canvas knows no `light-dark()`: the colour is asked of an element. */
function resolve(box: HTMLElement, token: string): string {
  const probe = document.createElement("i");
  probe.style.color = `var(${token})`;
  box.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function markFailed(
  chart: UPlot,
  runs: readonly Run[],
  tops: readonly number[],
  colour: string,
): void {
  const { ctx } = chart;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 2 * devicePixelRatio;
  const half = 3.5 * devicePixelRatio;
  for (const [index, { status }] of runs.entries()) {
    if (status !== "FAILED" && status !== "TIMED_OUT") continue;
    const x = chart.valToPos(index, "x", true);
    const y = chart.valToPos(tops[index] ?? 0, "y", true) - 9 * devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(x - half, y - half);
    ctx.lineTo(x + half, y + half);
    ctx.moveTo(x + half, y - half);
    ctx.lineTo(x - half, y + half);
    ctx.stroke();
  }
  ctx.restore();
}

/** The first run, the last one and one between, by their indexes. */
function ticksOf(count: number): number[] {
  if (count < 3) return Array.from({ length: count }, (_, index) => index);
  return count < 12 ? [0, count - 1] : [1, Math.floor(count / 2), count - 2];
}

/** Two or three round values of the axis, in milliseconds. */
function splitsOf(highest: number): number[] {
  const steps = [1, 5, 10, 15, 30].map((seconds) => seconds * 1_000);
  const longer = [1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 360, 720, 1_440];
  const step =
    [...steps, ...longer.map((minutes) => minutes * 60_000)].find((one) => highest / one <= 3.2) ??
    86_400_000;
  return Array.from({ length: Math.floor(highest / step) + 1 }, (_, index) => index * step);
}
