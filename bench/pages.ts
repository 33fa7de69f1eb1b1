import { resolve } from "node:path";

import type { Page } from "playwright-core";

import { seeded } from "../test/console/rig/seeded.ts";
import { type Held, heldBy } from "./page-memory.ts";
import type { BenchRow } from "./row.ts";

/** What a person gets to see is drawn in as many frames of a second. */
const aFrame = 1_000 / 60;

interface Scrolled {
  /** Milliseconds of processor time that the page's main thread took for a frame, on average. */
  readonly processor: number;
  /** Milliseconds that script, style, layout and paint of a frame took, the 95th of a hundred. */
  readonly work: number;
  /** Milliseconds from one frame to the next, the 95th of a hundred. */
  readonly between: number;
}

/**
 * The console's longest lists in a browser, over invented documents: frames while they are scrolled
 * as a wheel does it, and what the page holds in memory afterwards.
 */
export async function benchPages(): Promise<readonly BenchRow[]> {
  await using server = await seeded(resolve(import.meta.dirname, "../dist/web"));
  const run = `${server.address}/e/prd/runs/recsys-many`;
  const gantt = async (page: Page): Promise<Scrolled> => {
    await page.goto(`${run}?open=score_segment`);
    await page.locator(".gantt .rows .line").nth(20).waitFor();
    return scrolled(page, ".gantt .rows", 120);
  };
  const log = async (page: Page): Promise<Scrolled> => {
    await page.goto(`${run}/log?step=score_segment&item=3&wrap=off`);
    await page.locator(".log .entry code").nth(20).waitFor();
    await page.evaluate(
      `{ const element = document.querySelector(".log .lines"); element.scrollTop = element.scrollHeight / 3; }`,
    );
    return scrolled(page, ".log .lines", 120);
  };
  const blank = await heldBy(async (page) => void (await page.goto("about:blank")));
  return [
    ...(await rowsOf("Gantt of 10,000 bars", gantt, blank)),
    ...(await rowsOf("log of 1 GB, 10 million lines", log, blank)),
  ];
}

async function rowsOf(
  name: string,
  work: (page: Page) => Promise<Scrolled>,
  blank: Held,
): Promise<readonly BenchRow[]> {
  let frames: Scrolled | undefined;
  const held = await heldBy(async (page) => {
    frames = await work(page);
  });
  const one = { unit: "ms", alternative: undefined };
  return [
    {
      ...one,
      name: `${name}: processor of a frame`,
      ours: frames?.processor ?? Number.NaN,
      note: "mean of the main thread, whatever else the machine does",
    },
    {
      ...one,
      name: `${name}: work of a frame`,
      ours: frames?.work ?? Number.NaN,
      note: "p95; the aim is 16 ms",
    },
    {
      ...one,
      name: `${name}: from frame to frame`,
      ours: frames?.between ?? Number.NaN,
      note: `p95; ${aFrame.toFixed(1)} ms is every frame of the screen`,
    },
    { ...one, name: `${name}: heap`, ours: held.heap / 1e6, unit: "MB", note: "of the script" },
    {
      name: `${name}: memory`,
      ours: held.process / 1e6,
      alternative: blank.process / 1e6,
      unit: "MB",
      note: "private memory of the page's process, beside a blank page's; the aim is 80 MB",
    },
  ];
}

/** Scrolls an element by some pixels in each of 300 frames. */
async function scrolled(page: Page, selector: string, pixels: number): Promise<Scrolled> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const taken = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1_000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
  };
  const before = await taken();
  const frames = await page.evaluate<Frames>(
    `(${framesOf})(document.querySelector(${JSON.stringify(selector)}), ${pixels})`,
  );
  const processor = ((await taken()) - before) / frames.work.length;
  await session.detach();
  return { processor, work: p95(frames.work), between: p95(frames.between) };
}

interface Frames {
  readonly work: readonly number[];
  readonly between: readonly number[];
}

/** Runs in the page. What is posted in a frame is heard after it is painted. */
const framesOf = `(element, by) => new Promise((resolve) => {
  const [work, between] = [[], []];
  const channel = new MessageChannel();
  let [begun, last, left] = [0, 0, 300];
  channel.port1.onmessage = () => work.push(performance.now() - begun);
  const frame = (now) => {
    if (last !== 0) between.push(now - last);
    last = now;
    begun = performance.now();
    element.scrollTop += by;
    channel.port2.postMessage(0);
    left -= 1;
    if (left > 0) requestAnimationFrame(frame);
    else setTimeout(() => resolve({ work, between }), 100);
  };
  requestAnimationFrame(frame);
})`;

function p95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN;
}
