import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { readRequirements } from "../local/executors/requirements.ts";
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
const pipe = (path: string) => execFileSync("mkfifo", [path]);
const link = (path: string) => symlinkSync(outside, path);
const device = (path: string) => symlinkSync("/dev/zero", path);
const large = (path: string) => writeFileSync(path, "x".repeat(1024 * 1024 + 1));

test.each([
  ["pipe", pipe, "special"],
  ["link out of the project", link, "outside"],
  ["device", device, "outside"],
  ["folder", (path: string) => void mkdirSync(path), "special"],
  ["file without end", large, "too-large"],
  ["missing file", () => {}, "absent"],
  ["link to nothing", (path: string) => symlinkSync("nowhere", path), "absent"],
] as const)("a %s is named as that, at once", (_what, make, kind) => {
  const root = project("x", make);
  expect(readOwnFile(root, join(root, "x"))).toEqual({ kind });
});

test.each([
  ["pipe", pipe, "source/special-file", "the file of patterns is neither a file nor a folder"],
  [
    "link",
    link,
    "source/link-outside",
    "the file of patterns is a symbolic link that leads out of the project",
  ],
  ["large file", large, "source/size", "the file of patterns has more than 1 MB"],
] as const)("a .dockerignore that is a %s is refused", async (_what, make, code, message) => {
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

test.each([
  ["pipe", pipe, "more.txt is neither a file nor a folder"],
  ["link", link, "more.txt is a symbolic link that leads out of the project"],
  ["large file", large, "more.txt has more than 1 MB"],
] as const)(
  "requirements that include a %s are not given to an installer",
  (_what, make, refused) => {
    const root = project("more.txt", make);
    writeFileSync(join(root, "requirements.txt"), "numpy\n-r more.txt\n");
    expect(readRequirements(root, "requirements.txt")?.refused).toBe(refused);
  },
);

test("requirements that include each other without end are refused", () => {
  const root = project("requirements.txt", (path) => writeFileSync(path, "-r 0.txt\n"));
  for (let at = 0; at < 20_000; at += 1) {
    writeFileSync(join(root, `${at}.txt`), `-r ${at + 1}.txt\n`);
  }
  expect(readRequirements(root, "requirements.txt")?.refused).toBe(
    "50.txt is included by more than 50 files, one by the other",
  );
});
