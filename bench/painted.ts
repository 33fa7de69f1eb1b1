import { chromium } from "playwright-core";

import type { BenchRow } from "./row.ts";

const rounds = 11;

/** In the page, before anything of it: notes when the first rows are on the screen. */
const watchRows = `
  const look = () => {
    if (document.querySelector(".row[role=row] a.cover") === null) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => { window.paintedAt = performance.now(); }));
  };
  requestAnimationFrame(look);
`;

const painted = `new Promise((resolve) => {
  const timer = setInterval(() => {
    if (window.paintedAt === undefined) return;
    clearInterval(timer);
    resolve(window.paintedAt);
  }, 5);
})`;

/**
 * The fleet in a browser, over the store of a million runs: from the begin of the navigation until
 * its first rows are painted, with an empty cache and then with what the browser kept.
 *
 * @param cookie of a console that was entered: `name=value`
 */
export async function fleetPainted(base: string, cookie: string): Promise<readonly BenchRow[]> {
  const browser = await chromium.launch({
    executablePath: process.env["ESTEIRA_TEST_CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  const [name = "", value = ""] = cookie.split("=", 2);
  const first: number[] = [];
  const again: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    await context.addCookies([{ name, value, url: base }]);
    await context.addInitScript(watchRows);
    const page = await context.newPage();
    for (const times of [first, again]) {
      await page.goto(`${base}/e/local`);
      times.push(await page.evaluate<number>(painted));
    }
    await context.close();
  }
  await browser.close();
  const row = (what: string, times: readonly number[], note: string): BenchRow => ({
    name: `fleet of 500 projects: painted, ${what}`,
    ours: times.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN,
    alternative: undefined,
    unit: "ms",
    note,
  });
  return [
    row("nothing kept by the browser", first, "median of 11; aim: 300 ms"),
    row("opened again", again, "median of 11"),
  ];
}
