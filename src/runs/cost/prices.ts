import { PRICES } from "./prices.generated.ts";
import { xlargesOf } from "./sizes.ts";

/** What instances cost in a region: US dollars an hour, on demand, Linux. */
export interface RegionPrices {
  /** When they were read: `2026-07-20`. */
  readonly date: string;
  /** Families whose sizes cost in proportion to their CPUs, by the price of their `xlarge`. */
  readonly families: Readonly<Record<string, number>>;
  /** Types whose price follows no rule. */
  readonly types: Readonly<Record<string, number>>;
}

const REGIONS: Readonly<Record<string, RegionPrices>> = PRICES;

/** The region whose prices are used for those that aren't known. */
const standIn = "us-east-1";

/**
 * What spot capacity costs as a share of the price on demand: an estimate, since spot prices move
 * by the hour and differ by zone. AWS promises up to 90 % off; what its Spot Instance Advisor
 * (https://aws.amazon.com/ec2/spot/instance-advisor/) shows for common types lies between 50 % and
 * 70 % off most of the time.
 */
export const SPOT_SHARE = 0.4;

/** The prices of some types in one region. */
export interface Prices {
  readonly date: string;
  readonly region: string;
  /**
   * US dollars an hour, on demand, in the order of the types; undefined for one without a price.
   */
  readonly hourly: readonly (number | undefined)[];
}

/** Prices of a region; those of us-east-1 where the region's own aren't known for every type. */
export function pricesIn(region: string, types: readonly string[]): Prices {
  const own = pricesOf(region, types);
  return own?.hourly.every((price) => price !== undefined)
    ? own
    : (pricesOf(standIn, types) ?? { date: "", region: standIn, hourly: [] });
}

/** Regions with their own prices. */
export function pricedRegions(): readonly string[] {
  return Object.keys(REGIONS);
}

/**
 * What an instance of a type costs.
 *
 * @returns US dollars an hour, on demand; undefined for a type or a region that isn't in the table
 */
export function hourlyPrice(type: string, region: string = standIn): number | undefined {
  const prices = own(REGIONS, region);
  if (prices === undefined) return undefined;
  const price = own(prices.types, type);
  if (price !== undefined) return price;
  const [family = "", size = ""] = type.split(".");
  const base = own(prices.families, family);
  const multiple = xlargesOf(size);
  return base === undefined || multiple === undefined ? undefined : base * multiple;
}

function pricesOf(region: string, types: readonly string[]): Prices | undefined {
  const prices = own(REGIONS, region);
  if (prices === undefined) return undefined;
  return { date: prices.date, region, hourly: types.map((type) => hourlyPrice(type, region)) };
}

function own<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
