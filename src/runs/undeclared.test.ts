import { expect, test } from "vitest";

import { figureAttributes, readFigures } from "./task-facts.ts";
import { declaringLine, notKeptText, sizeText, undeclaredOf } from "./undeclared.ts";

test("files are summed up by what would declare them, the largest first", () => {
  const files = [
    { path: "b.txt", bytes: 10 },
    { path: "out/a.csv", bytes: 1_000_000 },
    { path: "out/deep/b.csv", bytes: 234_567 },
    ...["c", "d", "e", "f", "g"].map((path) => ({ path, bytes: 1 })),
  ];
  const left = undeclaredOf(files);
  expect(left && notKeptText(left)).toBe(
    'not kept, because the step doesn\'t declare them: out/ (1.2 MB), b.txt (10 bytes), c (1 bytes), d (1 bytes), e (1 bytes) and 2 more; to keep them, add to the step in config.yaml: outputs: ["out/", "b.txt", "c", "d", "e"]',
  );
  expect(left).toMatchObject({ files: 8, bytes: 1_234_582, more: 2 });
  expect(undeclaredOf([])).toBeUndefined();
});

test("a name with quotes is quoted as YAML reads it", () => {
  const left = undeclaredOf([{ path: 'say "hi".txt', bytes: 1 }]);
  expect(left && declaringLine(left)).toBe(String.raw`outputs: ["say \"hi\".txt"]`);
});

test("they go through a task document", () => {
  const undeclared = undeclaredOf([{ path: "out/x", bytes: 5 }]);
  const Attributes = figureAttributes({
    peakMemoryBytes: undefined,
    endedBy: undefined,
    timeLimitSeconds: undefined,
    undeclared,
  });
  expect(readFigures({ Attributes }).undeclared).toEqual(undeclared);
  const broken = [{ Name: "esteira.undeclared", Value: "{half" }];
  expect(readFigures({ Attributes: broken })).not.toHaveProperty("undeclared");
});

test("sizes are said as people say them", () => {
  expect([0, 999, 1000, 1_234_567, 5e9, 2.5e12].map(sizeText)).toEqual([
    "0 bytes",
    "999 bytes",
    "1.0 kB",
    "1.2 MB",
    "5.0 GB",
    "2.5 TB",
  ]);
});
