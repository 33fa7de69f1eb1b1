import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { allInstanceTypes } from "../../src/config/instance-types.ts";
import { hourlyPrice, pricedRegions, pricesIn } from "../../src/runs/cost/prices.ts";

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
  "%j is not a type with a known price",
  (type) => {
    expect(hourlyPrice(type)).toBeUndefined();
  },
);

test.each([
  ["m5.large", "sa-east-1", 0.153],
  ["g5.xlarge", "sa-east-1", 1.71],
  ["t3.nano", "sa-east-1", 0.0084],
  ["m5.large", "eu-west-1", 0.107],
  ["c6i.xlarge", "us-west-2", 0.17],
  ["r5.large", "ap-southeast-2", 0.151],
])("%s costs in %s %d dollars an hour", (type, region, price) => {
  expect(hourlyPrice(type, region)).toBeCloseTo(price, 4);
});

test("the prices of a region are its own where it has them for every type, else those of us-east-1", () => {
  expect(pricesIn("sa-east-1", ["m5.large", "g5.xlarge"])).toEqual({
    date: "2025-04-24",
    region: "sa-east-1",
    hourly: [expect.closeTo(0.153, 4), 1.71],
  });
  // Cheaper by a third since the regions' prices were read, so those are not used.
  const standIn = { date: "2026-07-20", region: "us-east-1" };
  expect(pricesIn("sa-east-1", ["m5.large", "p4d.24xlarge"])).toEqual({
    ...standIn,
    hourly: [0.096, 21.957642],
  });
  expect(pricesIn("xx-north-9", ["m5.large"])).toEqual({ ...standIn, hourly: [0.096] });
  expect(pricesIn("constructor", ["x9.huge"])).toEqual({ ...standIn, hourly: [undefined] });
});

test("the page about costs names every region with prices", () => {
  const page = readFileSync(new URL("../../docs/reference/costs.md", import.meta.url), "utf8");
  expect(pricedRegions().filter((region) => !page.includes(`\`${region}\``))).toEqual([]);
});
