import { expect, test } from "vitest";
import { parse } from "yaml";

import { yamlOf } from "./yaml.ts";

const value = {
  project: "recsys",
  version: "2.3.1",
  on: "no",
  empty: {},
  none: null,
  cron: "0 3 * * *",
  "a key: odd": true,
  text: "two\nlines: # of it",
  types: ["m6i.xlarge", "null", 3],
  steps: [
    { id: "a", depends_on: [], resources: { cpu: 4, limits: [{ x: 1 }, "y"] } },
    [["nested"], { deep: [] }],
  ],
};

test("a release is written as YAML that says the same", () => {
  expect(parse(yamlOf(value))).toEqual(value);
});

test("it is as people write it", () => {
  expect(yamlOf({ steps: [{ id: "a", command: "python -m a", cpu: 4 }], types: ["a", "b"] })).toBe(
    `steps:
  - id: a
    command: python -m a
    cpu: 4
types: [a, b]`,
  );
});
