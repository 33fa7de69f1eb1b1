import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { esteira } from "../cli/cli.ts";
import { shellWorkspace, write } from "../cli/workspace.ts";
import { describeWith } from "../rig/parts.ts";
import { chromiumPart, patience, useBrowser } from "./rig/browser.ts";
import { letIn, type OpenConsole, openedConsole } from "./rig/opened.ts";

/** A project a test, so that one workspace and one console are enough for all of them. */
const projects = {
  watched: `- { id: greet, command: "echo greeting is $ESTEIRA_PARAM_GREETING; i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo row $i; done; until [ -e $HOME/go ]; do sleep 0.05; done; printf '\\\\033[31mred <b>not bold</b>\\\\033[0m\\\\n'" }\n- { id: report, command: "echo done" }`,
  slow: `- { id: first, command: "echo kept" }\n- { id: slow, command: "if [ ! -f $HOME/flag ]; then echo begun; sleep 600; fi" }`,
  checked: `- { id: check, command: "echo looked; if [ $ESTEIRA_PARAM_GREETING != hello ]; then echo ERROR bad greeting >&2; exit 3; fi" }`,
  evil: `- { id: evil, command: "sh $HOME/evil.sh" }`,
  sampled: `- { id: extract, command: "echo rows > rows", outputs: [rows], cache: true }\n- { id: train, command: "echo $ROWS", env_vars: {ROWS: "1000"}, sample_env: {ROWS: "10"} }`,
  held: `- { id: score, command: "test $ESTEIRA_ITEM = a -o -e $HOME/corrected && echo 1 > out.$ESTEIRA_ITEM", outputs: ["out.*"], cache: true, for_each: {items: [a, b], max_concurrency: 1} }\n- { id: train, command: "exit 3" }`,
};

/** What a person reads of a part of the page, with what changes each time left out. */
async function read(page: Page, selector: string): Promise<string> {
  const text = await page.locator(selector).first().innerText();
  return text
    .replaceAll(/\b([a-z][a-z-]*)-\d{8}T\d{6}Z-[0-9a-z]{6}/g, "$1-<id>")
    .replaceAll(/\b\d+(?::\d\d)+\b/g, "<time>")
    .replaceAll(/\s+/g, " ")
    .trim();
}

const heading = (page: Page, text: string | RegExp) =>
  page.getByRole("heading", { level: 1, name: text }).waitFor();

const runOf = (page: Page): string => new URL(page.url()).pathname.split("/").at(-1) ?? "";

describeWith(chromiumPart(), "a run in the console", (part) => {
  const browser = useBrowser(part);
  let folder: Awaited<ReturnType<typeof shellWorkspace>>;
  let server: OpenConsole;
  beforeAll(async () => {
    folder = await shellWorkspace(projects);
    const { code, err } = await typed("deploy");
    if (code !== 0) throw new Error(err);
    server = await openedConsole(folder.path, [], { HOME: folder.path });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const typed = (...inputs: readonly string[]) =>
    esteira(folder.path, inputs, { HOME: folder.path });

  /** Runs a project from the command line, whatever comes of it; gives the run's id. */
  async function ran(...inputs: readonly string[]): Promise<string> {
    const { out } = await typed("run", ...inputs);
    return /[a-z]+-\d{8}T\d{6}Z-[0-9a-z]{6}/.exec(out)?.[0] ?? "";
  }

  const local = (): string => `${server.base}/e/local`;

  /** Opens a page below the environment's address. */
  const open = (path: string) => browser.open(`${local()}${path}`, letIn(server));

  test("a run is started with a parameter, goes green while one watches, and its log is read, searched and linked", async () => {
    await using opened = await open("?do=run&of=watched");
    const { page } = opened;

    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("greeting").fill("olá mundo");
    await expect
      .poll(() => dialog.locator("code").last().innerText(), patience)
      .toContain("esteira run watched -e local --param 'greeting=olá mundo'");
    await dialog.getByRole("button", { name: "Run", exact: true }).click();

    await heading(page, /^Running for /);
    const run = runOf(page);
    const log = page.getByRole("region", { name: "Log" });
    await log.getByText("row 3000", { exact: true }).waitFor();
    expect(await page.getByRole("row", { name: /greet/ }).getAttribute("aria-selected")).toBe(
      "true",
    );
    await write(folder.path, "go", "");
    await heading(page, /^Succeeded in /);
    await expect
      .poll(() => read(page, ".runhead .title"), patience)
      .toMatch(/^Succeeded in [\d.]+ s Run again$/);

    // Once more, with the parameters of this run.
    await page.getByRole("link", { name: "Run again" }).click();
    await expect.poll(() => dialog.getByLabel("greeting").inputValue(), patience).toBe("olá mundo");
    await expect
      .poll(() => dialog.locator("footer code").innerText(), patience)
      .toBe("esteira run watched -e local --param 'greeting=olá mundo'");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });

    // Searched on the server, marked, and gone through by keyboard.
    await page.goto(`${local()}/runs/${run}/log?step=greet`);
    await log.getByText("red <b>not bold</b>").waitFor();
    await expect.poll(() => log.locator(".red").innerText(), patience).toBe("red <b>not bold</b>");
    expect(await log.locator("b").count()).toBe(0);
    await page.keyboard.press("/");
    await page.keyboard.type("row 12");
    await page.getByRole("status").filter({ hasText: "111 lines have it" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("status").filter({ hasText: "1 of 111" }).waitFor();
    await log.locator(".at mark").waitFor();
    await expect.poll(() => log.locator(".at code").innerText(), patience).toBe("row 12");

    // Linked: a line, a range with Shift, and what a colleague gets.
    await log.locator("[data-line='12'] > a").click();
    await expect.poll(() => new URL(page.url()).hash, patience).toBe("#L13");
    await log.locator("[data-line='15'] > a").click({ modifiers: ["Shift"] });
    await expect.poll(() => new URL(page.url()).hash, patience).toBe("#L13-16");
    await expect
      .poll(() => page.locator(".log footer").innerText(), patience)
      .toContain("L13-16 chosen");
    const link = page.url();
    await page.goto("about:blank");
    await page.goto(link);
    await log.locator(".entry.chosen").nth(3).waitFor();
    await expect
      .poll(() => log.locator(".entry.chosen > code").allInnerTexts(), patience)
      .toEqual(["row 12", "row 13", "row 14", "row 15"]);
  });

  test("a run is stopped, and resumed with the choice of its release", async () => {
    await using opened = await open("?do=run&of=slow");
    const { page } = opened;
    await page.getByRole("dialog").getByRole("button", { name: "Run", exact: true }).click();
    const log = page.getByRole("region", { name: "Log" });
    await log.getByText("begun", { exact: true }).waitFor();
    const stopped = runOf(page);

    await page.getByRole("link", { name: "Stop" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Stop the run" }).click();
    await heading(page, /^Stopped after /);
    await write(folder.path, "flag", "");
    await page.getByRole("link", { name: "Resume" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Release").selectOption("same");
    await expect
      .poll(() => dialog.locator("footer code").innerText(), patience)
      .toBe(`esteira resume ${stopped} -e local --release same`);
    await dialog.getByRole("button", { name: "Resume", exact: true }).click();
    await heading(page, /^Succeeded in /);
    expect(runOf(page)).not.toBe(stopped);
    await expect
      .poll(() => read(page, ".runhead .facts"), patience)
      .toContain("continues slow-<id>");
  });

  test("a failed run is compared with the last good one: its diagnosis is first, then what had changed", async () => {
    await ran("checked");
    const failed = await ran("checked", "--param", "greeting=bye");
    await using opened = await open(`/runs/${failed}`);
    const { page } = opened;
    await heading(page, /^Failed after /);
    await page.locator(".diagnosis .since").waitFor();
    await expect
      .poll(() => read(page, ".diagnosis h2"), patience)
      .toBe("check ended with exit code 3: ERROR bad greeting");
    await expect
      .poll(() => read(page, ".diagnosis .since"), patience)
      .toBe("Since the last good run: greeting went from hello to bye.");
    // On a busy machine a step may take longer than it did as well.
    await expect
      .poll(() => read(page, ".compare tbody"), patience)
      .toMatch(/^greeting hello bye(?: check <time> <time> .*)?$/);
    const log = page.getByRole("region", { name: "Log" });
    await log.getByText("ERROR bad greeting", { exact: true }).waitFor();
    await page.getByRole("button", { name: "First error" }).click();
  });

  test("what a step writes into its log and its artifacts runs nowhere", async () => {
    const script =
      "<script>document.title='taken'</script><img src=x onerror=document.title='taken'>";
    const svg = `<svg xmlns="http://www.w3.org/2000/svg"><script>document.title='taken'</script><rect width="9" height="9"/></svg>`;
    await write(
      folder.path,
      "evil.sh",
      `cat <<'E'
${script}
E
folder=\${ESTEIRA_ARTIFACTS_URI#file://}evil
mkdir -p "$folder"
cd "$folder"
cat > page.svg <<'E'
${svg}
E
cat > page.md <<'E'
# ${script}

[press](javascript:document.title='taken')
E
echo '{"a": "<script>1</script>"}' > page.json
echo '<script>1</script>' > page.html
`,
    );
    const run = await ran("evil");
    await using opened = await open(`/runs/${run}`);
    const { page } = opened;
    await page.getByRole("region", { name: "Log" }).getByText(script).waitFor();
    await page.goto(`${local()}/runs/${run}/artifacts`);
    await page.getByRole("table").waitFor();
    const files = await page.locator(".files [data-file]").allInnerTexts();
    expect(files).toEqual(["evil/page.html", "evil/page.json", "evil/page.md", "evil/page.svg"]);
    for (const file of files) {
      await page.goto(`${local()}/runs/${run}/artifacts?file=${file}`);
      await page.locator(".look > *").first().waitFor();
      const live = page.locator(".look :is(script, [onerror], a[href^='javascript'])");
      expect(await live.count()).toBe(0);
      expect(await page.title()).toBe(`Artifacts · ${run} · Esteira`);
    }
    // Opened by itself, a picture has no rights: the browser says that it blocks its script.
    const alone = await page.context().newPage();
    const blocked = alone.waitForEvent("console");
    const picture = await alone.goto(
      `${server.base}/api/v1/environments/local/runs/${run}/artifacts/raw?path=evil/page.svg&view=image`,
    );
    expect(picture?.headers()["content-security-policy"]).toMatch(/^sandbox;/);
    expect((await blocked).text()).toMatch(/^Blocked script execution in /);
    expect(await alone.title()).not.toBe("taken");
  });

  test("a run says that it is a sample, and from which run a step was taken", async () => {
    const id = await ran("sampled");
    const run = await ran("sampled", "--sample");
    await using opened = await open(`/runs/${run}`);
    const { page } = opened;
    await heading(page, /^Succeeded in /);
    expect(await read(page, ".facts")).toContain(
      "sample run a quick trial from the cache extract of sampled-<id>",
    );
    await page.locator(".facts").getByRole("link", { name: id }).click();
    await expect.poll(() => runOf(page), patience).toBe(id);
    expect(await read(page, ".facts")).not.toContain("cache");
  });

  test("a step that is held says how it is entered; items say why they were not taken from the cache", async () => {
    const first = await ran("held");
    await write(folder.path, "corrected", "");
    const run = await ran("held", "--hold-on-failure", "30m");
    await using opened = await open(`/runs/${run}`);
    const { page } = opened;
    await heading(page, /^Failed after /);
    expect(await read(page, ".places")).toMatch(
      /^Held What train left is held until .+ esteira shell held-<id> --step train Copy esteira stop held-<id> Copy$/,
    );
    expect(await read(page, ".cached")).toBe(
      "Cache score: 1 of 2 items were taken from held-<id> score ran: no run has left anything for it yet item 1",
    );
    await page.locator(".cached").getByRole("link", { name: "1", exact: true }).click();
    await page.locator("[data-row='score[1]'][aria-selected='true']").waitFor();
    await page.locator(".cached").getByRole("link", { name: first }).click();
    await expect.poll(() => runOf(page), patience).toBe(first);
    expect(await page.locator(".places").count()).toBe(0);
    expect(await typed("stop", run)).toMatchObject({ code: 0 });
    await page.goto(`${local()}/runs/${run}`);
    await heading(page, /^Failed after /);
    expect(await page.locator(".places").count()).toBe(0);
  });
});
