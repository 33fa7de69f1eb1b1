import { expect, test } from "vitest";

import { testGroup } from "./dependency-groups.ts";

test.each([
  ['[dependency-groups]\ntest = ["pytest>=8"]\ndev = ["ruff"]', "the group test", ["pytest>=8"]],
  ['[dependency-groups]\nDev = ["pytest", "pytest"]', "the group dev", ["pytest"]],
  [
    '[dependency-groups]\nTest_Base = ["pytest"]\ntest = [{ include-group = "test.base" }, "coverage[toml]==7.6"]',
    "the group test",
    ["pytest", "coverage[toml]==7.6"],
  ],
  [
    '[project]\nname = "Churn"\n[project.optional-dependencies]\nDev = ["churn[plots,Test]", "ruff"]\nplots = ["matplotlib"]',
    "the extra dev",
    ["matplotlib", "ruff"],
  ],
  [
    '[project]\nname = "churn"\n[project.optional-dependencies]\ntest = ["pytest", "churn[test]"]\n[dependency-groups]\ndocs = []',
    "the extra test",
    ["pytest"],
  ],
])("%j: %s", (text, title, requirements) => {
  expect(testGroup(text)).toEqual({ ok: true, value: { title, requirements } });
});

test.each(["", '[project]\nname = "x"', '[dependency-groups]\ndocs = ["sphinx"]'])(
  "%j has no such group",
  (text) => {
    expect(testGroup(text)).toEqual({ ok: true, value: undefined });
  },
);

test.each([
  ["[dependency-groups", "isn't TOML: incomplete key-value: cannot find end of key"],
  ["dependency-groups = 3", "has dependency-groups that are no table"],
  [
    "[dependency-groups]\ntest = [3]",
    'has in its dependency group test something else than requirements and { include-group = "NAME" }',
  ],
  [
    '[dependency-groups]\ntest = [{ include-group = "toString" }]',
    "includes a dependency group tostring, which it doesn't have",
  ],
  [
    '[dependency-groups]\ntest = [{ include-group = "a" }]\na = [{ include-group = "test" }]',
    "has dependency groups in a circle: test -> a -> test",
  ],
])("%j: what is wrong", (text, error) => {
  const read = testGroup(text);
  expect(read).toEqual({ ok: false, error });
});
