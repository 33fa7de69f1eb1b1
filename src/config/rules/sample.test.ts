import { expect, test } from "vitest";
import { linesOf } from "../fixtures/checked.ts";

test("a sample has other values of variables that every run has", () => {
  expect(
    linesOf(`runtime: {env_vars: {MODE: whole}}
params: {top: {default: "50", sample: "1"}}
batch:
  pipeline:
    steps:
      - {id: a, command: x, env_vars: {ROWS: all}, sample_env: {ROWS: "100", MODE: quick, ROW: "1"}}
`).join("\n"),
  ).toMatchInlineSnapshot(
    `"6:91 [ROW] error config/sample-variable: ROW has a value in samples, and none in other runs; give it one under env_vars of "a", or of runtime"`,
  );
});
