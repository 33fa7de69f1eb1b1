import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { describeWith } from "../rig/parts.ts";
import { axeFindings, builtPages, chromiumPart, useBrowser } from "./rig/browser.ts";
import { seeded, type Seeded } from "./rig/seeded.ts";

/** Every page and state, and what is on it once it is shown. */
const pages: readonly (readonly [address: string, shown: string])[] = [
  ["/e/prd", ".row"],
  ["/e/prd?by=owner&at=recsys", ".row.chosen"],
  ["/e/prd?q=recsis", ".trouble"],
  ["/e/local", ".first"],
  ["/e/dev", ".trouble"],
  ["/e/nowhere", ".trouble"],
  ["/e/prd/tonight", ".lane"],
  ["/e/prd/tonight?hours=6&cut=1", ".lane"],
  ["/e/prd/projects/recsys", ".graph a"],
  ["/e/prd/projects/city-clusters", ".tagline"],
  ["/e/prd/projects/new-listings", ".tabs"],
  ["/e/prd/projects/recsys/runs", ".runs"],
  ["/e/prd/projects/recsys/releases", ".changes"],
  ["/e/prd/projects/demand-forecast/resources", ".changes"],
  ["/e/prd/projects/recsys/config", ".yaml"],
  ["/e/prd/projects/recsys/models", "table"],
  ["/e/prd/projects/nothing", ".trouble"],
  ["/e/prd/plan", ".change"],
  ["/e/prd/audit", "tbody tr:not(.plain)"],
  ["/e/prd/projects/recsys?do=run&of=recsys", "dialog input"],
  ["/e/prd/projects/recsys?do=rollback&of=recsys", "dialog select"],
  ["/e/prd/projects/recsys?do=promote&of=recsys&to=13", "dialog select"],
  ["/e/prd/projects/recsys?do=backfill&of=recsys", "dialog input"],
  ["/e/prd/projects/recsys?do=disable&of=recsys", "dialog input"],
  ["/e/prd/plan?do=deploy&of=recsys", "dialog form"],
  ["/e/prd/plan?operation=deploy-1", "dialog .lines"],
  ["/e/prd/runs/recsys-failed?open=score_segment&file=evaluate/report.md", ".markdown"],
  ["/e/prd/runs/recsys-failed?events=all&file=evaluate/metrics.json", ".events td"],
  ["/e/prd/runs/recsys-items?open=score_segment&file=score_segment/0/scores.csv", ".item"],
  ["/e/prd/runs/recsys-live", ".log footer .running"],
  ["/e/prd/runs/recsys-skipped", ".gantt em"],
  ["/e/prd/runs/recsys-resumed", ".entry"],
  ["/e/prd/runs/recsys-idle", ".grid b"],
  ["/e/prd/runs/recsys-waiting", ".diagnosis"],
  ["/e/prd/runs/recsys-quiet", ".log .trouble"],
  ["/e/prd/runs/recsys-gone", ".log .trouble"],
  ["/e/prd/runs/nothing/log", ".entry"],
  ["/e/prd/runs/recsys-failed/log?q=memory#L1840-1842", "mark"],
  ["/e/prd/runs/recsys-failed/artifacts?file=evaluate/roc.svg", ".look img"],
  ["/e/prd/runs/recsys-quiet/artifacts", ".trouble"],
  ["/e/prd/runs/recsys-failed?do=resume&of=recsys-failed", "dialog select"],
];

describeWith(chromiumPart(), "axe finds nothing", (part) => {
  const browser = useBrowser(part);
  let server: Seeded;
  beforeAll(async () => {
    server = await seeded(builtPages);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("on any page, wide and light", { timeout: 300_000 }, async () => {
    await using opened = await browser.open(server.address);
    expect(await findingsOf(opened.page)).toEqual([]);
  });

  test("on any page, narrow and dark, in Portuguese", { timeout: 300_000 }, async () => {
    const narrow = { viewport: { width: 360, height: 740 }, colorScheme: "dark" } as const;
    await using opened = await browser.open(server.address, { ...narrow, locale: "pt-BR" });
    expect(await findingsOf(opened.page)).toEqual([]);
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

  async function findingsOf(page: Page): Promise<readonly string[]> {
    const all: string[] = [];
    for (const [address, shown] of pages) {
      await page.goto(`${server.address}${address}`);
      await page.locator(shown).first().waitFor();
      const findings = await axeFindings(page);
      const wide = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      all.push(...findings.map((finding) => `${address}: ${finding}`));
      if (wide > 0) all.push(`${address}: ${wide} px wider than the screen`);
    }
    return all;
  }
});
