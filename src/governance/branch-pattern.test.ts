import fc from "fast-check";
import { expect, test } from "vitest";

import { threadMs } from "../core/fixtures/thread-time.ts";
import { exampleName, isAlso, readBranchName } from "./branch-pattern.ts";

const pattern = "feature/<project>-<description>";
const projects = ["fleet", "fleet-report", "recsys"];

test.each([
  ["feature/recsys-v1", "recsys"],
  ["feature/fleet-report-v2", "fleet-report"],
  ["feature/fleet-reporting", "fleet"],
  ["feature/fleet-v2", "fleet"],
  ["feature/recsys-v1/ana", "recsys"],
])("%s is of %s", (branch, project) => {
  expect(readBranchName(pattern, branch, projects)).toEqual({ kind: "feature", project });
});

test.each([
  ["feature/rescys-v1", projects, { project: "recsys", branch: "feature/recsys-v1" }],
  [
    "feature/fleet-repotr-v1",
    ["recsys", "fleet-report"],
    { project: "fleet-report", branch: "feature/fleet-report-v1" },
  ],
  ["feature/recsys_v2", projects, { project: "recsys", branch: "feature/recsys-v2" }],
  ["feature/RecSys.v2", projects, { project: "recsys", branch: "feature/recsys-v2" }],
  [
    "feature/fleet_report_v2",
    projects,
    { project: "fleet-report", branch: "feature/fleet-report-v2" },
  ],
  ["feature/recsysv2", projects, { project: "recsys", branch: "feature/recsys-v2" }],
  ["feature/churn-v1", projects, undefined],
])("%s is of none of %j", (branch, known, meant) => {
  expect(readBranchName(pattern, branch, known)).toEqual({ kind: "unknown-project", meant });
});

test.each([
  "recsys-v1",
  "feature/recsys",
  "feature/recsys-",
  "Feature/recsys-v1",
  "hotfix/recsys-v1",
])("%s hasn't the form", (branch) => {
  expect(readBranchName(pattern, branch, projects).kind).toBe("other");
});

test("the pattern is the workspace's own, and signs in it mean themselves", () => {
  expect(readBranchName("ml.<project>/<description>", "ml.recsys/v1", projects)).toEqual({
    kind: "feature",
    project: "recsys",
  });
  expect(readBranchName("ml.<project>/<description>", "mlxrecsys/v1", projects).kind).toBe("other");
  expect(readBranchName("<description>/<project>", "ana/fleet-report", projects)).toEqual({
    kind: "feature",
    project: "fleet-report",
  });
  expect(readBranchName("f/<project>", "f/recsys", projects)).toEqual({
    kind: "feature",
    project: "recsys",
  });
});

test.each([
  ["revert-12-feature/recsys-v1", ["revert-*"], true],
  ["revert", ["revert-*"], false],
  ["dependabot/npm/a.b", ["renovate/*", "dependabot/*"], true],
  ["x/dependabot/npm", ["dependabot/*"], false],
  ["hotfix-aXb", ["hotfix-a.b"], false],
  ["bot/a/b-auto", ["bot/*/*-auto"], true],
  ["bot/a/b-automatic", ["bot/*/*-auto"], false],
  ["release", [], false],
])("%s is one of %j: %s", (branch, names, expected) => {
  expect(isAlso(names, branch)).toBe(expected);
});

test("who chooses a branch's name can't make the look for it long", () => {
  const name = `${"*a".repeat(20)}*b`;
  const start = threadMs();
  expect(isAlso([name], "a".repeat(250))).toBe(false);
  expect(threadMs() - start).toBeLessThan(500);
});

test("a branch named by the pattern for the longest of any projects is read as that project's", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,5}){0,3}$/);
  fc.assert(
    fc.property(
      fc.array(name, { minLength: 1 }),
      fc.stringMatching(/^[a-z0-9]{1,8}$/),
      (names, v) => {
        for (const project of names) {
          const read = readBranchName(pattern, exampleName(pattern, project, v), names);
          expect(read.kind).toBe("feature");
          if (read.kind !== "feature") continue;
          // A longer one may swallow the description's beginning, and nothing but a longer one.
          expect(read.project === project || read.project.startsWith(`${project}-`)).toBe(true);
        }
      },
    ),
  );
});
