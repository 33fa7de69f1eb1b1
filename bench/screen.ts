import { setTimeout as sleep } from "node:timers/promises";

import type { Page } from "playwright-core";

import { layoutOf } from "../src/local/layout.ts";
import { openStore } from "../src/local/store/open.ts";
import { entered, launched } from "./painted.ts";
import { median, type BenchRow } from "./row.ts";

const changes = 60;

/**
 * Runs in the page: keeps when each text was first on the screen, in milliseconds since 1970. It
 * counts as there when the frame that has it was drawn.
 *
 * @param texts gives the texts that are shown now
 */
const noteTexts = (texts: string): string => `
  globalThis.shown = {};
  globalThis.touched = new Set();
  const note = () => {
    for (const text of (${texts})()) {
      if (text in globalThis.shown) continue;
      globalThis.shown[text] = null;
      requestAnimationFrame(() => setTimeout(() => {
        globalThis.shown[text] = performance.timeOrigin + performance.now();
      }));
    }
  };
  const rowOf = (node) => (node instanceof Element ? node : node.parentElement)?.closest(".row");
  note();
  new MutationObserver((records) => {
    for (const { target } of records) {
      const project = rowOf(target)?.querySelector("[data-project]")?.dataset.project;
      if (project !== undefined) globalThis.touched.add(project);
    }
    note();
  }).observe(document.querySelector("main"), { subtree: true, childList: true, characterData: true });
`;

const shownIn = (page: Page): Promise<Readonly<Record<string, number | null>>> =>
  page.evaluate("globalThis.shown");

/**
 * From a change in the store of this machine to the frame that shows it on the page of 500
 * projects, and how many of its rows were drawn again for one.
 *
 * @param cookie of a console that was entered: `name=value`
 */
export async function fleetChanges(
  root: string,
  base: string,
  cookie: string,
): Promise<readonly BenchRow[]> {
  const browser = await launched();
  const context = await entered(browser, base, cookie);
  const page = await context.newPage();
  await page.goto(`${base}/e/local`);
  const link = page.locator(".row.needs a.cover[href*='/runs/']").first();
  const [project, address] = [
    (await link.getAttribute("data-project")) ?? "",
    (await link.getAttribute("href")) ?? "",
  ];
  const run = address.split("/").at(-1) ?? "";
  await sleep(2_000); // the stream has opened, and all was read again
  await page.evaluate(
    noteTexts(
      `() => [document.querySelector('[data-project="${project}"]').closest(".row").querySelector(".took").textContent]`,
    ),
  );
  const opened = openStore(layoutOf(root));
  if (!opened.ok) throw new Error(opened.error.message);
  const store = opened.value;
  const written = new Map<string, number>();
  for (let change = 1; change <= changes; change += 1) {
    // It has taken 30 minutes and so many seconds.
    const ended = 1_000 * (1_800 + change);
    store.write(() =>
      store.run("UPDATE runs SET ended_at = started_at + ? WHERE run = ?", ended, run),
    );
    const text = `${30 + Math.floor(change / 60)}:${String(change % 60).padStart(2, "0")}`;
    written.set(text, performance.timeOrigin + performance.now());
    // Not in step with anything that looks at intervals.
    await sleep(300 + ((change * 37) % 100));
  }
  store.close();
  await sleep(1_000);
  const shown = await shownIn(page);
  const touched = await page.evaluate<number>("globalThis.touched.size");
  await browser.close();
  const delays = [...written].map(([text, at]) => (shown[text] ?? Infinity) - at);
  return [
    ...delayRows("fleet: from a change to the screen", delays, "p99; aim: 100 ms"),
    {
      name: "fleet: rows that are drawn again for it",
      ours: touched,
      alternative: 500,
      unit: "rows",
      note: "one project changed; beside it all of them",
    },
  ];
}

/**
 * From the moment in which a step writes a line to the frame that shows it.
 *
 * @param log address of the log of a step that writes `at TIME` all the time, TIME in milliseconds
 *   since 1970
 */
export async function linesToScreen(
  base: string,
  cookie: string,
  log: string,
): Promise<readonly BenchRow[]> {
  const browser = await launched();
  const context = await entered(browser, base, cookie);
  const page = await context.newPage();
  await page.goto(`${base}${log}`);
  await page.locator(".log .entry code", { hasText: "at " }).first().waitFor();
  await sleep(2_000);
  const begun = Date.now();
  await page.evaluate(
    noteTexts(
      `() => [...document.querySelectorAll(".log .entry code")].map(({ textContent }) => textContent.trim())`,
    ),
  );
  await sleep(20_000);
  const shown = await shownIn(page);
  await browser.close();
  const delays = Object.entries(shown).flatMap(([text, at]) => {
    const wrote = Number(/^at ([\d.]+)$/.exec(text)?.[1]);
    return at !== null && wrote > begun ? [at - wrote] : [];
  });
  return delayRows("log: from a step's line to the screen", delays, "p99; aim: 100 ms");
}

function delayRows(name: string, delays: readonly number[], aim: string): readonly BenchRow[] {
  const sorted = delays.toSorted((a, b) => a - b);
  const one = { alternative: undefined, unit: "ms" } as const;
  return [
    { ...one, name, ours: median(delays), note: "median" },
    {
      ...one,
      name: "  the slowest of a hundred",
      ours: sorted[Math.ceil(0.99 * sorted.length) - 1] ?? Number.NaN,
      note: `${aim}; of ${sorted.length}`,
    },
  ];
}
