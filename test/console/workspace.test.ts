import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { esteira } from "../cli/cli.ts";
import { shellWorkspace, steady, write } from "../cli/workspace.ts";
import { describeWith } from "../rig/parts.ts";
import { chromiumPart, patience, useBrowser } from "./rig/browser.ts";
import { letIn, type OpenConsole, openedConsole } from "./rig/opened.ts";
import { realConsole } from "./rig/real-console.ts";

const greet = `- { id: hello, command: "echo $ESTEIRA_PARAM_GREETING" }
- { id: world, command: "test -f $HOME/flag" }`;

/** A workspace of deployed projects, which fail while there is no file `flag`. */
async function deployed(...projects: readonly string[]) {
  const folder = await shellWorkspace(Object.fromEntries(projects.map((name) => [name, greet])));
  const typed = (...inputs: readonly string[]) =>
    esteira(folder.path, inputs, { HOME: folder.path });
  const { code, err } = await typed("deploy");
  if (code !== 0 || err !== "") throw new Error(err);
  return { ...folder, typed };
}

describeWith(chromiumPart(), "the console over a workspace", (part) => {
  const browser = useBrowser(part);
  // One for most tests, each of which has a project.
  let folder: Awaited<ReturnType<typeof deployed>>;
  let server: OpenConsole;
  beforeAll(async () => {
    folder = await deployed("tabs", "migrated", "ranged", "changed", "shown");
    server = await openedConsole(folder.path, [], { HOME: folder.path });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });
  const typed = (...inputs: readonly string[]) => folder.typed(...inputs);
  const open = () => browser.open(`${server.base}/e/local`, letIn(server));

  test("before the first project its page shows what a line will be, its nights among it", async () => {
    await using empty = await shellWorkspace({});
    await using server = await realConsole(empty.path, [], { HOME: empty.path });
    await using opened = await browser.open(server.address);
    const { page } = opened;
    const strip = page.locator(".sample .strip");
    await strip.waitFor();
    expect((await strip.boundingBox())?.width).toBe(14 * 16);
  });

  test("a run with a parameter is started, fails live, and its remedy is on the fleet", async () => {
    await using alone = await deployed("demo");
    await using server = await realConsole(alone.path, [], { HOME: alone.path });
    await using opened = await browser.open(server.address);
    const { page } = opened;

    const row = page.locator(".row", { hasText: "demo" });
    await row.waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "demo", level: 1 }).waitFor();
    await page.getByRole("link", { name: "Run…" }).click();
    const dialog = page.getByRole("dialog", { name: "Run demo in local" });
    await dialog.getByLabel("greeting").fill("oi");
    await expect
      .poll(() => dialog.locator(".command code").textContent(), patience)
      .toBe("esteira run demo -e local --param greeting=oi");
    await dialog.getByRole("button", { name: "Run" }).click();

    await page.waitForURL(/\/e\/local\/runs\/demo-/);
    const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    await page.goto(new URL("/e/local", page.url()).href);
    // It becomes red while the page is open.
    await page.locator(".row.needs", { hasText: "world ended with exit code 1" }).waitFor();
    await expect
      .poll(() => page.locator(".tally").textContent(), patience)
      .toBe("1 needs you0 well");
    expect((await alone.typed("logs", id, "--step", "hello")).out).toMatch(/oi$/);
  });

  test("where there is no shared worker one tab has the stream for all, and another when it is closed", async () => {
    await using opened = await open();
    const { page } = opened;
    await page.context().addInitScript("delete globalThis.SharedWorker");
    await page.reload();
    const other = await page.context().newPage();
    await other.goto(new URL("/e/local", page.url()).href);
    for (const tab of [page, other]) {
      await tab.locator(".row", { hasText: "tabs" }).waitFor();
      expect(await tab.evaluate("'SharedWorker' in globalThis")).toBe(false);
    }
    expect(await typed("schedule", "disable", "tabs")).toMatchObject({ code: 0 });
    for (const tab of [page, other])
      await tab.locator(".row", { hasText: "off by hand" }).waitFor();
    await page.close();
    expect(await typed("schedule", "enable", "tabs")).toMatchObject({ code: 0 });
    await other.locator(".row:not(:has-text('off by hand'))", { hasText: "tabs" }).waitFor();
  });

  test("a schedule that is disabled by the page, or enabled, is so for the command line", async () => {
    await using opened = await open();
    const { page } = opened;
    await page.locator(".row").first().waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("migrated");
    await page.getByRole("option", { name: /Disable the schedule/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Why").fill("source in migration");
    await expect
      .poll(() => dialog.locator(".command code").textContent(), patience)
      .toBe("esteira schedule disable migrated -e local --reason 'source in migration'");
    await dialog.getByRole("button", { name: "Disable" }).click();
    await page.locator(".done", { hasText: "The schedule of migrated is disabled" }).waitFor();
    await page.locator(".row", { hasText: "off by hand" }).waitFor();
    const { out } = await typed("schedule", "show", "migrated");
    expect(out).toContain("source in migration");

    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("migrated");
    await page.getByRole("option", { name: /Enable the schedule/ }).click();
    await expect
      .poll(() => dialog.locator(".command code").textContent(), patience)
      .toBe("esteira schedule enable migrated -e local");
    await dialog.getByRole("button", { name: "Enable" }).click();
    await page.locator(".done", { hasText: "The schedule of migrated is enabled" }).waitFor();
    await page.locator(".row:not(:has-text('off by hand'))", { hasText: "migrated" }).waitFor();
    // On the next page it would cover what people came for.
    await page.locator(".row a", { hasText: "migrated" }).first().click();
    await page.locator("h1", { hasText: "migrated" }).waitFor();
    expect(await page.locator(".done").count()).toBe(0);
    const shown = await typed("schedule", "show", "migrated", "--json");
    expect(JSON.parse(shown.out)).toMatchObject({ state: "enabled" });
  });

  test("a range is filled from the page: what it would start is seen before, and a second time nothing", async () => {
    await write(folder.path, "flag", "");
    await using opened = await open();
    const { page } = opened;
    await page.locator(".row").first().waitFor();
    const dialog = page.getByRole("dialog");
    const choose = async (counts: string): Promise<void> => {
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox").fill("ranged");
      await page.getByRole("option", { name: /Backfill a range/ }).click();
      await dialog.getByText("Choose the first and the last day.").waitFor();
      expect(await dialog.getByRole("button", { name: "Backfill" }).isDisabled()).toBe(true);
      await dialog.getByLabel("First day").fill("2026-01-01");
      await dialog.getByLabel("Last day").fill("2026-01-02");
      await dialog.getByText(counts).waitFor();
    };
    await choose("2 to run, 0 have succeeded or are running");
    await expect
      .poll(() => dialog.locator(".command code").textContent(), patience)
      .toBe("esteira backfill ranged -e local --from 2026-01-01 --to 2026-01-02");
    await dialog.getByRole("button", { name: "Backfill" }).click();
    await page.getByRole("dialog", { name: "Backfill: ranged, local" }).waitFor();
    await dialog.getByText("succeeded", { exact: true }).waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    await dialog.waitFor({ state: "detached" });
    const { runs } = JSON.parse((await typed("runs", "--json")).out) as {
      readonly runs: readonly { readonly status: string }[];
    };
    expect(runs.map(({ status }) => status)).toEqual(["SUCCEEDED", "SUCCEEDED"]);
    await choose("0 to run, 2 have succeeded or are running");
  });

  test("a change is deployed from the plan page, and then there is nothing to deploy", async () => {
    const config = "src/projects/changed/config.yaml";
    const text = await readFile(join(folder.path, config), "utf8");
    await write(folder.path, config, text.replace('version: "1.0.0"', 'version: "1.1.0"'));
    await using opened = await open();
    const { page } = opened;
    await page.locator(".row").first().waitFor();
    await page.getByRole("link", { name: "Plan", exact: true }).click();
    const changes = page.locator(".change");
    await changes.first().waitFor();
    expect((await changes.allTextContents()).map(steady).join("\n")).toContain("changed 1.1.0");
    await page.getByRole("link", { name: "Deploy all…" }).click();
    const dialog = page.getByRole("dialog");
    await expect
      .poll(() => dialog.locator(".command code").textContent(), patience)
      .toBe("esteira deploy -e local");
    await dialog.getByRole("button", { name: "Deploy" }).click();
    await page.getByRole("dialog", { name: "Deploy: every project, local" }).waitFor();
    await page.getByRole("dialog").getByText("succeeded").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("a deploy would change nothing").waitFor();
    await page.getByRole("link", { name: "Fleet", exact: true }).click();
    await page.locator(".row", { hasText: "1.1.0" }).waitFor();
  });

  test("--read-only shows the command of an action and doesn't do it", async () => {
    await using server = await realConsole(folder.path, ["--read-only"], { HOME: folder.path });
    await using opened = await browser.open(server.address);
    const { page } = opened;
    await page.locator(".row").first().waitFor();
    await page.getByText("read only").waitFor();
    await page.goto(new URL("/e/local/projects/shown?do=run&of=shown", page.url()).href);
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("greeting").waitFor();
    await expect
      .poll(() => dialog.locator(".command code").textContent(), patience)
      .toBe("esteira run shown -e local");
    expect(await dialog.getByRole("button", { name: "Run" }).isDisabled()).toBe(true);
  });
});
