import { expect, test } from "vitest";

import { expiredArtifacts, type KnownRun } from "./artifact-retention.ts";

const DAY = 86_400_000;
const now = 100 * DAY;

/** A run that ended so many days ago. */
const run = (name: string, daysAgo: number, changes: Partial<KnownRun> = {}): KnownRun => ({
  run: name,
  origin: name,
  status: "SUCCEEDED",
  skipped: false,
  startedAt: now - daysAgo * DAY - 1000,
  endedAt: now - daysAgo * DAY,
  ...changes,
});
const expired = (runs: readonly KnownRun[], cached: readonly string[] = []) =>
  expiredArtifacts(
    [...new Set(runs.map(({ origin }) => origin)), "of-another-environment"],
    runs,
    new Set(cached),
    30,
    now,
  );

test("what is older goes, but for the last good run's", () => {
  expect(expired([run("a", 90), run("b", 60), run("c", 31), run("d", 29)])).toEqual([
    "a",
    "b",
    "c",
  ]);
  expect(expired([run("a", 90), run("b", 60)])).toEqual(["a"]);
  const failed = run("c", 40, { status: "FAILED" });
  expect(expired([run("a", 90), run("b", 60), failed])).toEqual(["a", "c"]);
  expect(expired([run("a", 90), run("skipped", 1, { skipped: true })])).toEqual([]);
});

test("nothing goes that an open run, a run that continued, or the cache names", () => {
  const open = run("b", 50, { status: "RUNNING", origin: "a", endedAt: undefined });
  expect(expired([run("a", 90, { status: "FAILED" }), open])).toEqual([]);
  const resumed = run("b", 5, { origin: "a" });
  expect(expired([run("a", 90, { status: "FAILED" }), resumed, run("c", 1)])).toEqual([]);
  expect(expired([run("a", 90), run("b", 60), run("c", 1)], ["b"])).toEqual(["a"]);
});
