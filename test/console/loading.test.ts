import { afterAll, beforeAll, expect, test } from "vitest";

import { describeWith } from "../rig/parts.ts";
import { builtPages, chromiumPart, useBrowser } from "./rig/browser.ts";
import { seeded, type Seeded } from "./rig/seeded.ts";

const pages: readonly (readonly [address: string, shown: string])[] = [
  ["/e/prd", ".row"],
  ["/e/prd/tonight", ".lane"],
  ["/e/prd/projects/recsys", ".changes td"],
  ["/e/prd/projects/recsys/runs", ".runs"],
  ["/e/prd/projects/recsys/releases", ".changes td"],
  ["/e/prd/plan", ".change"],
  ["/e/prd/audit", "tbody tr:not(.plain)"],
  ["/e/prd/runs/recsys-failed", ".compare td"],
  ["/e/prd/runs/recsys-failed/log", ".log .entry"],
  ["/e/prd/runs/recsys-failed/artifacts?file=evaluate/metrics.json", ".look li, .look details"],
];

/** Sums how far what is drawn moves by itself, as https://web.dev/articles/cls has it. */
const watchShifts = `
  globalThis.shifted = 0;
  new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) globalThis.shifted += value;
  }).observe({ type: "layout-shift", buffered: true });`;

/** Waits until what is there is drawn, and what is asked for because of it is too. */
const drawn = "new Promise((done) => setTimeout(done, 150))";

describeWith(chromiumPart(), "while a page is loaded", (part) => {
  const browser = useBrowser(part);
  let held = Promise.withResolvers<void>();
  let server: Seeded;
  beforeAll(async () => {
    server = await seeded(builtPages, { held: () => held.promise });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test.each([
    [1440, 900],
    [360, 740],
  ])("nothing jumps: rows have their height before their data, %d px", async (width, height) => {
    await using opened = await browser.open("about:blank", { viewport: { width, height } });
    const { page } = opened;
    await page.addInitScript(watchShifts);
    const moved: string[] = [];
    for (const [address, shown] of pages) {
      held = Promise.withResolvers<void>();
      await page.goto("about:blank");
      await page.goto(`${server.address}${address}`);
      await page.locator("[role=status][aria-label=Loading]").first().waitFor();
      await page.evaluate(drawn);
      held.resolve();
      await page.locator(shown).first().waitFor();
      await page.evaluate(drawn);
      const shifted = await page.evaluate<number>("globalThis.shifted");
      // What browsers call good is 0.1.
      if (shifted > 0.05) moved.push(`${address}: ${shifted.toFixed(3)}`);
    }
    expect(moved).toEqual([]);
  });
});
