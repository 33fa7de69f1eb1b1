import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";

import { binary } from "../../cli/cli.ts";
import type { Part } from "../../rig/parts.ts";

/** The built pages, as an installation has them. */
export const builtPages = join(dirname(binary), "../dist/web");

// The one without a window draws the same and needs half of the processor time. Debian has it as a
// package.
const paths = [
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** Chromium, as distributions package it; nothing of it talks to anybody but the test's server. */
export function chromiumPart(): Part<{ readonly path: string }> {
  const path = [process.env["ESTEIRA_TEST_CHROMIUM"] ?? "", ...paths].find(existsSync);
  return path === undefined ? { missing: `Chromium at ${paths[0]}` } : { path };
}

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A browser for the tests of a file. Each page is in a profile that holds nothing. */
export function useBrowser(part: () => { readonly path: string }) {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: part().path, args: flags });
  });
  afterAll(() => browser.close());
  return {
    /**
     * Opens a page. What it reports as an error is an error of the test that closes it, but for
     * answers that are no success.
     */
    open: async (address: string, options: BrowserContextOptions = {}): Promise<OpenPage> => {
      const context = await browser.newContext({
        locale: "en-GB",
        timezoneId: "Europe/Lisbon",
        viewport: { width: 1440, height: 900 },
        reducedMotion: "reduce",
        ...options,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => {
        const failed = message.text().startsWith("Failed to load resource");
        if (message.type() === "error" && !failed) errors.push(message.text());
      });
      await page.goto(address);
      return {
        page,
        [Symbol.asyncDispose]: async () => {
          await context.close();
          expect(errors).toEqual([]);
        },
      };
    },
  };
}

export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
}

/**
 * For `expect.poll`: what a page draws, and its address as the browser reports it, follow a key in
 * their own time.
 */
export const patience = { timeout: 60_000, interval: 50 };

const axeSource = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What axe finds on a page by the rules of WCAG 2.2 AA: each rule with the places. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  // Measured colours are those at the end of a transition. The rig's script goes around the page's
  // policy, which allows its own server's only.
  await page.evaluate("document.getAnimations().forEach((animation) => animation.finish())");
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) {
    await page.evaluate(`${await readFile(axeSource, "utf8")};0`);
  }
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await page.evaluate<Violations>(
    `axe.run({ runOnly: ${JSON.stringify(tags)}, resultTypes: ["violations"] })`,
  );
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
  );
}

interface Violations {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly target: readonly string[] }[];
  }[];
}
