/** Prices of one region in few numbers. */
export interface PriceTable {
  /** Families whose sizes cost in proportion to their CPUs, by the price of their `xlarge`. */
  readonly families: Readonly<Record<string, number>>;
  /** Types that cost something else. */
  readonly types: Readonly<Record<string, number>>;
}

/** What may be lost by giving a family one price: less than AWS's own rounding of small types. */
const tolerance = 0.002;

/**
 * @param usd US dollars an hour by type
 * @param multiple of an `xlarge` that a size is: `xlargesOf` of `src/runs/cost/sizes.ts`
 */
export function priceTable(
  usd: ReadonlyMap<string, number>,
  families: readonly string[],
  multiple: (size: string) => number | undefined,
): PriceTable {
  const bases: Record<string, number> = {};
  const types: Record<string, number> = {};
  for (const family of families) {
    const sizes = [...usd].filter(([type]) => type.split(".")[0] === family);
    const base = usd.get(`${family}.xlarge`);
    const off = sizes.filter(([type, price]) => {
      const times = multiple(type.split(".")[1] ?? "");
      if (base === undefined || times === undefined) return true;
      return Math.abs(base * times - price) > price * tolerance;
    });
    if (base !== undefined && off.length < sizes.length / 2) bases[family] = base;
    const listed = bases[family] === undefined ? sizes : off;
    for (const [type, price] of listed.toSorted(([, a], [, b]) => a - b)) types[type] = price;
  }
  return { families: bases, types };
}
