import { expect, test } from "vitest";

import { environmentName } from "../core/ids.ts";
import { checkBranch, type BranchFacts } from "./branch-rules.ts";

const facts = (changes: Partial<BranchFacts>): BranchFacts => ({
  proposal: { head: "feature/recsys-v1", base: "dev" },
  policy: {
    feature: "feature/<project>-<description>",
    also: ["revert-*"],
    environments: {
      dev: environmentName("dev"),
      staging: environmentName("stg"),
      master: environmentName("prd"),
    },
  },
  projects: ["recsys"],
  strays: new Map(),
  reused: [],
  lowered: [],
  around: {
    branches: ["dev"],
    local: ["dev", "feature/recsys-v1", "$(reboot)'x"],
    remote: ["dev"],
  },
  ...changes,
});

const codes = (changes: Partial<BranchFacts>) =>
  checkBranch(facts(changes)).map(({ code }) => code);

test.each([
  ["feature/recsys-v1", "dev", []],
  ["dev", "staging", []],
  ["staging", "master", []],
  ["master", "dev", []],
  ["staging", "dev", []],
  ["dev", "master", ["branch/source"]],
  ["master", "staging", ["branch/source"]],
  ["feature/recsys-v1", "master", ["branch/source"]],
  ["feature/recsys-v1", "feature/recsys-base", ["branch/target"]],
  ["feature/churn-v1", "dev", ["branch/unknown-project"]],
  ["feature/churn-v1", "other", ["branch/target"]],
  ["work", "dev", ["branch/name"]],
  ["revert-12-feature/recsys-v1", "dev", []],
  ["revert-12-dev", "master", ["branch/source"]],
  ["work", "other", []],
])("%s into %s: %j", (head, base, expected) => {
  expect(codes({ proposal: { head, base } })).toEqual(expected);
});

test.each([
  ["master", "dev", ["branch/name"]],
  ["dev", "dev", ["branch/name"]],
  ["feature/recsys-v1", "dev", []],
  ["dev", "staging", ["branch/fork"]],
])("a fork's %s into %s: %j", (head, base, expected) => {
  expect(codes({ proposal: { head, base, fork: "mallory/ml" } })).toEqual(expected);
});

test("a fork's branch that is called like one of ours starts where features start", () => {
  const strays = new Map([["master", [{ id: "a".repeat(40), subject: "Work" }]]]);
  const proposal = { head: "master", base: "dev" };
  expect(codes({ proposal, strays })).toEqual([]);
  expect(codes({ proposal: { ...proposal, fork: "mallory/ml" }, strays })).toEqual([
    "branch/name",
    "branch/start",
  ]);
});

test("where no branch deploys, no branch is refused", () => {
  const policy = { feature: "feature/<project>-<description>", also: [], environments: {} };
  expect(codes({ policy, proposal: { head: "work", base: "main" } })).toEqual([]);
});

test("a pull request is named by its number, and a name that a shell would read is quoted", () => {
  const [rule] = checkBranch(
    facts({ proposal: { head: "feature/recsys-v1", base: "master", number: 7 } }),
  );
  expect(rule?.commands).toEqual(["gh pr edit 7 --base dev"]);
  const [evil] = checkBranch(facts({ proposal: { head: "$(reboot)'x", base: "dev" } }));
  expect(evil?.commands[0]).toBe(
    String.raw`git branch -m '$(reboot)'\''x' 'feature/recsys-$(reboot)'\''x'`,
  );
});

test("many commits are counted, and three of them shown", () => {
  const commits = ["a", "b", "c", "d"].map((letter) => ({
    id: letter.repeat(40),
    subject: `Work ${letter} ${"on and on ".repeat(8)}`,
  }));
  const [rule] = checkBranch(facts({ strays: new Map([["master", commits]]) }));
  expect(rule?.message).toBe(
    `features start from dev; feature/recsys-v1 has 4 commits of master that dev lacks: ${[
      "a",
      "b",
      "c",
    ]
      .map((letter) => `${letter.repeat(7)} Work ${letter} ${"on and on ".repeat(8).slice(0, 52)}…`)
      .join(", ")}, …`,
  );
});
