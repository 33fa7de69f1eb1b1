import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { readOwnFile } from "./own-file.ts";
import { readSourceTree } from "./source.ts";

const folder = mkdtempSync(join(tmpdir(), "esteira-own-file-"));
afterAll(() => rmSync(folder, { recursive: true }));
const outside = join(folder, "outside.txt");
writeFileSync(outside, "secret\n");

/** A project with something in the place of one of its files. */
function project(name: string, make: (path: string) => void): string {
  const root = mkdtempSync(join(folder, "project-"));
  make(join(root, name));
  return root;
}
type Make = (path: string) => unknown;
const pipe: Make = (path) => execFileSync("mkfifo", [path]);
const link: Make = (path) => symlinkSync(outside, path);
const device: Make = (path) => symlinkSync("/dev/zero", path);
const large: Make = (path) => writeFileSync(path, "x".repeat(1024 * 1024 + 1));

test.each<[string, Make, string]>([
  ["pipe", pipe, "special"],
  ["link out of the project", link, "outside"],
  ["device", device, "outside"],
  ["folder", (path) => mkdirSync(path), "special"],
  ["file without end", large, "too-large"],
  ["missing file", () => {}, "absent"],
  ["link to nothing", (path) => symlinkSync("nowhere", path), "absent"],
])("a %s is named as that, at once", (_what, make, kind) => {
  const root = project("x", make);
  expect(readOwnFile(root, join(root, "x"))).toEqual({ kind });
});

test.each<[string, Make, string, string]>([
  ["pipe", pipe, "source/special-file", "the file of patterns is neither a file nor a folder"],
  [
    "link",
    link,
    "source/link-outside",
    "the file of patterns is a symbolic link that leads out of the project",
  ],
  ["large file", large, "source/size", "the file of patterns has more than 1 MB"],
])("a .dockerignore that is a %s is refused", async (_what, make, code, message) => {
  const root = project(".dockerignore", make);
  expect(await readSourceTree(root, { shownAs: "p" })).toEqual({
    ok: false,
    error: {
      code,
      severity: "error",
      message,
      help: "replace it by an ordinary file",
      location: { file: "p/.dockerignore" },
    },
  });
});
