import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { eventLogAnswer } from "../../web/pages/log/fixtures/event-log.ts";
import { describeWith } from "../rig/parts.ts";
import { builtPages, chromiumPart, patience, useBrowser } from "./rig/browser.ts";
import { type Seeded, seeded } from "./rig/seeded.ts";

describeWith(chromiumPart(), "the pages of a run", (part) => {
  const browser = useBrowser(part);
  let server: Seeded;
  beforeAll(async () => {
    server = await seeded(builtPages);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const open = (path: string) => browser.open(`${server.address}/e/prd/runs/${path}`);
  const parameter = (page: Page, name: string): string | null =>
    new URL(page.url()).searchParams.get(name);

  test("steps, items, the axis and the log are gone through by keyboard alone", async () => {
    await using opened = await open("recsys-failed");
    const { page } = opened;
    const chosen = page.locator(".gantt [aria-selected='true']");
    await chosen.waitFor();
    expect(await chosen.getAttribute("data-row")).toBe("score_segment");
    await page.keyboard.press("o");
    await page.locator("[data-row='score_segment[3]'][aria-selected='true']").waitFor();
    await page.keyboard.press("j");
    await page.locator("[data-row='score_segment[11]'][aria-selected='true']").waitFor();
    await expect
      .poll(() => page.locator(".log .of").innerText(), patience)
      .toBe("score_segment[11]");
    for (let times = 0; times < 7; times += 1) await page.keyboard.press("k");
    await page.locator("[data-row='extract_bookings'][aria-selected='true']").waitFor();
    await page.keyboard.press("+");
    await expect.poll(() => parameter(page, "t"), patience).toBe("660-1980");
    await page.keyboard.press("]");
    await expect.poll(() => parameter(page, "t"), patience).toBe("1188-2508");
    await page.keyboard.press("0");
    await expect.poll(() => parameter(page, "t"), patience).toBe(null);
    await page.keyboard.press("/");
    await page.keyboard.type("concatenating");
    await page.locator(".log .hits", { hasText: "1 line has it" }).waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".log .entry.at", { hasText: "concatenating 3 frames" }).waitFor();
  });

  test("checks are listed, those that aren't met first, with what follows from it", async () => {
    await using opened = await open("recsys-failed");
    const rows = opened.page.locator(".checks li");
    await rows.first().waitFor();
    expect(await rows.allInnerTexts()).toEqual([
      'auc is 0.71, and "> -5%" is asked against 0.81, the median of the last 14 good runs: the limit is 0.7695 train, warns',
      'rows is 2,578,560, and ">= 10_000" is asked extract_bookings',
    ]);
    await using without = await open("recsys-good");
    await without.page.locator(".details").waitFor();
    expect(await without.page.locator(".checks").count()).toBe(0);
  });

  test("what is held is shown until it is given up, and why items were not taken from the cache", async () => {
    await using opened = await open("recsys-failed");
    const { page } = opened;
    const words = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
    const held = page.locator(".places");
    await held.waitFor();
    expect(words(await held.innerText())).toMatch(
      /^Held What score_segment\[3\] left is held until \S.*\d esteira shell recsys-failed --step score_segment -e prd Copy esteira stop recsys-failed -e prd Copy$/,
    );
    const rows = page.locator(".cached li");
    expect((await rows.allInnerTexts()).map(words)).toEqual([
      "build_features ran: the parameters differ from run recsys-good: ESTEIRA_PARAM_TOP_N",
      "score_segment: 7 of 12 items were taken from recsys-good",
      "score_segment ran: the inputs differ from run recsys-good: data/north.csv items 3, 8 and 2 more",
      "score_segment ran: no run has left anything for it yet item 11",
    ]);
    await page.locator(".cached").getByRole("link", { name: "11" }).click();
    await page.locator("[data-row='score_segment[11]'][aria-selected='true']").waitFor();
    await page.clock.setFixedTime(Date.now() + 24 * 3_600_000);
    await expect.poll(() => held.count(), patience).toBe(0);
  });

  test("every line of a log of ten million is reached: by link, by scrolling, at its end", async () => {
    await using opened = await open("recsys-many/log?step=score_segment&item=3#L5000000");
    const { page } = opened;
    const first = () => page.locator(".log .entry > a").first().innerText();
    const lines = page.locator(".log .lines");
    const scrollTo = (share: number, pixels = 0) =>
      page.evaluate(
        `{ const element = document.querySelector(".log .lines"); element.scrollTop = element.scrollHeight * ${share} + ${pixels}; }`,
      );
    await page.locator(".entry.chosen", { hasText: "5000000" }).waitFor();
    await expect.poll(() => first(), patience).toBe("4999994");
    await scrollTo(0);
    await page.locator(".log .entry > a", { hasText: /^1$/ }).waitFor();
    // As a wheel does it, from row to row.
    await scrollTo(0, 180);
    await page.locator(".log .entry:first-child > a", { hasText: /^11$/ }).waitFor();
    await scrollTo(1);
    await page.locator(".log .entry", { hasText: "command ended with exit code 137" }).waitFor();
    const [last, box] = await Promise.all([
      page.locator(".log .entry").last().boundingBox(),
      lines.boundingBox(),
    ]);
    expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual(
      (box?.y ?? 0) + (box?.height ?? 0) + 1,
    );
  });

  test("of a log without numbers every line is reached: above, by link, by a search, at its end", async () => {
    const written = Array.from({ length: 30_000 }, (_, index) => `line ${index} of it`);
    await using opened = await open("recsys-live");
    const { page } = opened;
    await page.route(/\/api\/.*\/log\?/, (route) => {
      const { searchParams } = new URL(route.request().url());
      return route.fulfill({ json: eventLogAnswer(written, searchParams) });
    });
    await page.route(/\/api\/.*\/log\/search\?/, (route) => {
      const { lines, ...about } = eventLogAnswer(
        written,
        new URLSearchParams({ lines: "1", from_event: "t20000" }),
      );
      const { environment, run, step, attempt, item, by } = about;
      const json = {
        schema: 1,
        environment,
        run,
        step,
        attempt,
        item,
        by,
        query: "line 20000",
        hits: lines.map((line) => ({ ...line, marks: [[0, 4]] })),
        searched: { lines: 30_000, from: 0, until: 30_000, share: null },
        complete: true,
        next: null,
      };
      return route.fulfill({ json });
    });
    const address = `${server.address}/e/prd/runs/recsys-live/log?step=score_segment&wrap=off`;
    await page.goto(address);
    const inSight = async (): Promise<number> => {
      const text = await page.locator(".log .entry code").nth(2).innerText();
      return Number(/line (\d+)/.exec(text)?.[1]);
    };
    const line = (number: number) =>
      page.locator(".log .entry", { hasText: `line ${number} of it` });
    await line(29_999).waitFor();
    // What is read above doesn't move what is looked at.
    const scroll = (top: number) =>
      page.evaluate(`document.querySelector(".log .lines").scrollTop = ${top}`);
    await scroll(0);
    await line(29_500).waitFor();
    await expect.poll(inSight, patience).toBeLessThanOrEqual(29_502);
    expect(await inSight()).toBeGreaterThan(29_490);
    await page.mouse.move(600, 500);
    await page.mouse.wheel(0, -180);
    await expect.poll(inSight, patience).toBeLessThan(29_500);
    expect(await inSight()).toBeGreaterThan(29_470);

    await page.goto(`${address}&q=line+20000`);
    await page.getByRole("button", { name: "Next hit" }).click();
    await line(20_000).waitFor();
    await page.getByRole("button", { name: "To the end" }).click();
    await line(29_999).waitFor();
    await page.goto(`${address}#Et1200`);
    await page.locator(".log .entry.chosen", { hasText: "line 1200 of it" }).waitFor();
    expect(await page.locator(".trouble").count()).toBe(0);
  });

  test("a log that is gone says why and what keeps it; a step that wrote nothing says so", async () => {
    await using gone = await open("recsys-gone");
    await gone.page.locator(".log .trouble").waitFor();
    expect(await gone.page.locator(".log .trouble").innerText()).toBe(
      "The log of score_segment[3] is gone: this environment keeps logs for 30 days\n\nKeep them for longer: log_retention_days in esteira.yaml",
    );
    await using quiet = await open("recsys-quiet");
    await quiet.page.locator(".log .trouble").waitFor();
    expect(await quiet.page.locator(".log .trouble").innerText()).toBe("It has written nothing");
  });

  test("a picture is shown as a picture only, and Markdown holds no HTML", async () => {
    await using opened = await open("recsys-failed/artifacts?file=evaluate/roc.svg");
    const { page } = opened;
    await page.locator(".look img").waitFor();
    expect(await page.locator(".look svg").count()).toBe(0);
    await page.keyboard.press("k");
    await page.locator(".markdown").waitFor();
    await expect
      .poll(() => page.locator(".markdown li").allInnerTexts(), patience)
      .toEqual(["calibrated with isotonic", "<script>document.title = 'no'</script>"]);
  });

  test("what is printed has every item and no buttons", async () => {
    await using opened = await open("recsys-items?open=score_segment");
    const { page } = opened;
    const items = page.locator(".gantt .line.item");
    await items.first().waitFor();
    expect(await items.count()).toBeLessThan(100);
    await page.emulateMedia({ media: "print" });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    await items.nth(499).waitFor();
    expect(await page.locator("main :is(button, .button):visible").count()).toBe(0);
  });
});
