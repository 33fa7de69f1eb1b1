import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { describeWith } from "../rig/parts.ts";
import { builtPages, chromiumPart, patience, useBrowser } from "./rig/browser.ts";
import { seeded, type Seeded } from "./rig/seeded.ts";

/** Names of the projects that are drawn, from the top. */
const drawn = (page: Page): Promise<string[]> => page.locator(".row .name").allTextContents();

const pathOf = (page: Page): string => {
  const { pathname, search } = new URL(page.url());
  return `${pathname}${search}`;
};

describeWith(chromiumPart(), "the fleet of 500 projects", (part) => {
  const browser = useBrowser(part);
  let server: Seeded;
  beforeAll(async () => {
    server = await seeded(builtPages, { projects: 500 });
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const open = () => browser.open(server.address);

  test("shows those that need somebody first, and draws what is in sight", async () => {
    await using opened = await open();
    const { page } = opened;
    await page.locator(".row").first().waitFor();
    await expect.poll(() => pathOf(page), patience).toBe("/e/prd");
    const names = await drawn(page);
    expect(names.slice(0, 6)).toEqual([
      "demand-forecast",
      "plate-ocr",
      "recsys",
      "airport-peaks",
      "ad-bidding",
      "price-scraper",
    ]);
    expect(names.length).toBeLessThan(80);
    await expect
      .poll(() => page.locator(".tally").textContent(), patience)
      .toBe("4 need you2 under way493 well");
    const row = page.locator(".row", { hasText: "recsys" }).first();
    expect(await row.locator("[role=img]").first().getAttribute("aria-label")).toBe("failed");
    expect(await row.locator(".strip").getAttribute("aria-label")).toBe(
      "14 nights: 12 succeeded, 1 stopped, 1 failed",
    );
    // What went well is one shape; what didn't has its own, and each night says what it was.
    const classes = `[...document.querySelectorAll(".row:has([data-project=recsys]) .strip > i")].map((one) => one.className)`;
    expect(await page.evaluate(classes)).toEqual(["stopped", "failed"]);
    const said = async (night: number): Promise<string | null> => {
      await row.locator(".strip").hover({ position: { x: night * 16 + 8, y: 12 } });
      return row.locator(".strip").getAttribute("title");
    };
    expect(await said(0)).toMatch(/^succeeded, \d+:\d\d$/);
    expect(await said(10)).toMatch(/^stopped, /);
    expect(await said(13)).toMatch(/^failed, /);
    expect(await row.locator(".why").textContent()).toBe(
      "score_segment[BR-SP] ran out of memory: 15.9 of 16 GB",
    );
  });

  test("is filtered as one types, and the address keeps it", async () => {
    await using opened = await open();
    const { page } = opened;
    await page.locator(".row").first().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("VISION failed");
    await page.waitForURL(/q=VISION/);
    await expect.poll(() => drawn(page), patience).toEqual(["plate-ocr"]);
    await page.reload();
    await page.locator(".row").first().waitFor();
    await expect.poll(() => drawn(page), patience).toEqual(["plate-ocr"]);
    await expect.poll(() => pathOf(page), patience).toBe("/e/prd?q=VISION+failed");

    await page.getByRole("searchbox").fill("recsis");
    await expect
      .poll(() => page.locator(".trouble").textContent(), patience)
      .toBe(
        "No project matches “recsis”Did you mean recsys? 500 projects in prd. Clear the filter",
      );
    await page.getByRole("link", { name: "recsys" }).click();
    await page.locator(".row").first().waitFor();
    await expect.poll(() => drawn(page), patience).toEqual(["recsys"]);
  });

  test("is worked by keyboard: rows, groups, the way in and back", async () => {
    await using opened = await open();
    const { page } = opened;
    await page.locator(".row").first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    await page.locator(".row.chosen", { hasText: "plate-ocr" }).waitFor();
    await expect.poll(() => pathOf(page), patience).toBe("/e/prd?at=plate-ocr");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/e\/prd\/runs\/plate-ocr-/);
    await page.goBack();
    await page.locator(".row.chosen", { hasText: "plate-ocr" }).waitFor();
    await page.keyboard.press("g");
    // The chosen row stays in sight, far below now.
    await page.locator(".group", { hasText: "vision" }).waitFor();
    await page.locator(".row.chosen", { hasText: "plate-ocr" }).waitFor();
    await expect.poll(() => pathOf(page), patience).toBe("/e/prd?at=plate-ocr&by=owner");
    // The last of 500 is reached, and what is drawn are still a few.
    await page.keyboard.press("End");
    await page.locator(".row.chosen", { hasText: "new-listings" }).waitFor();
    expect((await drawn(page)).length).toBeLessThan(80);
  });

  test("all of it is there to be printed", async () => {
    await using opened = await open();
    const { page } = opened;
    await page.locator(".row").first().waitFor();
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    await page.locator(".row").nth(499).waitFor({ state: "attached" });
    expect(await page.locator(".row").count()).toBe(500);
    // On paper too a project is a line, and one more where there is something to say of it.
    await page.setViewportSize({ width: 718, height: 1040 });
    await page.emulateMedia({ media: "print" });
    const height = async (name: string) =>
      (await page.locator(".row", { hasText: name }).first().boundingBox())?.height;
    expect([await height("attribution"), await height("recsys")]).toEqual([24, 44]);
    expect(await page.locator(".tools .field").isVisible()).toBe(false);
    await page.emulateMedia({ media: "screen" });
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    await page.locator(".row").nth(499).waitFor({ state: "detached" });
  });

  test("a narrow row has the version, the next fire, the nights, and what is wrong or how long it took", async () => {
    await using opened = await browser.open(server.address, {
      viewport: { width: 360, height: 740 },
    });
    const { page } = opened;
    const seen = async (name: string) => {
      const row = page.locator(".row", { hasText: name }).first();
      await row.waitFor();
      const cells = ["version", "next", "took", "flags", "why"];
      const shown = await Promise.all(cells.map((cell) => row.locator(`.${cell}`).isVisible()));
      return cells.filter((_, index) => shown[index]);
    };
    expect(await seen("plate-ocr")).toEqual(["version", "next", "took", "why"]);
    expect(await seen("demand-forecast")).toEqual(["version", "next", "flags", "why"]);
  });

  test("speaks Portuguese and is dark, and keeps both", async () => {
    await using opened = await open();
    const { page } = opened;
    await page.getByRole("button", { name: "PT" }).click();
    await page.locator(".tally", { hasText: "4 precisam de você" }).waitFor();
    await page.getByRole("button", { name: "Tema: do sistema" }).click();
    await page.getByRole("button", { name: "Tema: claro" }).click();
    await page.reload();
    await page.getByRole("link", { name: "Esta noite" }).waitFor();
    const html = page.locator("html");
    await expect.poll(() => html.getAttribute("lang"), patience).toBe("pt-BR");
    await expect.poll(() => html.getAttribute("data-theme"), patience).toBe("dark");
  });

  test("an environment that can't be read says so in its place, and the others are there", async () => {
    await using opened = await browser.open(`${server.address}/e/dev`);
    const { page } = opened;
    await page.locator(".trouble").waitFor();
    await expect
      .poll(() => page.locator(".trouble").textContent(), patience)
      .toBe(
        "The credentials of environment dev have run outSign in again:aws sso login --profile devCopy",
      );
    await page.locator(".environments a", { hasText: "dev" }).locator(".glyph.late").waitFor();
    await page.getByRole("link", { name: "prd" }).click();
    await page.locator(".row").first().waitFor();
  });
});

describeWith(chromiumPart(), "the palette", (part) => {
  const browser = useBrowser(part);

  test("finds a project and what can be done with it, each with its command", async () => {
    await using server = await seeded(builtPages);
    await using opened = await browser.open(server.address);
    const { page } = opened;
    await page.locator(".row").first().waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("recsys");
    await page.getByRole("option", { name: /Run with parameters/ }).waitFor();
    const commands = async (): Promise<string[]> => {
      const all = await page.locator("[role=option] code").allTextContents();
      return all.filter((command) => command.startsWith("esteira"));
    };
    await expect
      .poll(commands, patience)
      .toEqual([
        expect.stringMatching(/^esteira resume recsys-\S+ -e prd$/),
        "esteira run recsys -e prd",
        "esteira schedule disable recsys -e prd",
        "esteira backfill recsys -e prd",
        "esteira rollback recsys -e prd",
        "esteira model promote recsys -e prd",
        "esteira deploy recsys -e prd",
      ]);
    for (const _ of [1, 2]) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Run recsys in prd" });
    await dialog.getByLabel("top_n").fill("500");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/e\/prd\/runs\/recsys-20261113T111200Z-a1b2c3/);
    expect(server.asked).toEqual([
      'POST /environments/prd/projects/recsys/run {"params":{"top_n":"500"}}',
    ]);
  });

  test("has its field at once: what is typed while the rest is loaded is kept, in no other field", async () => {
    await using server = await seeded(builtPages);
    await using opened = await browser.open(`${server.address}/e/nowhere`);
    const { page } = opened;
    const held = Promise.withResolvers<void>();
    await page.route(/\/assets\/more-/, async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.goto(`${server.address}/e/prd`);
    await page.locator(".row").first().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("tonigx");
    await page.keyboard.press("Backspace");
    await page.keyboard.type("ht");
    await expect.poll(() => page.getByRole("combobox").inputValue(), patience).toBe("tonight");
    expect(await page.getByRole("option").count()).toBe(0);
    held.resolve();
    await page.getByRole("option", { name: "Tonight" }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(`${server.address}/e/prd/tonight`);
  });
});
