import { resolve } from "node:path";

import { chromium, type Page } from "playwright-core";

import { seeded } from "../test/console/rig/seeded.ts";
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
  const browser = await chromium.launch({
    executablePath: process.env["ESTEIRA_TEST_CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const run = `${server.address}/e/prd/runs/recsys-many`;
  await page.goto(`${run}?open=score_segment`);
  await page.locator(".gantt .rows .line").nth(20).waitFor();
  const gantt = await scrolled(page, ".gantt .rows", 120);
  const ganttHeap = await heap(page);
  await page.goto(`${run}/log?step=score_segment&item=3&wrap=off`);
  await page.locator(".log .entry code").nth(20).waitFor();
  await page.evaluate(
    `{ const element = document.querySelector(".log .lines"); element.scrollTop = element.scrollHeight / 3; }`,
  );
  const log = await scrolled(page, ".log .lines", 120);
  const logHeap = await heap(page);
  await browser.close();
  return [
    ...rowsOf("Gantt of 10,000 bars", gantt, ganttHeap),
    ...rowsOf("log of 1 GB, 10 million lines", log, logHeap),
  ];
}

function rowsOf(
  name: string,
  { processor, work, between }: Scrolled,
  bytes: number,
): readonly BenchRow[] {
  const one = { unit: "ms", alternative: undefined };
  return [
    {
      ...one,
      name: `${name}: processor of a frame`,
      ours: processor,
      note: "mean of the main thread, whatever else the machine does",
    },
    { ...one, name: `${name}: work of a frame`, ours: work, note: "p95; the aim is 16 ms" },
    {
      ...one,
      name: `${name}: from frame to frame`,
      ours: between,
      note: `p95; ${aFrame.toFixed(1)} ms is every frame of the screen`,
    },
    {
      ...one,
      name: `${name}: memory`,
      ours: bytes / 1e6,
      unit: "MB",
      note: "heap of the page; the aim is 80 MB for the browser",
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

/** Bytes of the page's heap, after what isn't used is gone. */
async function heap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize;
}
