import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { describeWith } from "../rig/parts.ts";
import { axeFindings, builtPages, chromiumPart, useBrowser } from "./rig/browser.ts";
import { pages } from "./rig/pages.ts";
import { seeded, type Seeded } from "./rig/seeded.ts";
import { walkTo } from "./rig/walk.ts";

describeWith(chromiumPart(), "axe finds nothing", (part) => {
  const browser = useBrowser(part);
  let server: Seeded;
  beforeAll(async () => {
    server = await seeded(builtPages);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("on any page, wide and light", { timeout: 300_000 }, async () => {
    await using opened = await browser.open(server.address);
    expect(await findingsOf(opened.page, pages)).toEqual([]);
  });

  test("on any page, narrow and dark, in Portuguese", { timeout: 300_000 }, async () => {
    const narrow = { viewport: { width: 360, height: 740 }, colorScheme: "dark" } as const;
    await using opened = await browser.open(server.address, { ...narrow, locale: "pt-BR" });
    const { page } = opened;
    const documents = documentsOf(page);
    const untranslated = new Map<string, readonly string[]>();
    // The other way round: sheets stay, and none may be the better for one of a page before.
    const findings = await findingsOf(page, pages.toReversed(), async (address) => {
      const inPortuguese = await sentencesOf(page);
      await page.evaluate("document.querySelector('.top [lang]').click()");
      const inEnglish = new Set(await sentencesOf(page));
      await page.evaluate("document.querySelector('.top [lang]').click()");
      const said = documents.join("\n");
      const same = inPortuguese.filter((text) => inEnglish.has(text) && !said.includes(text));
      if (same.length > 0) untranslated.set(address, same);
    });
    expect(findings).toEqual([]);
    expect(Object.fromEntries(untranslated)).toEqual({});
  });

  test("in the palette and the list of keys", async () => {
    await using opened = await browser.open(`${server.address}/e/prd`);
    const { page } = opened;
    await page.keyboard.press("Control+k");
    await page.keyboard.type("rec");
    await page.locator("[role=option]").first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("?");
    await page.locator(".keylist").waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  /** What the server answers: diagnoses and names are as it says them, in any language. */
  function documentsOf(page: Page): readonly string[] {
    const found: string[] = [];
    page.on("response", (response) => {
      if (!response.url().includes("/api/")) return;
      const read = async () => {
        const document: unknown = await response.json();
        JSON.stringify(document, (_, value: unknown) => {
          if (typeof value === "string") found.push(value);
          return value;
        });
      };
      // A picture is none, and who opens the next page doesn't wait for an answer.
      read().catch(() => {});
    });
    return found;
  }

  /** Texts of a page of two words and more, and its labels. */
  const sentencesOf = (page: Page): Promise<readonly string[]> =>
    page.evaluate<readonly string[]>(`(() => {
      const texts = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        if (walker.currentNode.parentElement.closest("code, pre, .log .lines, kbd") === null) {
          texts.push(walker.currentNode.data);
        }
      }
      for (const element of document.querySelectorAll("[aria-label], [title], [placeholder]")) {
        for (const name of ["aria-label", "title", "placeholder"]) {
          texts.push(element.getAttribute(name) ?? "");
        }
      }
      const parts = texts.flatMap((text) => text.split(" · ")).map((text) => text.trim());
      return parts.filter((text) => /\\p{L}{2,} +\\p{L}{2,}(?![\\p{L}\\d])/u.test(text));
    })()`);

  async function findingsOf(
    page: Page,
    walked: typeof pages,
    also: (address: string) => Promise<void> = () => Promise.resolve(),
  ): Promise<readonly string[]> {
    const all: string[] = [];
    for (const [address, shown] of walked) {
      await walkTo(page, address, shown);
      const findings = await axeFindings(page);
      const wide = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      all.push(...findings.map((finding) => `${address}: ${finding}`));
      if (wide > 0) all.push(`${address}: ${wide} px wider than the screen`);
      await also(address);
    }
    return all;
  }
});
