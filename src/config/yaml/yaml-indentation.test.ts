import { expect, test } from "vitest";
import { lines } from "../fixtures/checked.ts";
import { readYaml } from "./yaml-source.ts";

const steps = `batch:
  pipeline:
    steps:
      - id: extract
        command: python extract.py  # first

      # the second one
      - id: score
        command: python score.py
`;

function refused(text: string): string {
  const read = readYaml("a.yaml", new TextEncoder().encode(text));
  if (read.ok) throw new Error("was read");
  return lines(read.error).join("\n");
}

test("a line that is indented too much, below one that is complete", () => {
  expect(refused("schedule:\n  enabled: true\n   retries: 2\n")).toMatchInlineSnapshot(
    `"a.yaml:3:1 [   ] error yaml/indentation: the line is indented with 3 spaces, which fits none of the lines above it; indent it with 2 spaces, like line 2"`,
  );
  expect(refused("schedule:\nenabled: true\n  retries: 2\n")).toMatchInlineSnapshot(
    `"a.yaml:3:1 [  ] error yaml/indentation: the line is indented with 2 spaces, which fits none of the lines above it; start it at the left margin, like line 2, or indent that one, too"`,
  );
});

test("a line between two levels", () => {
  expect(refused("a:\n    b: 1\n  c: 2\n")).toMatchInlineSnapshot(
    `"a.yaml:3:1 [  ] error yaml/indentation: the line is indented with 2 spaces, which fits none of the lines above it; indent it with 4 spaces, like line 2"`,
  );
  expect(refused(steps.replace("      - id: score", "     - id: score"))).toMatchInlineSnapshot(
    `"a.yaml:8:1 [     ] error yaml/indentation: the line is indented with 5 spaces, which fits none of the lines above it; indent it with 6 spaces, like line 4"`,
  );
  expect(
    refused(steps.replace("        command: python score", "       command: python score")),
  ).toMatchInlineSnapshot(
    `"a.yaml:9:1 [       ] error yaml/indentation: the line is indented with 7 spaces, which fits none of the lines above it; indent it with 8 spaces, like line 8"`,
  );
  expect(refused(`${steps.trimEnd()}\n retries: 1\n`)).toMatchInlineSnapshot(
    `"a.yaml:10:1 [ ] error yaml/indentation: the line is indented with 1 space, which fits none of the lines above it; indent it with 2 spaces, like line 2"`,
  );
});

test("a field where elements are", () => {
  expect(
    refused(steps.replace("        command: python extract", "      command: python extract")),
  ).toMatchInlineSnapshot(
    `"a.yaml:5:1 [      ] error yaml/indentation: the line is indented with 6 spaces, which fits none of the lines above it; indent it with 8 spaces, like line 4"`,
  );
});

test("what is at its place is read", () => {
  for (const text of [
    steps,
    "steps:\n- id: a\n  list:\n  - 1\n  - - 2\n    - 3\n-\n  id: b\n",
    "a: |\n   text\n    more: text\nb: 1\n",
  ]) {
    expect(readYaml("a.yaml", new TextEncoder().encode(text)).ok).toBe(true);
    // Whatever is wrong behind them, these lines aren't said to be.
    expect(refused(`${text}z: "\n`)).not.toContain("yaml/indentation");
    expect(refused(`${text}z: a: b\n`)).not.toContain("yaml/indentation");
  }
});
