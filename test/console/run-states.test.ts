import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { axeFindings } from "./rig/axe.ts";
import { type Browser, openBrowser } from "./rig/browser.ts";
import { type Seeded, seeded } from "./rig/seeded.ts";

let server: Seeded;
let light: Browser;
let dark: Browser;

beforeAll(async () => {
  server = await seeded();
  light = await openBrowser();
  dark = await openBrowser({ theme: "dark", language: "pt-BR", width: 360, height: 640 });
});

afterAll(async () => {
  await light[Symbol.asyncDispose]();
  await dark[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** Opens an address of `prd`, and waits until everything on it is there. */
async function open(page: Page, path: string): Promise<void> {
  await page.goto("about:blank");
  await page.goto(`${server.address}/e/prd/runs/${path}`);
  await page.locator("main h1").waitFor();
  await page.waitForFunction(() => document.querySelector(".blanks") === null);
}

const states = [
  "recsys-failed?open=score_segment&file=evaluate/report.md&events=all",
  "recsys-live",
  "recsys-skipped",
  "recsys-resumed",
  "recsys-items?open=score_segment&file=score_segment/0/scores.csv",
  "recsys-quiet?file=evaluate/metrics.json",
  "recsys-gone",
  "recsys-idle",
  "recsys-waiting",
  "recsys-failed/log?q=memory#L1840-1842",
  "recsys-failed/artifacts?file=evaluate/roc.svg",
  "recsys-quiet/artifacts",
  "recsys-failed?do=resume&of=recsys-failed",
] as const;

test.each(states)("axe finds nothing at %s, in both themes and languages", async (path) => {
  for (const { page } of [light, dark]) {
    await open(page, path);
    expect(await axeFindings(page)).toEqual([]);
  }
});

// A browser of 1,440 px that shows everything at 400 % has 360 px.
test.each(states)("at 360 px nothing of %s is wider than the screen", async (path) => {
  const { page } = dark;
  await open(page, path);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(360);
});

test("steps, items and the log are gone through by keyboard alone", async () => {
  const { page } = light;
  await open(page, "recsys-failed");
  const chosen = page.locator(".gantt [aria-selected='true']");
  await chosen.waitFor();
  expect(await chosen.getAttribute("data-row")).toBe("score_segment");
  await page.keyboard.press("o");
  await page.locator("[data-row='score_segment[3]'][aria-selected='true']").waitFor();
  await page.keyboard.press("j");
  await page.locator("[data-row='score_segment[11]'][aria-selected='true']").waitFor();
  expect(await page.locator(".log .of").innerText()).toBe("score_segment[11]");
  for (let times = 0; times < 7; times += 1) await page.keyboard.press("k");
  await page.locator("[data-row='extract_bookings'][aria-selected='true']").waitFor();
  await page.keyboard.press("+");
  expect(new URL(page.url()).searchParams.get("t")).toBe("660-1980");
  await page.keyboard.press("]");
  expect(new URL(page.url()).searchParams.get("t")).toBe("1188-2508");
  await page.keyboard.press("0");
  expect(new URL(page.url()).searchParams.has("t")).toBe(false);
  await page.keyboard.press("/");
  await page.keyboard.type("concatenating");
  await page.locator(".log .hits", { hasText: "1 line has it" }).waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".log .entry.at", { hasText: "concatenating 3 frames" }).waitFor();
  expect(light.errors.filter((text) => !text.includes("404"))).toEqual([]);
});

test("every line of a log of ten million is reached: by link, by its scroll bar, by its end", async () => {
  const { page } = light;
  const first = () => page.locator(".log .entry > a").first().innerText();
  await open(page, "recsys-many/log?step=score_segment&item=3#L5000000");
  await page.locator(".entry.chosen", { hasText: "5000000" }).waitFor();
  expect(await first()).toBe("4999994");
  const lines = page.locator(".log .lines");
  await lines.evaluate((element) => {
    element.scrollTop = 0;
  });
  await page.locator(".log .entry > a", { hasText: /^1$/ }).waitFor();
  // As a wheel does it, from row to row.
  await lines.evaluate((element) => {
    element.scrollTop = 180;
  });
  await expect.poll(first).toBe("11");
  await lines.evaluate((element) => {
    element.scrollTop = element.scrollHeight;
  });
  await page.locator(".log .entry", { hasText: "command ended with exit code 137" }).waitFor();
  const isWhole = await lines.evaluate((element) => {
    const last = element.querySelector(".entry:last-child")?.getBoundingClientRect();
    return last !== undefined && last.bottom <= element.getBoundingClientRect().bottom + 1;
  });
  expect(isWhole).toBe(true);
});

test("a picture is shown as a picture only, and Markdown holds no HTML", async () => {
  const { page } = light;
  await open(page, "recsys-failed/artifacts?file=evaluate/roc.svg");
  await page.locator(".look img").waitFor();
  expect(await page.locator(".look svg").count()).toBe(0);
  await open(page, "recsys-failed/artifacts?file=evaluate/report.md");
  expect(await page.locator(".markdown li").allInnerTexts()).toEqual([
    "calibrated with isotonic",
    "<script>document.title = 'no'</script>",
  ]);
});

test("what is printed has every step and item, and no buttons", async () => {
  const { page } = light;
  await open(page, "recsys-items?open=score_segment");
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await expect.poll(() => page.locator(".gantt .line.item").count()).toBe(500);
  expect(await page.locator("button:visible, .button:visible").count()).toBe(0);
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  await page.emulateMedia({ media: "screen" });
});
