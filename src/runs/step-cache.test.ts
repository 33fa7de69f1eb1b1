import { expect, test } from "vitest";

import { CACHE_MISS_REASONS, cacheMissText, readCacheEntry, readCacheUse } from "./step-cache.ts";

test("why nothing was taken, in words", () => {
  const texts = CACHE_MISS_REASONS.map((reason) =>
    cacheMissText({ reason, run: "r-1", names: ["TOP", "out/a.csv"] }),
  );
  expect(texts).toEqual([
    "the run was asked not to take anything from the cache",
    "no run has left anything for it yet",
    "what run r-1 left is older than the step's ttl",
    "the files that run r-1 left are gone",
    "what run r-1 left isn't as the checks ask now",
    "the code has changed since run r-1",
    "its command, outputs, resources or names of secrets have changed since run r-1",
    "the environment differs from run r-1: TOP, out/a.csv",
    "the parameters differ from run r-1: TOP, out/a.csv",
    "the inputs differ from run r-1: TOP, out/a.csv",
  ]);
});

test("what isn't a report of the cache says nothing", () => {
  const missed = { outcome: "missed", reason: "code", run: "r-1" };
  const taken = { outcome: "taken", run: "r-1", madeAt: 5 };
  expect([missed, taken].map(readCacheUse)).toEqual([missed, taken]);
  for (const value of [null, [], { outcome: "taken" }, { outcome: "missed", reason: "rain" }]) {
    expect(readCacheUse(value)).toBeUndefined();
  }
});

test("an entry names its files by the run that has them", () => {
  const entry = {
    schema: 1,
    run: "r-2",
    madeAt: 5,
    place: "r-1/_outputs/train",
    fields: { code: "1" },
    left: {
      attempt: "0-a",
      entries: [
        { in: "work", path: "out/a", size: 3, sha256: "…" },
        { in: "work", path: "out/last", link: "a" },
      ],
    },
  };
  expect(readCacheEntry(JSON.stringify(entry))).toEqual({
    run: "r-2",
    madeAt: 5,
    fields: { code: "1" },
    files: [{ origin: "r-1", key: "_outputs/train/0-a/work/out/a", size: 3 }],
  });
  for (const text of ["", "{", "[]", JSON.stringify({ ...entry, schema: 2 })]) {
    expect(readCacheEntry(text)).toBeUndefined();
  }
});
