import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { type KnownHashes, openKnownHashes } from "./source-hashes.ts";
import { readSourceTree } from "./source.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "esteira-hashes-"));
  writeFileSync(join(folder, "main.py"), "print(1)\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

const cache = (): string => `${folder}.cache`;
afterEach(() => rmSync(cache(), { recursive: true, force: true }));

/** Opens what is known an hour after the files were written, or at another moment. */
const open = (trust = true, later = 3_600_000) =>
  openKnownHashes(cache(), { now: () => Date.now() + later, trust });

async function hashOf(hashes?: KnownHashes): Promise<string> {
  const tree = await readSourceTree(folder, hashes === undefined ? {} : { hashes });
  if (!tree.ok) throw new Error(tree.error.message);
  return tree.value.hash;
}

/** What was looked up and found. */
function watched(hashes: KnownHashes): KnownHashes & { readonly found: string[] } {
  const found: string[] = [];
  return {
    found,
    set: (path, stamp, sha256) => hashes.set(path, stamp, sha256),
    get: (path, stamp) => {
      const known = hashes.get(path, stamp);
      if (known !== undefined) found.push(path);
      return known;
    },
  };
}

test("a file that didn't change is not read again, and the tree's hash is the same", async () => {
  const first = open();
  const hash = await hashOf(first);
  first.save();
  const again = watched(open());
  expect(await hashOf(again)).toBe(hash);
  expect(again.found).toEqual([join(folder, "main.py")]);
  expect(hash).toBe(await hashOf());
});

test("other content of the same size and time of change is seen: the inode's time tells", async () => {
  const first = open();
  const before = await hashOf(first);
  first.save();
  const { atime, mtime } = statSync(join(folder, "main.py"));
  writeFileSync(join(folder, "main.py"), "print(2)\n");
  utimesSync(join(folder, "main.py"), atime, mtime);
  const after = await hashOf(open());
  expect(after).not.toBe(before);
  expect(after).toBe(await hashOf());
});

test("a file that was changed a moment ago is read again", async () => {
  const first = open(true, 0);
  await hashOf(first);
  first.save();
  const again = watched(open(true, 0));
  await hashOf(again);
  expect(again.found).toEqual([]);
});

test("a file that was changed after the hashes were opened is read again, however long it took", async () => {
  let now = Date.now();
  const first = openKnownHashes(cache(), { now: () => now, trust: true });
  // The machine sleeps between the look at the file's times and its hash.
  now += 3_600_000;
  await hashOf(first);
  first.save();
  const again = watched(open());
  await hashOf(again);
  expect(again.found).toEqual([]);
});

test("with --refresh every file is read, and what was read counts afterwards", async () => {
  const first = open();
  await hashOf(first);
  first.save();
  const file = join(cache(), "source-hashes.tsv");
  expect(readFileSync(file, "utf8")).toContain(join(folder, "main.py"));
  const refreshed = watched(open(false));
  await hashOf(refreshed);
  expect(refreshed.found).toEqual([]);
});
