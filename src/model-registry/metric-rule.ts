/** `>=0.8`: what a metric must meet. */
export interface MetricRule {
  readonly comparison: keyof typeof comparisons;
  readonly limit: number;
}

const comparisons = {
  ">=": (value: number, limit: number) => value >= limit,
  "<=": (value: number, limit: number) => value <= limit,
  "==": (value: number, limit: number) => value === limit,
  ">": (value: number, limit: number) => value > limit,
  "<": (value: number, limit: number) => value < limit,
} as const;

/** @throws Error for a text that the configuration's schema doesn't let through */
export function parseMetricRule(text: string): MetricRule {
  const [, comparison = "", limit = ""] = /^\s*(>=|<=|==|>|<)\s*(\S+)\s*$/.exec(text) ?? [];
  if (!(comparison in comparisons) || Number.isNaN(Number(limit))) {
    throw new Error(`${JSON.stringify(text)} is not a comparison`);
  }
  return { comparison: comparison as keyof typeof comparisons, limit: Number(limit) };
}

/** Whether a value meets the rule; NaN meets none. */
export function meets({ comparison, limit }: MetricRule, value: number): boolean {
  return comparisons[comparison](value, limit);
}
