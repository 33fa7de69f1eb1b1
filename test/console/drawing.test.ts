import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { esteira } from "../cli/cli.ts";
import { shellWorkspace } from "../cli/workspace.ts";
import { describeWith } from "../rig/parts.ts";
import { chromiumPart, patience, useBrowser } from "./rig/browser.ts";
import { realConsole } from "./rig/real-console.ts";

const hello = `- { id: hello, command: "echo hello" }`;

/** In the page: keeps which rows anything is changed in, by project. */
const watchRows = `
  globalThis.touched = [];
  const rowOf = (node) => (node instanceof Element ? node : node.parentElement)?.closest(".row");
  new MutationObserver((records) => {
    for (const { target, addedNodes } of records) {
      for (const node of [target, ...addedNodes]) {
        const project = rowOf(node)?.querySelector("[data-project]")?.dataset.project;
        if (project !== undefined) globalThis.touched.push(project);
      }
    }
  }).observe(document.querySelector("main"), {
    subtree: true, childList: true, characterData: true, attributes: true,
  });
`;

/** What a page asks of the API, from its address on. */
function askedBy(page: Page): string[] {
  const asked: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/api/")) asked.push(pathname.slice("/api/v1".length));
  });
  return asked;
}

describeWith(chromiumPart(), "what the console's pages ask and draw", (part) => {
  const browser = useBrowser(part);

  test("the fleet is one request and the session another, begun before the script that uses them", async () => {
    await using folder = await shellWorkspace({ one: hello, two: hello });
    const home = { HOME: folder.path };
    await using server = await realConsole(folder.path, [], home);
    await using opened = await browser.open(server.address);
    const { page } = opened;
    await page.locator(".row").first().waitFor();
    const { origin } = new URL(server.address);
    const unused: string[] = [];
    page.on("console", (message) => {
      if (message.text().includes("preload")) unused.push(message.text());
    });
    const asked = askedBy(page);
    // What is read when the stream has opened is left out: a worker's requests can't be.
    await page.context().addInitScript("delete globalThis.SharedWorker");
    await page.route("**/events?*", (route) => route.abort());
    // A page is drawn when the session is known: what it shows may be here long before.
    await page.route("**/api/v1/session", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      await route.continue();
    });
    for (const path of ["/e/local", "/", "/e/local/projects/one", "/e/local/tonight"]) {
      // What the page before still asks for isn't this one's.
      await page.goto("about:blank");
      asked.length = 0;
      await page.goto(`${origin}${path}`);
      await page.getByRole("heading", { level: 1 }).first().waitFor();
      await page.waitForTimeout(500);
      const document = path === "/" ? "fleet" : path.slice("/e/local/".length) || "fleet";
      const shown = `/environments/local/${document}`;
      // Parts of a project's page ask for more.
      const first = asked.filter(
        (one) => document === "fleet" || [shown, "/session"].includes(one),
      );
      expect(first.toSorted()).toEqual([shown, "/session"]);
      const begun = await page.evaluate<boolean>(`{
        const at = (part) => performance.getEntriesByType("resource")
          .filter(({ name }) => name.includes(part)).map(({ startTime }) => startTime)[0];
        const script = performance.getEntriesByType("resource")
          .find(({ name }) => name.includes("/assets/first-"));
        at("/api/v1/session") < script.responseEnd && at("/environments/") < script.responseEnd
      }`);
      expect(begun).toBe(true);
    }
    // A browser complains of what it has fetched before and nobody asked for.
    await page.waitForTimeout(4_000);
    expect(unused).toEqual([]);
  });

  test("a page whose script comes after the session reads its document once", async () => {
    await using folder = await shellWorkspace({ one: hello });
    await using server = await realConsole(folder.path, [], { HOME: folder.path });
    await using opened = await browser.open(server.address);
    const { page } = opened;
    await page.locator(".row").first().waitFor();
    const { origin } = new URL(server.address);
    const asked = askedBy(page);
    await page.context().addInitScript("delete globalThis.SharedWorker");
    await page.route("**/events?*", (route) => route.abort());
    // Those that the first page doesn't need are loaded when the first ones run.
    await page.route(/\/assets\/(?!first|index)/, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      await route.continue();
    });
    for (const document of ["projects/one", "tonight"]) {
      await page.goto("about:blank");
      asked.length = 0;
      await page.goto(`${origin}/e/local/${document}`);
      await page.getByRole("heading", { level: 1 }).first().waitFor();
      await page.waitForTimeout(300);
      const shown = `/environments/local/${document}`;
      expect(asked.filter((one) => one === shown)).toEqual([shown]);
    }
  });

  test("after a change the row that has changed is drawn again, and no other", async () => {
    await using folder = await shellWorkspace({ one: hello, two: hello, three: hello });
    const home = { HOME: folder.path };
    expect(await esteira(folder.path, ["deploy"], home)).toMatchObject({ code: 0 });
    await using server = await realConsole(folder.path, [], home);
    await using opened = await browser.open(server.address);
    const { page } = opened;
    const row = page.locator(".row", { hasText: "two" });
    await row.waitFor();
    await page.waitForTimeout(1_000); // the stream has opened, and all was read again
    await page.evaluate(watchRows);
    expect(await esteira(folder.path, ["run", "two"], home)).toMatchObject({ code: 0 });
    await expect
      .poll(() => row.locator(".strip").getAttribute("aria-label"), patience)
      .toBe("14 nights: 1 succeeded");
    const touched = await page.evaluate<readonly string[]>("[...new Set(globalThis.touched)]");
    expect(touched).toEqual(["two"]);
  });
});
