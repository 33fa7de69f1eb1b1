import { rm } from "node:fs/promises";
import { resolve } from "node:path";

import { chromium } from "playwright-core";

import { now } from "../seeds/projects.ts";
import { seeded } from "./seeded.ts";

/** The pictures of docs/console.md: name, address, size, theme, and what is typed. */
const pictures = [
  ["fleet-light", "/e/prd", [1280, 800], "light", ""],
  ["fleet-narrow", "/e/prd", [390, 760], "light", ""],
  ["tonight-dark", "/e/prd/tonight", [1280, 760], "dark", ""],
  ["project-light", "/e/prd/projects/recsys", [1280, 800], "light", ""],
  ["failed-dark", "/e/prd/runs/recsys-failed", [1280, 820], "dark", ""],
  ["plan-light", "/e/prd/plan", [1280, 720], "light", ""],
  ["run-light", "/e/prd/projects/recsys?do=run&of=recsys", [1280, 560], "light", ""],
  ["palette-dark", "/e/prd", [1280, 720], "dark", "recsys"],
] as const;

// Takes the pictures of the built pages anew: `npm run build`, then
// `npx node test/console/rig/pictures.ts`. They have the fonts of the machine.
const root = resolve(import.meta.dirname, "../../..");
const executablePath = process.env["ESTEIRA_TEST_CHROMIUM"] ?? "/usr/bin/chromium-headless-shell";
await using server = await seeded(resolve(root, "dist/web"), { projects: 36 });
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu"],
});
for (const [name, address, [width, height], colorScheme, typed] of pictures) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    locale: "en-GB",
    timezoneId: "America/Sao_Paulo",
  });
  const page = await context.newPage();
  await page.clock.setFixedTime(now);
  await page.goto(`${server.address}${address}`);
  await page.locator("main :is(.row, .lane, .chart, .log .entry, .change)").first().waitFor();
  if (typed !== "") {
    await page.keyboard.press("Control+k");
    await page.keyboard.type(typed);
    await page.getByRole("option", { name: /Run with/ }).waitFor();
  }
  await page.waitForTimeout(500);
  const path = resolve(root, `docs/console/${name}.png`);
  await rm(path, { force: true });
  await page.screenshot({ path, animations: "disabled" });
  await context.close();
}
await browser.close();
