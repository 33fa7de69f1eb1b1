import { instanceType } from "../config/instance-types.ts";
import type { Release } from "../release/release.ts";
import type { CostEstimate, CostFacts } from "../runs/cost/estimate.ts";
import type { RunView } from "../runs/model.ts";

/**
 * What a run cost, roughly; undefined for one that paid for no instances: on this machine, or
 * before its first task.
 *
 * @param now milliseconds since the epoch: what still runs counts until then
 */
export async function costOf(
  release: Pick<Release, "capacity" | "steps">,
  view: RunView,
  region: string | undefined,
  now: number,
): Promise<CostEstimate | undefined> {
  const facts = costFacts(release, view, region, now);
  if (facts === undefined) return undefined;
  // The price table is large, and no run on this machine needs it.
  const { estimateCost } = await import("../runs/cost/estimate.ts");
  return estimateCost(facts);
}

/** What an estimate of a run rests on; undefined where its steps need no instances. */
export function costFacts(
  { capacity, steps }: Pick<Release, "capacity" | "steps">,
  view: RunView,
  region: string | undefined,
  now: number,
): CostFacts | undefined {
  if (capacity === undefined || region === undefined) return undefined;
  const sizes = capacity.instanceTypes.map((name) => instanceType(name));
  const [smallest] = sizes
    .flatMap((size) => size ?? [])
    .toSorted((a, b) => a.memoryMib - b.memoryMib || a.vcpus - b.vcpus);
  const known = smallest !== undefined && sizes.every((size) => size !== undefined);
  const instance = known
    ? { vcpus: smallest.vcpus, memoryGb: smallest.memoryMib / 1024 }
    : undefined;
  return { view, steps, capacity, instance, region, now };
}
