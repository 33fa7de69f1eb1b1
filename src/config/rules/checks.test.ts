import { expect, test } from "vitest";

import { parseCheckRule } from "../checks.ts";
import { linesOf, projectOf } from "../fixtures/checked.ts";

const steps = (...lines: readonly string[]) =>
  `batch: {pipeline: {steps: [${lines.map((line) => `{${line}, command: "true"}`).join(", ")}]}}\n`;
const onePath = steps("id: extract", "id: train");

test("a rule is one comparison or two, of a number, a change or an age", () => {
  expect(parseCheckRule(">= 10_000 and < +50%")).toEqual([
    { rule: ">= 10_000", comparison: ">=", of: "value", limit: 10_000 },
    { rule: "< +50%", comparison: "<", of: "median", limit: 0.5 },
  ]);
  expect(
    ["> -5%", "<=2%", "> -5", "== 1e-3", "within 26h", "within 1.5d"].map(parseCheckRule),
  ).toEqual([
    [{ rule: "> -5%", comparison: ">", of: "median", limit: -0.05 }],
    [{ rule: "<=2%", comparison: "<=", of: "value", limit: 0.02 }],
    [{ rule: "> -5", comparison: ">", of: "value", limit: -5 }],
    [{ rule: "== 1e-3", comparison: "==", of: "value", limit: 0.001 }],
    [{ rule: "within 26h", comparison: "<=", of: "age", limit: 93_600 }],
    [{ rule: "within 1.5d", comparison: "<=", of: "age", limit: 129_600 }],
  ]);
  for (const text of ["", "10", "> ten", ">= 1 or < 2", "within 26", "> 5 %%", "!= 3"]) {
    expect(parseCheckRule(text)).toBeUndefined();
  }
});

test("checks are in the project one by one, and its steps keep what they leave", () => {
  const project = projectOf(
    `${onePath}checks:\n  rows: ">= 10_000 and < +50%"\n  auc: {rule: "> -5%", otherwise: warn, step: train}\n`,
  );
  expect(
    project.checks?.map(({ metric, rule, otherwise, step }) => [metric, rule, otherwise, step]),
  ).toEqual([
    ["rows", ">= 10_000", "fail", undefined],
    ["rows", "< +50%", "fail", undefined],
    ["auc", "> -5%", "warn", "train"],
  ]);
  expect(project.steps.map(({ outputs }) => outputs)).toEqual([[], []]);
  expect(projectOf(onePath)).not.toHaveProperty("checks");
});

test("what can't be judged is named with what to write", () => {
  expect(linesOf(`${onePath}checks: {rows: "ten", auc: {rule: "> x", step: trian}}\n`))
    .toMatchInlineSnapshot(`
    [
      "2:16 ["ten"] error config/check-rule: the check of rows is "ten", not a comparison; write a comparison such as ">= 10_000", "<= 2%", "> -5%" (against the median) or "within 26h"; two of them are joined by "and"",
      "2:35 ["> x"] error config/check-rule: the check of auc is "> x", not a comparison; write a comparison such as ">= 10_000", "<= 2%", "> -5%" (against the median) or "within 26h"; two of them are joined by "and"",
      "2:48 [trian] error config/check-step: the check of auc names "trian", and this project has no such step; did you mean "train"?",
    ]
  `);
  expect(linesOf(`${steps("id: a", "id: b, depends_on: []")}checks: {rows: "> 1"}\n`))
    .toMatchInlineSnapshot(`
    [
      "2:10 [rows] error config/check-step: nobody knows which step leaves rows: several steps end this pipeline; say which does: rows: {rule: "> 1", step: a}",
    ]
  `);
  expect(linesOf(`${onePath}checks: {rows: {rule: "> 1", otherwise: stop}}\n`))
    .toMatchInlineSnapshot(`
    [
      "2:41 [stop] error config/not-allowed: otherwise must be "fail", "warn" or "block_promotion", not "stop"; write "fail", "warn" or "block_promotion"",
    ]
  `);
});
