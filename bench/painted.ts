import { existsSync } from "node:fs";

import {
  type Browser,
  type BrowserContext,
  type CDPSession,
  chromium,
  type Page,
} from "playwright-core";

import { median, type BenchRow } from "./row.ts";

const rounds = 11;

/** In the page, before anything of it: notes when what is looked for is on the screen. */
const watch = (selector: string): string => `
  const look = () => {
    if (document.querySelector(${JSON.stringify(selector)}) === null) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => { window.paintedAt = performance.now(); }));
  };
  requestAnimationFrame(look);
`;

const painted = `new Promise((resolve) => {
  const timer = setInterval(() => {
    if (window.paintedAt === undefined) return;
    clearInterval(timer);
    resolve(window.paintedAt);
  }, 5);
})`;

interface Opened {
  /** Milliseconds from the begin of the navigation. */
  readonly at: number;
  /** Milliseconds of processor time of the page's main thread. */
  readonly processor: number;
}

/** The browser that people have, where it is; drawing costs more in it than in the tests' one. */
const browserOfPeople = (): string =>
  process.env["ESTEIRA_TEST_CHROMIUM"] ??
  ["/usr/bin/chromium", "/usr/bin/chromium-headless-shell"].find((path) => existsSync(path)) ??
  "/usr/bin/chromium";

export function launched(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserOfPeople(),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
}

/** A browser that has kept nothing but who it is. @param cookie `name=value` */
export async function entered(
  browser: Browser,
  base: string,
  cookie: string,
): Promise<BrowserContext> {
  const [name = "", value = ""] = cookie.split("=", 2);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addCookies([{ name, value, url: base }]);
  return context;
}

/**
 * The fleet in a browser, over the store of a million runs: from the begin of the navigation until
 * its first rows are painted, with an empty cache and then with what the browser kept. Beside it,
 * in turn, the sign-in page of the same server, which has neither script nor data: what it takes
 * is the browser's.
 *
 * @param cookie of a console that was entered: `name=value`
 */
export async function fleetPainted(base: string, cookie: string): Promise<readonly BenchRow[]> {
  const browser = await launched();
  const fleet = { first: [] as Opened[], again: [] as Opened[] };
  const empty = { first: [] as Opened[], again: [] as Opened[] };
  for (let round = 0; round < rounds; round += 1) {
    const sides = [
      [fleet, "/e/local", ".row[role=row] a.cover"],
      [empty, "/login", "form"],
    ] as const;
    for (const [times, path, selector] of sides) {
      await using context = await entered(browser, base, cookie);
      await context.addInitScript(watch(selector));
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      await session.send("Performance.enable", { timeDomain: "threadTicks" });
      for (const kind of ["first", "again"] as const) {
        times[kind].push(await opened(page, session, `${base}${path}`));
      }
    }
  }
  await browser.close();
  const row = (
    what: string,
    of: keyof Opened,
    kind: "first" | "again",
    note: string,
  ): BenchRow => ({
    name: `fleet of 500 projects: ${what}`,
    ours: median(fleet[kind].map((one) => one[of])),
    alternative: median(empty[kind].map((one) => one[of])),
    unit: "ms",
    note,
  });
  return [
    row("painted, nothing kept", "at", "first", "aim: 300 ms; beside it a page without script"),
    row("painted, opened again", "at", "again", `median of ${rounds}`),
    row("processor of it, nothing kept", "processor", "first", "the page's main thread"),
  ];
}

async function opened(page: Page, session: CDPSession, address: string): Promise<Opened> {
  const before = await taken(session);
  await page.goto(address);
  const at = await page.evaluate<number>(painted);
  return { at, processor: (await taken(session)) - before };
}

/** Milliseconds of processor time that the main thread of a page has taken by now. */
async function taken(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return 1_000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
}
