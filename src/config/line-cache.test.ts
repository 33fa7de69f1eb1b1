import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { type LineCache, openLineCache } from "./line-cache.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "esteira-lines-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (path: string): string => join(folder, path);
const open = (workspace: string): LineCache =>
  openLineCache(at(`${workspace}/cache/known.tsv`), { header: "known 1", most: 10 });

function keep(workspace = "here"): void {
  const cache = open(workspace);
  cache.set("key", "value");
  cache.save();
}

test("what was kept is found, also where the folder was moved since", () => {
  keep();
  expect(open("here").get("key")).toBe("value");
  renameSync(at("here"), at("moved"));
  expect(open("moved").get("key")).toBe("value");
});

test.each<[string, () => void]>([
  ["cp -a", () => cpSync(at("here"), at("there"), { recursive: true, preserveTimestamps: true })],
  [
    "tar",
    () => {
      mkdirSync(at("there"));
      execFileSync("tar", ["-C", at("here"), "-cf", at("here.tar"), "."]);
      execFileSync("tar", ["-C", at("there"), "-xf", at("here.tar")]);
    },
  ],
  [
    "a checkout, which may even be given the number that the file had",
    () => {
      mkdirSync(at("there/cache"), { recursive: true });
      linkSync(at("here/cache/known.tsv"), at("there/cache/known.tsv"));
      utimesSync(at("there/cache/known.tsv"), new Date(), new Date(Date.now() + 1));
    },
  ],
])("a copy isn't believed, for anybody may have written it: %s", (_, copy) => {
  keep();
  copy();
  expect(open("there").get("key")).toBe(undefined);
  // It is replaced by what is computed here.
  keep("there");
  expect(open("there").get("key")).toBe("value");
});

test("in the place of the file there may be anything", () => {
  const file = at("here/cache/known.tsv");
  for (const put of [
    () => mkdirSync(file),
    () => execFileSync("mkfifo", [file]),
    () => symlinkSync("known.tsv", file),
    () => symlinkSync("/dev/zero", file),
  ]) {
    mkdirSync(at("here/cache"), { recursive: true });
    put();
    expect(open("here").get("key")).toBe(undefined);
    keep();
    rmSync(at("here"), { recursive: true });
  }
  keep();
  expect(open("here").get("key")).toBe("value");
});

test("where nobody may write, and where a file is in the folder's place, nothing is kept", () => {
  writeFileSync(at("here"), "");
  expect(() => keep()).not.toThrow();
  rmSync(at("here"));
  keep();
  chmodSync(at("here/cache"), 0o500);
  expect(() => keep()).not.toThrow();
  chmodSync(at("here/cache"), 0o700);
  expect(readdirSync(at("here/cache"))).toEqual(["known.tsv"]);
});
