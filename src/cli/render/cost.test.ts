import { expect, test } from "vitest";

import type { CostEstimate } from "../../runs/cost/estimate.ts";
import { costText } from "./cost.ts";

const cost: CostEstimate = {
  instanceMinutes: 38.4,
  instanceType: "t3.xlarge",
  usd: 0.0426,
  spot: true,
  spotShare: 0.4,
  pricesOf: "2026-07-20",
  pricesRegion: "us-east-1",
  region: "us-east-1",
};

test.each([
  [{}, "≈ 38 instance minutes, ≈ US$ 0.04 on spot (prices of 2026-07-20, us-east-1)"],
  [
    { spot: false, usd: 12.345 },
    "≈ 38 instance minutes, ≈ US$ 12.35 on demand (prices of 2026-07-20, us-east-1)",
  ],
  [
    { instanceMinutes: 1, usd: 0.000_812_3 },
    "≈ 1 instance minute, ≈ US$ 0.00081 on spot (prices of 2026-07-20, us-east-1)",
  ],
  [
    { region: "sa-east-1" },
    "≈ 38 instance minutes, ≈ US$ 0.04 on spot (prices of 2026-07-20, us-east-1, not those of sa-east-1)",
  ],
  [
    { usd: undefined, instanceType: "x9.huge" },
    "≈ 38 instance minutes (no price is known for x9.huge)",
  ],
])("%j", (changes, text) => {
  expect(costText({ ...cost, ...changes })).toBe(text);
});
