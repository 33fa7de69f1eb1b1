import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { describeWith } from "../rig/parts.ts";
import { builtPages, chromiumPart, type OpenPage, useBrowser } from "./rig/browser.ts";
import { allStops, focused, overflows, type Stop, zoomed } from "./rig/keyboard.ts";
import { pages } from "./rig/pages.ts";
import { seeded, type Seeded } from "./rig/seeded.ts";
import { tasks } from "./rig/tasks.ts";
import { walkTo } from "./rig/walk.ts";

/** Dialogs, which the tasks go through, and pages that are made as others are. */
const seenElsewhere =
  /[?&](?:do|operation)=|recsys-(?:live|skipped|resumed|idle|waiting|quiet|gone)|events=all|hours=/;

describeWith(chromiumPart(), "each task by keyboard alone", (part) => {
  const browser = useBrowser(part);
  let server: Seeded;
  beforeAll(async () => {
    server = await seeded(builtPages);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  describe.each([
    ["on a wide screen", { width: 1440, height: 900 }],
    ["at 400 % zoom", zoomed],
  ] as const)("%s", (_, viewport) => {
    let opened: OpenPage;
    beforeAll(async () => {
      const permissions = ["clipboard-read", "clipboard-write"];
      opened = await browser.open(server.address, { viewport, permissions });
    });
    afterAll(() => opened[Symbol.asyncDispose]());

    test.for(tasks)("$does", async ({ at, shown, keys, asks }) => {
      const before = server.asked.length;
      const { page } = opened;
      await page.goto(`${server.address}${at}`);
      await page.locator(shown).first().waitFor();
      await keys(page);
      expect(server.asked.slice(before)).toEqual(asks === undefined ? [] : [asks]);
    });
  });

  test("a key after Escape finds the page without the dialog, and the focus where it was", async () => {
    await using opened = await browser.open(`${server.address}/e/prd/projects/recsys`);
    const { page } = opened;
    const opener = page.getByRole("link", { name: "Run…" });
    const dialog = page.locator("dialog");
    await opener.focus();
    await page.keyboard.press("Enter");
    await dialog.waitFor();
    // As Escape does; the next key may come as soon as this has returned.
    const after = "document.querySelector('dialog').requestClose(); location.search";
    expect(await page.evaluate(after)).toBe("");
    await page.keyboard.press("Enter");
    await dialog.waitFor();
    await Promise.all([page.keyboard.press("Escape"), page.keyboard.press("Enter")]);
    await dialog.waitFor();
    expect(new URL(page.url()).searchParams.get("do")).toBe("run");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "detached" });
    expect((await focused(page))?.name).toBe("Run…");
  });

  test("at 400 % zoom each page fits, and each part of it is come to and seen", async () => {
    await using opened = await browser.open(server.address, { viewport: zoomed });
    const { page } = opened;
    const wrong: string[] = [];
    for (const [address, shown] of pages) {
      const stops: Stop[] = [];
      if (seenElsewhere.test(address)) await walkTo(page, address, shown);
      else {
        await page.goto("about:blank"); // each is opened anew once: what it needs is its own
        await page.goto(`${server.address}${address}`);
        await page.locator(shown).first().waitFor();
        stops.push(...(await allStops(page)));
      }
      wrong.push(
        ...(await overflows(page)).map((what) => `${address}: ${what}`),
        ...stops.flatMap(({ name, wrong: of }) => of.map((what) => `${address}: ${name}: ${what}`)),
      );
    }
    expect(wrong).toEqual([]);
  });
});
