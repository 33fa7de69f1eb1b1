import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import type { Page } from "playwright-core";

import { launched } from "./painted.ts";

/** What a page holds, in bytes. */
export interface Held {
  /** Of its script: what is still used of the heap. */
  readonly heap: number;
  /** Of its process, what no other process shares: script, drawing, images, threads, allocators. */
  readonly process: number;
}

/**
 * What a page holds in memory once somebody has worked with it, in a browser that shows nothing
 * else, after what isn't used is gone.
 *
 * @param work opens it and works with it
 */
export async function heldBy(work: (page: Page) => Promise<void>): Promise<Held> {
  const browser = await launched();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await work(page);
  const session = await page.context().newCDPSession(page);
  for (let round = 0; round < 3; round += 1) {
    await session.send("HeapProfiler.collectGarbage");
    await sleep(300); // freed pages are given back a moment later
  }
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  const whole = await browser.newBrowserCDPSession();
  const { processInfo } = await whole.send("SystemInfo.getProcessInfo");
  const pages = processInfo.filter(({ type }) => type === "renderer");
  // A browser keeps a process ready for the next page: it is the smaller one.
  const sizes = await Promise.all(pages.map(({ id }) => privateBytes(id)));
  await browser.close();
  return { heap: usedSize, process: Math.max(...sizes) };
}

/** https://docs.kernel.org/filesystems/proc.html: pages that nobody shares, in bytes. */
async function privateBytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  const sizes = text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm);
  return [...sizes].reduce((sum, [, size]) => sum + 1024 * Number(size), 0);
}
