import { expect, test } from "vitest";
import { vcpuDemands, vcpuFamily } from "./vcpu-quotas.ts";

test.each([
  ["t3.xlarge", "L-34B43A08"],
  ["c7i-flex.large", "L-34B43A08"],
  ["im4gn.large", "L-34B43A08"],
  ["is4gen.large", "L-34B43A08"],
  ["i3.large", "L-34B43A08"],
  ["d3.xlarge", "L-34B43A08"],
  ["h1.2xlarge", "L-34B43A08"],
  ["g5.xlarge", "L-3819A6DF"],
  ["gr6.4xlarge", "L-3819A6DF"],
  ["vt1.3xlarge", "L-3819A6DF"],
  ["p5.48xlarge", "L-7212CCBC"],
  ["inf2.xlarge", "L-B5D1601B"],
  ["trn1.2xlarge", "L-6B0D517C"],
  ["dl1.24xlarge", "L-85EED4F7"],
  ["f1.2xlarge", "L-88CF9481"],
  ["x2idn.16xlarge", "L-E3A00192"],
  ["hpc7a.96xlarge", undefined],
  ["u-6tb1.metal", undefined],
  ["mac2.metal", undefined],
])("%s counts against the spot quota %s", (type, code) => {
  expect(vcpuFamily(type)?.spot).toBe(code);
});

const sizes: Record<string, number> = { "t3.xlarge": 4, "m5.2xlarge": 8, "g5.xlarge": 4 };
const demands = (...capacities: Parameters<typeof vcpuDemands>[0]) =>
  vcpuDemands(capacities, (type) => sizes[type]).map(
    ({ family, purchase, sum, one }) => `${purchase} ${family.name[0]}: ${sum}, ${one} to start`,
  );
const spot = { maxQuantity: 2, spot: true, onDemandFallback: false };

test("all projects together, each with its largest type at its most instances", () => {
  expect(demands({ ...spot, instanceTypes: ["t3.xlarge"] })).toEqual(["spot S: 8, 4 to start"]);
  expect(
    demands(
      { ...spot, instanceTypes: ["t3.xlarge", "m5.2xlarge"] },
      { ...spot, instanceTypes: ["t3.xlarge"] },
    ),
  ).toEqual(["spot S: 24, 4 to start"]);
});

test("on demand, with a fallback to it, and families are quotas by themselves", () => {
  expect(demands({ ...spot, spot: false, instanceTypes: ["t3.xlarge"] })).toEqual([
    "on-demand S: 8, 4 to start",
  ]);
  expect(demands({ ...spot, onDemandFallback: true, instanceTypes: ["t3.xlarge"] })).toEqual([
    "on-demand S: 4, 4 to start",
    "spot S: 8, 4 to start",
  ]);
  expect(demands({ ...spot, instanceTypes: ["t3.xlarge", "g5.xlarge"] })).toEqual([
    "spot S: 8, 4 to start",
    "spot G: 8, 4 to start",
  ]);
  expect(demands({ ...spot, instanceTypes: ["unknown.large"] })).toEqual([]);
});
