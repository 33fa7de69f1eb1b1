import { execFileSync } from "node:child_process";
import { readFile, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { esteira } from "./cli.ts";
import { shellWorkspace, write } from "./workspace.ts";

/** What has to be done to a project's folder for each code. */
const faults: Readonly<Record<string, (root: string, folder: string) => Promise<unknown>>> = {
  "source/dependencies": (_root, folder) => writeFile(join(folder, "uv.lock"), "version = ["),
  "source/file-name": (_root, folder) =>
    writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe])]), "x"),
  "source/ignore-pattern": (_root, folder) => writeFile(join(folder, ".dockerignore"), "[a\n"),
  "source/import-outside": async (root, folder) => {
    await write(root, "libs/prices/prices/__init__.py", "");
    await write(root, "libs/prices/pyproject.toml", '[project]\nname = "prices"\nversion = "1"\n');
    await writeFile(join(folder, "main.py"), "import prices\n");
  },
  "source/lfs-pointer": async (root, folder) => {
    await write(root, ".gitattributes", "*.onnx filter=lfs diff=lfs merge=lfs -text\n");
    const pointer = `oid sha256:${"0".repeat(64)}\nsize 12345\n`;
    await writeFile(
      join(folder, "model.onnx"),
      `version https://git-lfs.github.com/spec/v1\n${pointer}`,
    );
  },
  "source/link-outside": (_root, folder) => symlink("../../../esteira.yaml", join(folder, "out")),
  "source/secret-file": (_root, folder) => writeFile(join(folder, ".env"), "TOKEN=1\n"),
  "source/size": async (_root, folder) => {
    await writeFile(join(folder, "data.bin"), "");
    await truncate(join(folder, "data.bin"), 101 * 1024 * 1024);
  },
  "source/special-file": async (_root, folder) => execFileSync("mkfifo", [join(folder, "pipe")]),
  // Who runs as root may read everything: a file of patterns that can't be opened by anybody.
  "source/unreadable": (_root, folder) => symlink(".dockerignore", join(folder, ".dockerignore")),
};

test("every code of a project's sources comes out of `validate`, with its file and a remedy", async () => {
  const names = Object.keys(faults).map((code) => code.replace("source/", ""));
  await using folder = await shellWorkspace(
    Object.fromEntries(names.map((name) => [name, '- { id: only, command: "true" }'])),
  );
  const { path } = folder;
  for (const [code, make] of Object.entries(faults)) {
    await make(path, join(path, "src/projects", code.replace("source/", "")));
  }
  const { out, code } = await esteira(path, ["validate", "--json"]);
  expect(code).toBe(3);
  const { diagnostics } = JSON.parse(out) as {
    readonly diagnostics: readonly {
      readonly code: string;
      readonly message: string;
      readonly help?: string;
      readonly location?: { readonly file: string };
    }[];
  };
  const found = diagnostics.filter(({ code: one }) => one.startsWith("source/"));
  expect(
    found.map(({ code: one, location }) => [one, location?.file.split("/")[2]] as const),
  ).toEqual(
    expect.arrayContaining(Object.keys(faults).map((one) => [one, one.replace("source/", "")])),
  );
  expect(found.filter(({ help = "" }) => help === "")).toEqual([]);
});

test("and these are all that the reference names", async () => {
  const page = await readFile(
    new URL("../../docs/reference/diagnostics.md", import.meta.url),
    "utf8",
  );
  const named = [...page.matchAll(/^\| `(source\/[a-z-]+)` /gm)].map(([, code = ""]) => code);
  expect(named.toSorted()).toEqual(Object.keys(faults).toSorted());
});
