import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";

import { esteira } from "../cli/cli.ts";
import { shellWorkspace, write } from "../cli/workspace.ts";
import { describeWith } from "../rig/parts.ts";
import { chromiumPart, patience, useBrowser } from "./rig/browser.ts";
import { realConsole } from "./rig/real-console.ts";

const tables = join(import.meta.dirname, "../fixtures/tables");

/** A PNG of 3 × 2 pixels. */
const pixels = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR42mNQmHABghjgLABV9AkB/7jxSQAAAABJRU5ErkJggg==",
  "base64",
);

/** Presses a link that saves a file; its name and its bytes. */
async function saved(page: Page, link: Locator) {
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

describeWith(chromiumPart(), "the artifacts of a run", (part) => {
  const browser = useBrowser(part);

  test("heads of CSV and Parquet are tables, gone through by keyboard; what can't be shown is saved", async () => {
    await using folder = await shellWorkspace({
      demo: `- { id: score, command: "sh $HOME/leave.sh" }`,
    });
    await mkdir(join(folder.path, "tables"));
    for (const name of ["snappy", "polars", "lz4"])
      await copyFile(
        join(tables, `${name}.parquet`),
        join(folder.path, "tables", `${name}.parquet`),
      );
    const rows = Array.from({ length: 250 }, (_, row) => `"BR-SP, ${row}",${row / 8}`);
    await write(folder.path, "tables/scores.csv", ["segment,score", ...rows, ""].join("\n"));
    await write(
      folder.path,
      "leave.sh",
      `folder=\${ESTEIRA_ARTIFACTS_URI#file://}score
mkdir -p "$folder"
cp "$HOME"/tables/* "$folder"
`,
    );
    const home = { HOME: folder.path };
    expect(await esteira(folder.path, ["deploy"], home)).toMatchObject({ code: 0 });
    const ran = await esteira(folder.path, ["run", "demo", "--json"], home);
    const last = JSON.parse(ran.out.split("\n").at(-1) ?? "") as { run: { run: string } };
    await using server = await realConsole(folder.path, [], home);
    await using opened = await browser.open(server.address);
    const { page } = opened;
    const { origin } = new URL(server.address);
    await page.goto(`${origin}/e/local/runs/${last.run.run}/artifacts`);
    const files = page.locator(".files [data-file]");
    await expect
      .poll(() => files.allInnerTexts(), patience)
      .toEqual([
        "score/lz4.parquet",
        "score/polars.parquet",
        "score/scores.csv",
        "score/snappy.parquet",
      ]);

    const look = page.locator(".look");
    const table = async () => ({
      caption: await look.locator("caption").innerText(),
      columns: await look.locator("th").allInnerTexts(),
      first: await look.locator("tbody tr").first().locator("td").allInnerTexts(),
      rows: await look.locator("tbody tr").count(),
    });
    const ofParquet = {
      caption: "first 100 of 150 rows",
      columns: ["segment", "score", "seats", "at", "night", "tags", "html"],
      first: [
        "null",
        "0",
        "1099511627776",
        "2026-11-01T00:00:00Z",
        "2026-11-01",
        "[]",
        "<script>document.title='taken'</script>",
      ],
      rows: 100,
    };
    await page.keyboard.press("j");
    await look
      .getByText("it is packed with LZ4_RAW, which isn't unpacked here: download it")
      .waitFor();
    await page.keyboard.press("j");
    await expect.poll(table, patience).toEqual(ofParquet);
    await page.keyboard.press("j");
    await expect.poll(table, patience).toEqual({
      caption: "first 100 rows",
      columns: ["segment", "score"],
      first: ["BR-SP, 0", "0"],
      rows: 100,
    });
    await page.keyboard.press("j");
    await expect.poll(table, patience).toEqual(ofParquet);
    expect(new URL(page.url()).searchParams.get("file")).toBe("score/snappy.parquet");

    const link = page.getByRole("link", { name: "Download score/snappy.parquet" });
    expect((await saved(page, link)).name).toBe("snappy.parquet");
  });

  test("a picture is shown as one and text as text; a log is had whole, wrapped and dated or not", async () => {
    await using folder = await shellWorkspace({
      demo: `- { id: score, command: "sh $HOME/leave.sh" }`,
    });
    const notes = "a < b & c\n  as it was written\n";
    await mkdir(join(folder.path, "left"));
    await writeFile(join(folder.path, "left/roc.png"), pixels);
    await write(folder.path, "left/notes.txt", notes);
    const lines = [
      "long ".repeat(400).trim(),
      ...Array.from({ length: 5_000 }, (_, row) => `row ${row}`),
    ];
    const text = `${lines.join("\n")}\n`;
    await write(folder.path, "said.txt", text);
    await write(
      folder.path,
      "leave.sh",
      `folder=\${ESTEIRA_ARTIFACTS_URI#file://}score
mkdir -p "$folder"
cp "$HOME"/left/* "$folder"
cat "$HOME/said.txt"
`,
    );
    const home = { HOME: folder.path };
    expect(await esteira(folder.path, ["deploy"], home)).toMatchObject({ code: 0 });
    const ran = await esteira(folder.path, ["run", "demo", "--json"], home);
    const { run } = JSON.parse(ran.out.split("\n").at(-1) ?? "") as { run: { run: string } };
    await using server = await realConsole(folder.path, [], home);
    await using opened = await browser.open(server.address);
    const { page } = opened;
    const of = `${new URL(server.address).origin}/e/local/runs/${run.run}`;

    await page.goto(`${of}/artifacts?file=score/roc.png`);
    await page.locator(".look img").waitFor();
    const size =
      "(({ naturalWidth, naturalHeight }) => [naturalWidth, naturalHeight])(document.querySelector('.look img'))";
    await expect.poll(() => page.evaluate(size), patience).toEqual([3, 2]);
    const whole = (file: string) => page.getByRole("link", { name: `Download score/${file}` });
    expect(await saved(page, whole("roc.png"))).toEqual({ name: "roc.png", bytes: pixels });
    await page.locator("[data-file='score/notes.txt']").click();
    await expect.poll(() => page.locator(".look pre").textContent(), patience).toBe(notes);
    expect((await saved(page, whole("notes.txt"))).bytes.toString()).toBe(notes);

    await page.goto(`${of}/log?step=score#L1`);
    const log = page.getByRole("region", { name: "Log" });
    const first = log.locator("[data-line='0']");
    const seen = async () => ({
      // A line that isn't wrapped has the height of one row.
      wrapped: ((await first.boundingBox())?.height ?? 0) > 40,
      dated: (await first.locator("time").count()) === 1,
      off: ["wrap", "times"].filter((name) => new URL(page.url()).searchParams.get(name) === "off"),
    });
    await first.getByText("long long").waitFor();
    await expect.poll(seen, patience).toEqual({ wrapped: true, dated: true, off: [] });
    await log.getByRole("button", { name: "Wrap" }).click();
    await expect.poll(seen, patience).toEqual({ wrapped: false, dated: true, off: ["wrap"] });
    await log.getByRole("button", { name: "Times" }).click();
    const neither = { wrapped: false, dated: false, off: ["wrap", "times"] };
    await expect.poll(seen, patience).toEqual(neither);
    await page.reload();
    await first.getByText("long long").waitFor();
    await expect.poll(seen, patience).toEqual(neither);
    await log.getByRole("button", { name: "Times" }).click();
    await expect.poll(seen, patience).toEqual({ wrapped: false, dated: true, off: ["wrap"] });

    const download = await saved(page, log.getByRole("link", { name: "Download", exact: true }));
    expect(download.name).toBe(`${run.run}-score-1.log`);
    expect(download.bytes.toString()).toBe(text);
  });
});
