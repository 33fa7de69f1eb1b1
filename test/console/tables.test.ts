import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { esteira } from "../cli/cli.ts";
import { shellWorkspace, write } from "../cli/workspace.ts";
import { describeWith } from "../rig/parts.ts";
import { chromiumPart, patience, useBrowser } from "./rig/browser.ts";
import { realConsole } from "./rig/real-console.ts";

const tables = join(import.meta.dirname, "../fixtures/tables");

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

    const saved = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download score/snappy.parquet" }).click();
    expect((await saved).suggestedFilename()).toBe("snappy.parquet");
  });
});
