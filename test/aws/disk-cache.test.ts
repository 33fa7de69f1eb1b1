import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { diskCache } from "../../src/aws/runs/disk-cache.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "esteira-cache-"));
});
afterEach(() => rm(directory, { recursive: true }));

test("gives back what was put, to another process too; what can't be read counts as absent", async () => {
  const cache = diskCache(join(directory, "new", "folder"), 10);
  expect(await cache.get("run")).toBeUndefined();
  await cache.put("run", { a: [1, "ção"] });
  expect(await diskCache(join(directory, "new", "folder"), 10).get("run")).toEqual({
    a: [1, "ção"],
  });
  await writeFile(join(directory, "new", "folder", "run.json.gz"), "half");
  expect(await cache.get("run")).toBeUndefined();
  await cache.put("run", 2);
  expect(await cache.get("run")).toBe(2);
});

test("a name that is not a file's is neither kept nor looked for", async () => {
  const cache = diskCache(directory, 10);
  await cache.put("../outside", 1);
  expect(await cache.get("../outside")).toBeUndefined();
  expect(await readdir(join(directory, ".."))).not.toContain("outside.json.gz");
});

test("a folder that can't be made keeps nothing and fails nobody", async () => {
  await writeFile(join(directory, "file"), "");
  const cache = diskCache(join(directory, "file", "folder"), 10);
  await cache.put("run", 1);
  expect(await cache.get("run")).toBeUndefined();
});

test("keeps no more than its limit: the oldest go", async () => {
  const cache = diskCache(directory, 3);
  for (const name of ["one", "two", "three", "four", "five"]) await cache.put(name, name);
  for (const [index, name] of ["one", "two", "three", "four", "five"].entries()) {
    await utimes(join(directory, `${name}.json.gz`), index, index);
  }
  // It looks whether there is too much when it is opened, and now and then.
  await diskCache(directory, 3).put("six", "six");
  expect((await readdir(directory)).toSorted()).toEqual([
    "five.json.gz",
    "four.json.gz",
    "six.json.gz",
  ]);
});
