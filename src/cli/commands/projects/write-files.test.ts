import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";

import { replaceFile, writeMissing } from "./write-files.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "esteira-files-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const all = (): readonly string[] =>
  readdirSync(folder, { recursive: true }).map(String).toSorted();

/** Calls what the module exports where no file may have more than a few hundred bytes. */
const whereNothingFits = (call: string) =>
  execa(
    "sh",
    ["-c", `ulimit -f 1; exec "$0" --input-type=module -e "$1"`, process.execPath, call],
    {
      reject: false,
      env: { MODULE: new URL("write-files.ts", import.meta.url).href, FOLDER: folder },
    },
  );

test("what is there stays, and of files that don't fit nothing does", async () => {
  mkdirSync(join(folder, "src"));
  writeFileSync(join(folder, "src/mine.py"), "mine");
  const files = [
    { path: "src/mine.py", text: "theirs" },
    { path: "src/demo/config.yaml", text: "a: 1" },
    { path: "src/demo/steps/large.py", text: "#".repeat(100_000) },
  ];
  const call = `const { writeMissing } = await import(process.env.MODULE);
    await writeMissing(process.env.FOLDER, ${JSON.stringify(files)})`;
  const { exitCode, stderr } = await whereNothingFits(call);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("EFBIG");
  expect(all()).toEqual(["src", "src/mine.py"]);

  expect(await writeMissing(folder, files)).toEqual(files.slice(1).map(({ path }) => path));
  expect(readFileSync(join(folder, "src/mine.py"), "utf8")).toBe("mine");
});

test("a file of somebody's is replaced whole or stays as it was, behind its link", async () => {
  writeFileSync(join(folder, "there"), "old\n".repeat(1000));
  chmodSync(join(folder, "there"), 0o640);
  symlinkSync("there", join(folder, "link"));
  const call = `const { replaceFile } = await import(process.env.MODULE);
    await replaceFile(process.env.FOLDER + "/link", "new".repeat(1000))`;
  expect((await whereNothingFits(call)).stderr).toContain("EFBIG");
  expect(readFileSync(join(folder, "there"), "utf8")).toBe("old\n".repeat(1000));
  expect(all()).toEqual(["link", "there"]);

  await replaceFile(join(folder, "link"), "new");
  expect(readFileSync(join(folder, "there"), "utf8")).toBe("new");
  expect(statSync(join(folder, "there")).mode & 0o777).toBe(0o640);
  expect(all()).toEqual(["link", "there"]);
});
