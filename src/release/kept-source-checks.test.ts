import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { type KeptValues, openKeptValues } from "../config/kept-values.ts";
import { filesOnDisk } from "../config/disk.ts";
import { openStamps } from "../config/stamps.ts";
import { sourceChecks } from "./kept-source-checks.ts";

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), "esteira-kept-"));
  write("project/Dockerfile", "FROM python:3.11\n");
  write("project/steps/train.py", "");
  write("project/data/rows.csv", "a,b\n");
});
afterEach(() => rmSync(workspace, { recursive: true }));

const at = (path: string): string => join(workspace, path);
function write(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
}
const later = (): number => Date.now() + 60_000;

/** Codes of what a check finds, and whether it had to look into the folder for it. */
async function check(now = later): Promise<{ codes: string[]; looked: boolean }> {
  const values = openKeptValues(at("checked.tsv"), 100, "stamp");
  let found: unknown = undefined;
  const watched: KeptValues = {
    ...values,
    get: (key) => (found = values.get(key)),
  };
  const checks = sourceChecks(watched, openStamps(now), now);
  const diagnostics = await checks(at("project"), { dockerfile: "Dockerfile", shownAs: "project" });
  values.save();
  const kept = (found as { readonly diagnostics: unknown } | undefined)?.diagnostics;
  return { codes: diagnostics.map(({ code }) => code), looked: diagnostics !== kept };
}

test("what has the times that it had isn't looked into again, and its warnings stay", async () => {
  write("project/.env", "TOKEN=1\n");
  expect(await check()).toEqual({ codes: ["source/secret-file"], looked: true });
  expect(await check()).toEqual({ codes: ["source/secret-file"], looked: false });
});

test.each<[string, () => void, string[]]>([
  ["a file that comes", () => write("project/steps/.env", "TOKEN=1\n"), ["source/secret-file"]],
  ["a folder that comes", () => write("project/.ssh/config", "Host a\n"), ["source/secret-file"]],
  ["a text that changes", () => write("project/key.pem", key), ["source/secret-file"]],
  ["a link", () => symlinkSync("/etc", at("project/data/etc")), ["source/link-outside"]],
  ["a new .dockerignore", () => write("project/.dockerignore", "[a\n"), ["source/ignore-pattern"]],
  ["attributes above", () => write(".gitattributes", "*.csv filter=lfs\n"), ["source/lfs-pointer"]],
])("%s is seen", async (_, change, codes) => {
  write("project/key.pem", "-----BEGIN CERTIFICATE-----\n");
  write("project/data/large.csv", "version https://git-lfs.github.com/spec/v1\n");
  expect(await check()).toEqual({ codes: [], looked: true });
  change();
  expect(await check()).toEqual({ codes, looked: true });
});

test("what can't be read, or changed just now, is looked at each time", async () => {
  expect(await check(Date.now)).toEqual({ codes: [], looked: true });
  expect(await check()).toEqual({ codes: [], looked: true });
  expect(await check()).toEqual({ codes: [], looked: false });
  symlinkSync("/etc", at("project/etc"));
  for (const _ of [1, 2]) {
    expect(await check()).toEqual({ codes: ["source/link-outside"], looked: true });
  }
});

test("what the configuration's checks have looked at isn't looked at again", async () => {
  write("project/.env", "TOKEN=1\n");
  await check();
  const stamps = openStamps(later);
  const files = filesOnDisk(workspace, "project", stamps);
  const paths = ["Dockerfile", ".", ".env", "steps", "steps/train.py", "data", "data/rows.csv"];
  for (const path of paths) expect(files.stamps?.stamp("read", path)).not.toBe(undefined);
  // Who looked again would find nothing.
  rmSync(at("project"), { recursive: true });
  const checks = sourceChecks(openKeptValues(at("checked.tsv"), 100, "stamp"), stamps);
  const found = await checks(at("project"), { dockerfile: "Dockerfile", shownAs: "project" });
  expect(found.map(({ code }) => code)).toEqual(["source/secret-file"]);
});

test("what changes while a folder is looked into is looked at again, however long that took", async () => {
  let now = later();
  const values = openKeptValues(at("checked.tsv"), 100, "stamp");
  const checks = sourceChecks(values, openStamps(later), () => now);
  const looked = checks(at("project"), { dockerfile: "Dockerfile", shownAs: "project" });
  // It has been read by now, and the machine sleeps.
  utimesSync(at("project/steps/train.py"), new Date(), new Date(now + 1000));
  now += 3_600_000;
  await looked;
  values.save();
  expect(await check(() => now)).toEqual({ codes: [], looked: true });
});

const key = "-----BEGIN PRIVATE KEY-----\n";
