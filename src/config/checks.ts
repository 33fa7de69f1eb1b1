import { stepId, type StepId } from "../core/ids.ts";
import type { CHECK_OUTCOMES, RawCheck } from "./schema/schema-checks.ts";

/** What is asked of one metric that a step leaves. */
export interface Check extends CheckRule {
  /** The metric's name; `*` stands for any characters. */
  readonly metric: string;
  readonly otherwise: CheckOutcome;
  /** The step that leaves the metric; absent: whichever does. */
  readonly step?: StepId;
}

/** What follows from a value that isn't as the rule asks. */
export type CheckOutcome = (typeof CHECK_OUTCOMES)[number];

export interface CheckRule {
  /** As people wrote it: `> -5%`. */
  readonly rule: string;
  readonly comparison: ">=" | "<=" | "==" | ">" | "<";
  /**
   * What the comparison is with: `value` the limit itself, `median` the median of earlier values
   * changed by the limit, `age` seconds since the time that the metric is.
   */
  readonly of: "value" | "median" | "age";
  /** A number; of `median` a share such as -0.05; of `age` seconds. */
  readonly limit: number;
}

/** What a rule may be, for messages. */
export const CHECK_EXPECTED =
  'a comparison such as ">= 10_000", "<= 2%", "> -5%" (against the median) or "within 26h"; two of them are joined by "and"';

const NUMBER = String.raw`([+-])?(\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)`;
const COMPARISON = new RegExp(String.raw`^(>=|<=|==|>|<)\s*${NUMBER}\s*(%)?$`);
const WITHIN = /^within\s+(\d+(?:\.\d+)?)\s*([mhd])$/;
const UNIT_SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

/**
 * Reads the comparisons of a rule. A percentage with a sign is a change against the median of
 * earlier values, one without is the number itself: `2%` is 0.02.
 *
 * @returns undefined for a text that is none
 */
export function parseCheckRule(text: string): readonly CheckRule[] | undefined {
  const parts = text
    .trim()
    .split(/\sand\s/)
    .map(parsePart);
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

function parsePart(text: string): CheckRule | undefined {
  const [, amount, unit] = WITHIN.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) {
    const limit = Number(amount) * (UNIT_SECONDS[unit] ?? 0);
    return { rule: text, comparison: "<=", of: "age", limit };
  }
  const [, comparison, sign, digits, percent] = COMPARISON.exec(text) ?? [];
  if (comparison === undefined || digits === undefined) return undefined;
  const size = Number(digits.replaceAll("_", "")) / (percent === undefined ? 1 : 100);
  return {
    rule: text,
    comparison: comparison as CheckRule["comparison"],
    of: percent !== undefined && sign !== undefined ? "median" : "value",
    limit: sign === "-" ? -size : size,
  };
}

/** Each comparison by itself; what can't be read is left out, for the rules say why. */
export function checksOf(written: Readonly<Record<string, RawCheck>>): readonly Check[] {
  return Object.entries(written).flatMap(([metric, one]): Check[] => {
    const { rule, otherwise = "fail", step } = typeof one === "string" ? { rule: one } : one;
    const own = step === undefined ? {} : { step: stepId(step) };
    return (parseCheckRule(rule) ?? []).map((part) => ({ metric, ...part, otherwise, ...own }));
  });
}

/**
 * The step that all others come before: what nobody has measured by its end is missing. Undefined
 * where there is none.
 */
export function lastStep(
  steps: readonly { readonly id: StepId; readonly dependsOn: readonly StepId[] }[],
): StepId | undefined {
  const followed = new Set(steps.flatMap(({ dependsOn }) => dependsOn));
  const ends = steps.filter(({ id }) => !followed.has(id));
  return ends.length === 1 ? ends[0]?.id : undefined;
}
