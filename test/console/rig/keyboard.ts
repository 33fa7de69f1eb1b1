import type { Page } from "playwright-core";
import { expect } from "vitest";

import { patience } from "./browser.ts";

/** 1280 by 1024 pixels at 400 % zoom: https://www.w3.org/TR/WCAG22/#reflow */
export const zoomed = { width: 320, height: 256 } as const;

/** What has the focus, as a person finds it. */
export interface Stop {
  /** Its accessible name, shortly. */
  readonly name: string;
  /** What is wrong with it: that it has the focus isn't seen, or something covers it. */
  readonly wrong: readonly string[];
}

/** In the page: what has the focus, or `null` where nothing has. */
const stopScript = `(() => {
  const it = document.activeElement;
  if (it === null || it === document.body) return null;
  const texts = [...(it.labels?.[0]?.childNodes ?? [])].filter(({ nodeType }) => nodeType === 3);
  const label = it.getAttribute("aria-label") ?? texts[0]?.textContent ?? it.textContent;
  const name = (label || it.title || it.tagName).replaceAll(/\\s+/g, " ").trim().slice(0, 80);
  const wrong = [];
  const ring = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1.5;
  const drawn = it.querySelector("rect:not(.under)");
  const marked =
    ring(getComputedStyle(it)) ||
    ring(getComputedStyle(it, "::after")) ||
    (drawn !== null && parseFloat(getComputedStyle(drawn).strokeWidth) >= 2) ||
    it.closest(".palette") !== null;
  if (!marked) wrong.push("nothing shows that it has the focus");
  const box = [...it.getClientRects()].find(({ width, height }) => width > 0 && height > 0);
  if (box === undefined) wrong.push("it isn't drawn");
  else {
    const middle = (from, to, most) => (Math.max(0, from) + Math.min(most, to)) / 2;
    const x = middle(box.left, box.right, innerWidth);
    const y = middle(box.top, box.bottom, innerHeight);
    const over = document.elementFromPoint(x, y);
    if (over === null) wrong.push("it is out of sight");
    else if (!it.contains(over) && !over.contains(it)) {
      wrong.push("it is below " + over.tagName.toLowerCase() + "." + over.className);
    }
  }
  return { name, wrong };
})()`;

/** What has the focus; `undefined`: nothing of the page. */
export async function focused(page: Page): Promise<Stop | undefined> {
  return (await page.evaluate<Stop | null>(stopScript)) ?? undefined;
}

/**
 * Presses Tab until what has that name has the focus. Each stop on the way has to be seen.
 *
 * @param keys `Shift+Tab` to go back
 */
export async function tabTo(page: Page, name: string | RegExp, keys = "Tab"): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < 300; presses += 1) {
    await page.keyboard.press(keys);
    const stop = await focused(page);
    if (stop === undefined) continue;
    expect(stop).toEqual({ ...stop, wrong: [] });
    if (typeof name === "string" ? stop.name === name : name.test(stop.name)) return;
    passed.push(stop.name);
  }
  throw new Error(`Tab doesn't come to ${name}; it came to ${passed.slice(0, 60).join(" | ")}`);
}

/**
 * Every stop of a page from its top to its end, by Tab alone. It ends: the focus isn't held
 * anywhere.
 */
export async function allStops(page: Page): Promise<readonly Stop[]> {
  const stops: Stop[] = [];
  for (let presses = 0; presses < 400; presses += 1) {
    await page.keyboard.press("Tab");
    const stop = await focused(page);
    if (stop === undefined) return stops;
    stops.push(stop);
  }
  throw new Error(`the end is never reached: ${stops.at(-1)?.name}`);
}

/**
 * Opens a dialog by a link of the page, closes it by Escape, which gives the focus back, and opens
 * it again.
 */
export async function openDialog(page: Page, opener: string): Promise<void> {
  const dialog = page.locator("dialog");
  await tabTo(page, opener);
  await page.keyboard.press("Enter");
  await dialog.waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await expect.poll(async () => (await focused(page))?.name, patience).toBe(opener);
  await page.keyboard.press("Enter");
  await dialog.waitFor();
}

/** In the page: what is wider than the screen and can't be scrolled to in its own box. */
const overflowScript = `(() => {
  const wide = document.documentElement.scrollWidth - innerWidth;
  const scrolls = (element) => {
    for (let one = element; one !== null; one = one.parentElement) {
      const { overflowX, position } = getComputedStyle(one);
      if (["auto", "scroll", "hidden", "clip"].includes(overflowX) && one !== document.body) {
        return true;
      }
      if (position === "fixed") return false;
    }
    return false;
  };
  const cut = [...document.querySelectorAll("main *, dialog *, header *")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.right > innerWidth + 1 && !scrolls(element);
  });
  return [
    ...(wide > 0 ? [wide + " px wider than the screen"] : []),
    ...cut.map((element) => element.tagName.toLowerCase() + "." + element.className).slice(0, 4),
  ];
})()`;

/** What makes a page wider than its screen. */
export const overflows = (page: Page): Promise<readonly string[]> =>
  page.evaluate<readonly string[]>(overflowScript);
