import { expect, test } from "vitest";
import { linesOf } from "../fixtures/checked.ts";

const linesOfSteps = (...lines: string[]) =>
  linesOf(
    `batch:\n  pipeline:\n    steps:\n${lines.map((line) => `      - {command: x, ${line}}\n`).join("")}`,
  ).join("\n");

test("outputs and inputs that say what they mean are fine", () => {
  expect(
    linesOfSteps(
      'id: extract, outputs: ["out/", "model.pkl", "data/*.csv", "**", "a[]x]/[!b]?"]',
      'id: train, outputs: ["model.pkl"], inputs: [extract]',
      'id: score, inputs: ["data/part-1.csv", model.pkl, "out/report/"], outputs: []',
      "id: publish, inputs: []",
    ),
  ).toBe("");
});

test("outputs stay in the step's folder", () => {
  expect(
    linesOfSteps(
      'id: a, outputs: ["/tmp/x", "../x", "a/../../b", "~/x", "C:/x", "a\\\\b", "a//b", "./a", "a**/b", "a[b", "a\\tb"]',
      'id: b, inputs: ["../x"]',
    ),
  ).toMatchInlineSnapshot(`
    "4:39 ["/tmp/x"] error config/outputs-path: "/tmp/x" is an absolute path; give a path or a glob in the folder that the step runs in, such as "out/", "model.pkl" or "data/*.csv"
    4:49 ["../x"] error config/outputs-path: "../x" leads out of the step's folder; give a path or a glob in the folder that the step runs in, such as "out/", "model.pkl" or "data/*.csv"
    4:57 ["a/../../b"] error config/outputs-path: "a/../../b" leads out of the step's folder; give a path or a glob in the folder that the step runs in, such as "out/", "model.pkl" or "data/*.csv"
    4:70 ["~/x"] error config/outputs-path: "~/x" is in somebody's home; give a path or a glob in the folder that the step runs in, such as "out/", "model.pkl" or "data/*.csv"
    4:77 ["C:/x"] error config/outputs-path: "C:/x" is an absolute path; give a path or a glob in the folder that the step runs in, such as "out/", "model.pkl" or "data/*.csv"
    4:85 ["a\\\\b"] error config/outputs-path: "a\\\\b" has a backslash; give a path or a glob in the folder that the step runs in, such as "out/", "model.pkl" or "data/*.csv"
    4:93 ["a//b"] error config/outputs-path: "a//b" has an empty part or a \`.\`; give a path or a glob in the folder that the step runs in, such as "out/", "model.pkl" or "data/*.csv"
    4:101 ["./a"] error config/outputs-path: "./a" has an empty part or a \`.\`; give a path or a glob in the folder that the step runs in, such as "out/", "model.pkl" or "data/*.csv"
    4:108 ["a**/b"] error config/outputs-path: "a**/b" has \`**\` beside other characters; give a path or a glob in the folder that the step runs in, such as "out/", "model.pkl" or "data/*.csv"
    4:117 ["a[b"] error config/outputs-path: "a[b" has a \`[\` that isn't closed; give a path or a glob in the folder that the step runs in, such as "out/", "model.pkl" or "data/*.csv"
    4:124 ["a\\tb"] error config/outputs-path: "a\\tb" has a control character; give a path or a glob in the folder that the step runs in, such as "out/", "model.pkl" or "data/*.csv"
    5:38 ["../x"] error config/outputs-path: "../x" leads out of the step's folder; give a path or a glob in the folder that the step runs in, such as "out/", "model.pkl" or "data/*.csv""
  `);
});

test("an output isn't empty", () => {
  expect(linesOfSteps('id: c, outputs: [""]')).toMatchInlineSnapshot(
    `"4:39 [""] error config/out-of-range: item 1 of outputs is an empty text; give it a value, or remove the line"`,
  );
});

test("an input is left by a step before", () => {
  expect(
    linesOfSteps(
      'id: extract, outputs: ["data/*.csv", model.pkl]',
      "id: train, inputs: [train, score, extrct, modl.pkl]",
      "id: score, depends_on: [extract], inputs: [train]",
    ),
  ).toMatchInlineSnapshot(`
    "5:42 [train] error config/inputs-order: step "train" can't have its own outputs as inputs; remove the line
    5:49 [score] error config/inputs-order: step "train" asks for what "score" leaves, which doesn't come before it; add "score" to depends_on of "train", or remove the line
    5:56 [extrct] error config/inputs-unknown: no step before "train" leaves "extrct"; did you mean "extract"?
    5:64 [modl.pkl] error config/inputs-unknown: no step before "train" leaves "modl.pkl"; did you mean "model.pkl"?
    6:65 [train] error config/inputs-order: step "score" asks for what "train" leaves, which doesn't come before it; add "train" to depends_on of "score", or remove the line"
  `);
  expect(linesOfSteps("id: a, inputs: [out/]", "id: b, inputs: [out/]")).toMatchInlineSnapshot(`
    "4:38 [out/] error config/inputs-unknown: no step before "a" leaves "out/"; no step comes before it: remove the line
    5:38 [out/] error config/inputs-unknown: no step before "b" leaves "out/"; declare it under outputs of the step that makes it (a)"
  `);
});

test("what steps side by side leave differs, where a step is given both", () => {
  const sides = (last: string) =>
    linesOfSteps(
      "id: a, depends_on: [], outputs: [model.pkl, out/]",
      "id: b, depends_on: [], outputs: [model.pkl, out/]",
      last,
    );
  expect(sides("id: c, depends_on: [a, b]")).toMatchInlineSnapshot(
    `"5:55 [model.pkl] error config/outputs-collide: "a" and "b" both leave "model.pkl", and neither comes before the other; give the files different names, put the steps in order with depends_on, or narrow what the steps after them are given with inputs (recsys/config.yaml:4: "a" leaves it here)"`,
  );
  expect(sides("id: c, depends_on: [a]")).toBe("");
  expect(sides("id: c, depends_on: [a, b], inputs: [a]")).toBe("");
  expect(sides("id: c, depends_on: [a, b], inputs: [out/]")).toBe("");
});

test("what steps one after the other leave may be the same file", () => {
  expect(linesOfSteps("id: a, outputs: [model.pkl]", "id: b, outputs: [model.pkl]", "id: c")).toBe(
    "",
  );
});

test("items leave files of different names", () => {
  const each = (outputs: string, last = "id: c") =>
    linesOfSteps(`id: a, outputs: [${outputs}], for_each: {items: [x, y]}`, last);
  expect(each("model.pkl")).toMatchInlineSnapshot(
    `"4:39 [model.pkl] error config/outputs-collide: each item of "a" leaves "model.pkl", and the steps after it can't be given them all; let each item write a file with another name, and declare their folder: "out/""`,
  );
  expect(each("out/, model-*.pkl")).toBe("");
  expect(each("model.pkl", "id: c, inputs: []")).toBe("");
});

test("a long sequence with outputs is not a burden", () => {
  const long = Array.from({ length: 500 }, (_, index) => `id: s${index}, outputs: [f${index}]`);
  expect(linesOfSteps(...long)).toBe("");
  const same = Array.from({ length: 500 }, (_, index) => `id: s${index}, outputs: [same, out/]`);
  expect(linesOfSteps(...same)).toBe("");
});
