import { expect, test } from "vitest";

import { barsOf, heightsOf, type Night } from "./nights.ts";

const well = (milliseconds: number): Night => ({ outcome: "succeeded", milliseconds });

test("half of the strip is the usual duration; what is short can be seen, what is long ends at the top", () => {
  const nights = [well(100), well(100), undefined, well(150), well(1), well(1_000), well(100)];
  expect(heightsOf(nights)).toEqual([50, 50, 0, 75, 12, 100, 50]);
  expect(heightsOf([{ outcome: "failed", milliseconds: 7 }])).toEqual([50]);
});

test("nights that went well are one outline, and those without a run another", () => {
  const nights = [well(1), undefined, { outcome: "failed", milliseconds: 1 } as const];
  expect(barsOf(nights, [50, 0, 50])).toBe(
    "polygon(5px 100%,5px min(100% - 3px, 50%),11px min(100% - 3px, 50%),11px 100%)",
  );
  expect(barsOf(nights, undefined)).toBe(
    "polygon(23px 100%,23px calc(100% - 2px),25px calc(100% - 2px),25px 100%)",
  );
  expect(barsOf([], [])).toBe("inset(50%)");
});
