import { expect, test } from "vitest";

import { linesOf } from "../fixtures/checked.ts";

test("a step's pools are those of esteira.yaml", () => {
  expect(
    linesOf(
      "batch:\n  pipeline:\n    steps:\n      - {id: load, command: x, pools: [warehouse]}\n",
    ).join("\n"),
  ).toBe(
    '4:40 [warehouse] error config/unknown-pool: esteira.yaml has no pool "warehouse"; add it to esteira.yaml: `pools: { warehouse: 1 }`',
  );
});

test("priority is a whole number", () => {
  expect(linesOf("priority: 1000\n").join("\n")).toBe(
    "1:11 [1000] error config/out-of-range: priority must be at most 100, not 1000; choose 100 or less",
  );
});
