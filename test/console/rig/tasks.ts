import type { Page } from "playwright-core";
import { expect } from "vitest";

import { patience } from "./browser.ts";
import { focused, openDialog, tabTo } from "./keyboard.ts";

/** A task: where it begins, what a person presses and types, and what the server was asked for. */
export interface Task {
  readonly does: string;
  readonly at: string;
  /** What shows that the page is there. */
  readonly shown: string;
  readonly keys: (page: Page) => Promise<void>;
  /** What was asked of the server. */
  readonly asks?: string;
}

const enter = (page: Page) => page.keyboard.press("Enter");
const type = (page: Page, text: string) => page.keyboard.type(text);
const parameter = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);
const recsys = "/e/prd/projects/recsys";
const nothingOpen = (page: Page) => page.locator("dialog").waitFor({ state: "detached" });

/** What people do in the console, each by keyboard alone. */
export const tasks: readonly Task[] = [
  {
    does: "run with parameters",
    at: recsys,
    shown: ".facts",
    keys: async (page) => {
      await openDialog(page, "Run…");
      await page.getByLabel("top_n").waitFor();
      await page.keyboard.press("Control+a");
      await type(page, "500");
      await tabTo(page, "Run");
      await enter(page);
      await page.waitForURL(/\/runs\/recsys-/);
    },
    asks: 'POST /environments/prd/projects/recsys/run {"params":{"top_n":"500"}}',
  },
  {
    does: "stop a run",
    at: "/e/prd/runs/recsys-live",
    shown: ".gantt .line.chosen",
    keys: async (page) => {
      await openDialog(page, "Stop");
      await enter(page);
      await nothingOpen(page);
    },
    asks: "POST /environments/prd/runs/recsys-live/stop {}",
  },
  {
    does: "resume with the choice of a release",
    at: "/e/prd/runs/recsys-failed",
    shown: ".gantt .line.chosen",
    keys: async (page) => {
      await openDialog(page, "Resume");
      await expect.poll(async () => (await focused(page))?.name, patience).toBe("Release");
      await page.keyboard.press("End");
      await tabTo(page, "Resume");
      await enter(page);
      await page.waitForURL(/\/runs\/recsys-resumed/);
    },
    asks: 'POST /environments/prd/runs/recsys-failed/resume {"release":"same"}',
  },
  {
    does: "disable a schedule",
    at: recsys,
    shown: ".facts",
    keys: async (page) => {
      await openDialog(page, "Disable schedule…");
      await type(page, "holiday");
      await enter(page);
      await page.locator(".done", { hasText: "disabled" }).waitFor();
    },
    asks: 'POST /environments/prd/projects/recsys/schedule {"enabled":false,"reason":"holiday"}',
  },
  {
    does: "enable a schedule",
    at: "/e/prd/projects/city-clusters",
    shown: ".facts",
    keys: async (page) => {
      await openDialog(page, "Enable schedule…");
      await enter(page);
      await page.locator(".done", { hasText: "enabled" }).waitFor();
    },
    asks: 'POST /environments/prd/projects/city-clusters/schedule {"enabled":true}',
  },
  {
    does: "backfill a range",
    at: recsys,
    shown: ".facts",
    keys: async (page) => {
      await openDialog(page, "Backfill…");
      await type(page, "11012026");
      await tabTo(page, "Last day");
      await type(page, "11042026");
      await page.getByText("3 to run, 1 have succeeded").waitFor();
      await tabTo(page, "Backfill");
      await enter(page);
      await page.locator("dialog .lines").waitFor();
    },
    asks: 'POST /environments/prd/projects/recsys/backfill {"from":"2026-11-01","to":"2026-11-04","maxActive":1}',
  },
  {
    does: "roll back",
    at: recsys,
    shown: ".facts",
    keys: async (page) => {
      await openDialog(page, "Roll back…");
      await page.locator("dialog select").waitFor();
      await tabTo(page, "Why");
      await type(page, "worse");
      await enter(page);
      await page.locator("dialog .lines").waitFor();
    },
    asks: 'POST /environments/prd/projects/recsys/rollback {"reason":"worse"}',
  },
  {
    does: "promote a model",
    at: `${recsys}/models`,
    shown: "table",
    keys: async (page) => {
      await openDialog(page, "Promote v13…");
      await page.locator("dialog select").waitFor();
      await tabTo(page, "Promote");
      await enter(page);
      await page.locator(".done", { hasText: "Production" }).waitFor();
    },
    asks: 'POST /environments/prd/projects/recsys/promote {"version":"13","to":"Production"}',
  },
  {
    does: "deploy from the plan",
    at: "/e/prd/plan",
    shown: ".change",
    keys: async (page) => {
      await openDialog(page, "Deploy all…");
      await tabTo(page, "Deploy");
      await enter(page);
      await page.locator("dialog .lines").waitFor();
      await page.keyboard.press("Escape");
      await nothingOpen(page);
    },
    asks: "POST /environments/prd/deploy {}",
  },
  {
    does: "find a project in the palette",
    at: "/e/prd",
    shown: ".row",
    keys: async (page) => {
      await tabTo(page, /^Search or do/);
      await enter(page);
      await page.getByRole("combobox").waitFor();
      await page.keyboard.press("Escape");
      await nothingOpen(page);
      await page.keyboard.press("Control+k");
      await type(page, "city-cl");
      await page
        .getByRole("option", { name: /city-clusters/ })
        .first()
        .waitFor();
      await enter(page);
      await page.waitForURL(/\/projects\/city-clusters/);
    },
  },
  {
    does: "filter and group the fleet",
    at: "/e/prd",
    shown: ".row",
    keys: async (page) => {
      await tabTo(page, "Owner");
      await enter(page);
      await expect.poll(() => parameter(page, "by"), patience).toBe("owner");
      await page.keyboard.press("/");
      await type(page, "plate");
      await enter(page);
      await page.locator(".row .cover:focus", { hasText: "plate-ocr" }).waitFor();
      await enter(page);
      await page.waitForURL(/\/runs\/plate-ocr-/);
    },
  },
  {
    does: "read, search and link a log",
    at: "/e/prd/runs/recsys-failed/log",
    shown: ".log .entry",
    keys: async (page) => {
      await page.keyboard.press("/");
      await type(page, "concatenating");
      await page.locator(".log .hits", { hasText: "1 line has it" }).waitFor();
      await enter(page);
      await page.locator(".log .entry.at").waitFor();
      await page.keyboard.press("Escape");
      await page.keyboard.press("l");
      await expect.poll(() => new URL(page.url()).hash, patience).toBe("#L1837");
      await page.keyboard.press("Shift+ArrowDown");
      await page.keyboard.press("Shift+ArrowDown");
      await expect.poll(() => new URL(page.url()).hash, patience).toBe("#L1837-1839");
      expect((await focused(page))?.wrong).toEqual([]);
      await tabTo(page, "Copy link");
      await enter(page);
      await page.getByText("Copied").waitFor();
      expect(await page.evaluate("navigator.clipboard.readText()")).toBe(page.url());
      await tabTo(page, "What it wrote", "Shift+Tab");
      await page.keyboard.press("ArrowUp");
      await expect.poll(() => new URL(page.url()).hash, patience).toBe("#L1838");
      await page.keyboard.press("Escape");
      await expect.poll(() => new URL(page.url()).hash, patience).toBe("");
      await page.keyboard.press("Home");
      await page.locator(".log [data-line='0']").waitFor();
    },
  },
  {
    does: "open artifacts",
    at: "/e/prd/runs/recsys-failed",
    shown: ".files [data-file]",
    keys: async (page) => {
      await tabTo(page, "All, on a page");
      await enter(page);
      await page.getByRole("heading", { level: 1, name: "Artifacts" }).waitFor();
      await page.locator(".files [data-file]").first().waitFor();
      await tabTo(page, "evaluate/metrics.json");
      await enter(page);
      await page.locator(".look details, .look .tree, .look ul").first().waitFor();
    },
  },
  {
    does: "compare with the last good run",
    at: "/e/prd/runs/recsys-failed",
    shown: ".compare tbody",
    keys: async (page) => {
      await tabTo(page, /^Thu 12 Nov, 0\d:00, 41:05$/);
      await page.locator(".compare tr", { hasText: "top_n" }).waitFor();
      await enter(page);
      await page.waitForURL(/\/runs\/recsys-good/);
    },
  },
  {
    does: "filter the audit",
    at: "/e/prd/audit",
    shown: "tbody tr:not(.plain)",
    keys: async (page) => {
      await tabTo(page, "Who");
      await type(page, "leo");
      await expect.poll(() => parameter(page, "actor"), patience).toBe("leo");
      await expect
        .poll(
          async () => new Set(await page.locator("tbody tr td:nth-child(2)").allInnerTexts()),
          patience,
        )
        .toEqual(new Set(["leo@mobility"]));
    },
  },
  {
    does: "look closer at tonight, and cut its idle time",
    at: "/e/prd/tonight",
    shown: ".lane",
    keys: async (page) => {
      await tabTo(page, "Closer");
      await enter(page);
      await expect.poll(() => parameter(page, "hours"), patience).toBe("12");
      await tabTo(page, "Cut idle time");
      await page.keyboard.press("Space");
      await expect.poll(() => parameter(page, "cut"), patience).toBe("1");
    },
  },
  {
    does: "switch language and theme",
    at: "/e/prd/audit",
    shown: "tbody tr:not(.plain)",
    keys: async (page) => {
      await tabTo(page, "PT");
      await enter(page);
      await expect.poll(() => page.locator("html").getAttribute("lang"), patience).toBe("pt-BR");
      await tabTo(page, /^Tema: /);
      await page.keyboard.press("Space");
      await expect
        .poll(() => page.locator("html").getAttribute("data-theme"), patience)
        .toBe("light");
    },
  },
];
