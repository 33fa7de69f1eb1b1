import { expect, test } from "vitest";

import { timeSpanSeconds, timeSpanText } from "./time-span.ts";

test("spans of time are read as people write them", () => {
  expect(["90s", "30m", "12h", "7d", "d", "0d", "1.5h", "7 d", "-1d"].map(timeSpanSeconds)).toEqual(
    [90, 1_800, 43_200, 604_800, undefined, undefined, undefined, undefined, undefined],
  );
});

test("and written in their largest unit", () => {
  expect([90, 1_800, 5_400, 43_200, 604_800].map(timeSpanText)).toEqual([
    "90s",
    "30m",
    "90m",
    "12h",
    "7d",
  ]);
});
