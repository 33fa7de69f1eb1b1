import axe from "axe-core";
import type { Page } from "playwright-core";

/**
 * What axe finds on a page, one line each: the rule, and the first place. All rules of WCAG 2.2 AA
 * and its best practices.
 */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (
      globalThis as unknown as { axe: typeof import("axe-core") }
    ).axe.run();
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes[0]?.html.slice(0, 160)} ${nodes[0]?.failureSummary?.replaceAll(/\s+/g, " ").slice(0, 240)}`,
    );
  });
}
