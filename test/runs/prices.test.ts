import { expect, test } from "vitest";

import { allInstanceTypes } from "../../src/config/instance-types.ts";
import { hourlyPrice } from "../../src/runs/cost/prices.ts";

test("every instance type that the configuration knows has a price", () => {
  const without = allInstanceTypes().filter(({ name }) => hourlyPrice(name) === undefined);
  expect(without.map(({ name }) => name)).toEqual([]);
});

// From AWS's price list, of families that count by size and of those that don't.
test.each([
  ["t3.nano", 0.0052],
  ["t3.xlarge", 0.1664],
  ["t3a.medium", 0.0376],
  ["t4g.small", 0.0168],
  ["c5.18xlarge", 3.06],
  ["c7a.medium", 0.05132],
  ["m5.large", 0.096],
  ["m7i.48xlarge", 9.6768],
  ["r6i.2xlarge", 0.504],
  ["r8g.large", 0.11782],
  ["g4dn.12xlarge", 3.912],
  ["p5.48xlarge", 55.04],
])("%s costs %d dollars an hour", (type, price) => {
  expect(hourlyPrice(type)).toBeCloseTo(price, 4);
});

test.each(["", "t3", "t3.huge", "t3.0x", "constructor.xlarge", "x9.xlarge"])(
  "%j is no type with a known price",
  (type) => {
    expect(hourlyPrice(type)).toBeUndefined();
  },
);
