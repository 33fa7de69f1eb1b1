import { usdText } from "../../runs/cost/advice.ts";
import type { CostEstimate } from "../../runs/cost/estimate.ts";

/** `≈ 38 instance minutes, ≈ US$ 0.03 on spot (prices of 2026-07-20, us-east-1)` */
export function costText(cost: CostEstimate): string {
  const { usd, spot, pricesOf, pricesRegion, region } = cost;
  const minutes = Math.max(1, Math.round(cost.instanceMinutes));
  const used = `≈ ${minutes} instance minute${minutes === 1 ? "" : "s"}`;
  if (usd === undefined) {
    return `${used} (no price is known for ${cost.instanceType ?? "the instances"})`;
  }
  const elsewhere = region === pricesRegion ? "" : `, not those of ${region}`;
  const where = `prices of ${pricesOf}, ${pricesRegion}${elsewhere}`;
  return `${used}, ${usdText(usd)} ${spot ? "on spot" : "on demand"} (${where})`;
}
