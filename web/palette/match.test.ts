import { expect, test } from "vitest";

import { markedParts, matchOf } from "./match.ts";

const costOf = (title: string, text: string): number | undefined => matchOf(title, text)?.cost;

test("a title that begins with the text is before one that has it somewhere", () => {
  const titles = ["direct-mail", "recsys", "demand-forecast", "churn"];
  const found = titles
    .flatMap((title) => {
      const cost = costOf(title, "rec");
      return cost === undefined ? [] : [{ title, cost }];
    })
    .toSorted((a, b) => a.cost - b.cost);
  expect(found.map(({ title }) => title)).toEqual(["recsys", "direct-mail", "demand-forecast"]);
});

test("the first letters of words find a title, letters strewn over it don't", () => {
  expect(matchOf("demand-forecast", "dfor")?.places).toEqual([0, 7, 8, 9]);
  expect(matchOf("mostrar em português", "rts")).toBeUndefined();
});

test("what was found is marked", () => {
  expect(markedParts("recsys", [0, 1, 4])).toEqual([
    { text: "re", found: true },
    { text: "cs", found: false },
    { text: "y", found: true },
    { text: "s", found: false },
  ]);
});
