/**
 * What EC2 instances cost: US dollars an hour, on demand, Linux, us-east-1. Facts of AWS's price
 * list (https://aws.amazon.com/ec2/pricing/on-demand/) as the Karpenter project reads them from
 * AWS's pricing API into its `zz_generated.pricing_aws.go`
 * (https://github.com/aws/karpenter-provider-aws), there dated as `PRICES.date` says.
 */
export const PRICES = { date: "2026-07-20", region: "us-east-1" } as const;

/**
 * What spot capacity costs as a share of the price on demand: an estimate, since spot prices move
 * by the hour and differ by zone. AWS promises up to 90 % off; what its Spot Instance Advisor
 * (https://aws.amazon.com/ec2/spot/instance-advisor/) shows for common types lies between 50 % and
 * 70 % off most of the time.
 */
export const SPOT_SHARE = 0.4;

/**
 * Families whose sizes cost in proportion to their virtual CPUs, by the price of their `xlarge`.
 */
const FAMILIES: Readonly<Record<string, number>> = {
  t2: 0.1856,
  t3: 0.1664,
  t3a: 0.1504,
  t4g: 0.1344,
  c5: 0.17,
  c5a: 0.154,
  c6a: 0.153,
  c6i: 0.17,
  c6g: 0.136,
  c7a: 0.20528,
  c7i: 0.1785,
  "c7i-flex": 0.16958,
  c7g: 0.145,
  c8g: 0.15952,
  m5: 0.192,
  m5a: 0.172,
  m6a: 0.1728,
  m6i: 0.192,
  m6g: 0.154,
  m7a: 0.23184,
  m7i: 0.2016,
  "m7i-flex": 0.19152,
  m7g: 0.1632,
  m8g: 0.17952,
  r5: 0.252,
  r5a: 0.226,
  r6a: 0.2268,
  r6i: 0.252,
  r6g: 0.2016,
  r7a: 0.3043,
  r7i: 0.2646,
  r7g: 0.2142,
  r8g: 0.23564,
};

/**
 * Sizes below `xlarge`, as shares of it; of the burstable families `nano` to `small` have as many
 * CPUs and less memory.
 */
const SMALL_SIZES: Readonly<Record<string, number>> = {
  nano: 1 / 32,
  micro: 1 / 16,
  small: 1 / 8,
  medium: 1 / 4,
  large: 1 / 2,
  xlarge: 1,
};

/** Types whose price follows no rule: those with GPUs. */
const TYPES: Readonly<Record<string, number>> = {
  "g4dn.xlarge": 0.526,
  "g4dn.2xlarge": 0.752,
  "g4dn.4xlarge": 1.204,
  "g4dn.8xlarge": 2.176,
  "g4dn.12xlarge": 3.912,
  "g4dn.16xlarge": 4.352,
  "g4dn.metal": 7.824,
  "g5.xlarge": 1.006,
  "g5.2xlarge": 1.212,
  "g5.4xlarge": 1.624,
  "g5.8xlarge": 2.448,
  "g5.12xlarge": 5.672,
  "g5.16xlarge": 4.096,
  "g5.24xlarge": 8.144,
  "g5.48xlarge": 16.288,
  "g6.xlarge": 0.8048,
  "g6.2xlarge": 0.9776,
  "g6.4xlarge": 1.3232,
  "g6.8xlarge": 2.0144,
  "g6.12xlarge": 4.6016,
  "g6.16xlarge": 3.3968,
  "g6.24xlarge": 6.6752,
  "g6.48xlarge": 13.3504,
  "g6e.xlarge": 1.861,
  "g6e.2xlarge": 2.24208,
  "g6e.4xlarge": 3.00424,
  "g6e.8xlarge": 4.52856,
  "g6e.12xlarge": 10.49264,
  "g6e.16xlarge": 7.57719,
  "g6e.24xlarge": 15.06559,
  "g6e.48xlarge": 30.13118,
  "p4d.24xlarge": 21.957642,
  "p5.4xlarge": 6.88,
  "p5.48xlarge": 55.04,
};

/**
 * What an instance of a type costs.
 *
 * @returns US dollars an hour, on demand; undefined for a type that isn't in the table
 */
export function hourlyPrice(type: string): number | undefined {
  if (Object.hasOwn(TYPES, type)) return TYPES[type];
  const [family = "", size = ""] = type.split(".");
  const base = Object.hasOwn(FAMILIES, family) ? FAMILIES[family] : undefined;
  const multiple = Object.hasOwn(SMALL_SIZES, size)
    ? SMALL_SIZES[size]
    : Number(/^(\d+)xlarge$/.exec(size)?.[1]);
  if (base === undefined || multiple === undefined || Number.isNaN(multiple)) return undefined;
  return base * multiple;
}
