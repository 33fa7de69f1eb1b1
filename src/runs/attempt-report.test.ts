import { expect, test } from "vitest";

import { lacksReport, readReport, reportKey, withReports } from "./attempt-report.ts";
import { attempt, step, view } from "./fixtures/views.ts";

const text = JSON.stringify({
  schema: 1,
  step: "train",
  exitCode: 0,
  peakMemoryBytes: 1_500_000,
  undeclared: {
    files: 1,
    bytes: 4,
    paths: [{ path: "junk/", files: 1, bytes: 4 }],
    more: 0,
  },
});

test("what was reported of an attempt is in the run, by the name of its log", () => {
  const report = readReport(text);
  const run = view([
    step("train", { attempts: [attempt({ log: "abc" }), attempt({ log: "def" })] }),
  ]);
  const [train] = withReports(run, new Map(report && [[reportKey("train", "abc"), report]])).steps;
  expect(train?.attempts.map(({ peakMemoryBytes }) => peakMemoryBytes)).toEqual([
    1_500_000,
    undefined,
  ]);
  expect(train?.attempts[0]?.undeclared?.paths).toEqual([{ path: "junk/", files: 1, bytes: 4 }]);
  expect(train?.attempts[1]).not.toHaveProperty("undeclared");
  expect(withReports(run, new Map())).toBe(run);
});

test("a report that isn't whole says nothing", () => {
  expect(readReport("")).toBeUndefined();
  expect(readReport("[1]")).toBeUndefined();
  expect(readReport(text.slice(0, 60))).toBeUndefined();
  expect(readReport('{"peakMemoryBytes":"much","undeclared":7}')).toEqual({
    peakMemoryBytes: undefined,
    undeclared: undefined,
  });
});

test("only attempts that have ended and that nobody measured are asked about", () => {
  expect(lacksReport(attempt({ log: "abc" }))).toBe(true);
  expect(lacksReport(attempt({ log: "abc", peakMemoryBytes: 1 }))).toBe(false);
  expect(lacksReport(attempt({ log: "abc", endedAt: undefined }))).toBe(false);
  expect(lacksReport(attempt())).toBe(false);
});
