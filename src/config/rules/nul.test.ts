import { expect, test } from "vitest";

import { linesOf } from "../fixtures/checked.ts";

const because =
  'error config/nul-character: the text has a NUL character, which no command line and no variable can hold; remove it; in double quotes YAML reads "\\0" and "\\x00" as one, in single quotes as they are';

test.each([
  ['runtime: {env_vars: {LEVEL: "in\\0fo"}}', '1:29 ["in\\0fo"]'],
  ['params: {rows: {default: "2\\x00"}}', '1:26 ["2\\x00"]'],
  ['batch: {pipeline: {steps: [{id: a, command: "b \\u0000"}]}}', '1:45 ["b \\u0000"]'],
  ['environments: {prd: {runtime: {env_vars: {LEVEL: "\\0"}}}}', '1:50 ["\\0"]'],
])("a NUL character in %s is shown where it is", (config, place) => {
  expect(linesOf(config)).toContain(`${place} ${because}`);
});

test("a backslash and a zero are only that in single quotes", () => {
  expect(linesOf("runtime: {env_vars: {LEVEL: '\\0'}}")).toEqual([]);
});
