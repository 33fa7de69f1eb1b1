import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";

/** Beside the folders of a project's runs: what its checks said, a document a step or item. */
export const CHECKS_FOLDER = "_checks";

/** What a check said of one metric, as the helper that steps run in writes it down. */
export interface CheckResult {
  readonly metric: string;
  /** As people wrote it: `> -5%`. */
  readonly rule: string;
  /** What it is compared with: a number, the median of earlier runs, or the time now. */
  readonly of: "value" | "median" | "age";
  readonly otherwise: "fail" | "warn" | "block_promotion";
  readonly passed: boolean;
  /** Seconds where `of` is `age`; absent: it is missing, or no number. */
  readonly value?: number;
  /** What the value must be beyond or within; absent: nothing was compared. */
  readonly limit?: number;
  readonly median?: number;
  /** Good runs that the median is of, or that there are where these are too few. */
  readonly runs?: number;
  /** What was left that can't be compared. */
  readonly text?: string;
  /** No step has left the metric; absent: one has. */
  readonly missing?: true;
}

/** Of a run: which step said it, and of which item. */
export interface StepCheck extends CheckResult {
  readonly step: string;
  /** Index of the item; undefined where the step has none. */
  readonly item: number | undefined;
}

const OF = ["value", "median", "age"] as const;
const OTHERWISE = ["fail", "warn", "block_promotion"] as const;

/** Reads a list of results; what isn't one is left out. Undefined where there is none. */
export function readChecks(value: Json | undefined): readonly CheckResult[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const found = (value as readonly Json[]).flatMap(readCheck);
  return found.length === 0 ? undefined : found;
}

/** The same of its text. */
export function parseChecks(text: string | undefined): readonly CheckResult[] | undefined {
  if (text === undefined) return undefined;
  try {
    return readChecks(JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
}

function readCheck(value: Json): CheckResult[] {
  if (!isJsonObject(value)) return [];
  const { metric, rule, passed, text, missing } = value;
  const of = OF.find((one) => one === value["of"]);
  const otherwise = OTHERWISE.find((one) => one === value["otherwise"]);
  if (typeof metric !== "string" || typeof rule !== "string" || typeof passed !== "boolean") {
    return [];
  }
  if (of === undefined || otherwise === undefined) return [];
  return [
    {
      metric,
      rule,
      of,
      otherwise,
      passed,
      ...numbers(value),
      ...(typeof text === "string" ? { text } : {}),
      ...(missing === true ? { missing } : {}),
    },
  ];
}

function numbers(value: JsonObject): Pick<CheckResult, "value" | "limit" | "median" | "runs"> {
  return Object.fromEntries(
    ["value", "limit", "median", "runs"].flatMap((name) => {
      const found = value[name];
      return typeof found === "number" && Number.isFinite(found) ? [[name, found]] : [];
    }),
  );
}

/** `auc is 0.71, and "> -5%" is asked against 0.81, the median of the last 14 good runs: …` */
export function checkSentence(check: CheckResult): string {
  const { metric, rule, value, median, limit, runs = 0 } = check;
  const asked = `"${rule}" is asked`;
  if (check.missing) return `the metric ${metric} is missing, and ${asked}`;
  if (value === undefined) {
    return `${metric} is ${JSON.stringify(check.text ?? "")}, which can't be compared, and ${asked}`;
  }
  if (check.of === "age") return `${metric} is ${ageText(value)} old, and ${asked}`;
  const against =
    median === undefined || limit === undefined
      ? ""
      : ` against ${numberText(median)}, the median of the last ${runs} good runs: the limit is ${numberText(limit)}`;
  return `${metric} is ${numberText(value)}, and ${asked}${against}`;
}

/** Six digits at most: `12,034`, `0.7714`. */
export function numberText(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 6 });
}

/** Seconds as `31.2 h`. */
export function ageText(seconds: number): string {
  const hours = seconds / 3600;
  if (hours >= 72) return `${(hours / 24).toFixed(1)} days`;
  return hours >= 1 ? `${hours.toFixed(1)} h` : `${(seconds / 60).toFixed(0)} min`;
}

/** A value with its unit, as lists show it. */
export function valueText({ of, value, text, missing }: CheckResult): string {
  if (missing) return "missing";
  if (value === undefined) return text ?? "";
  return of === "age" ? ageText(value) : numberText(value);
}

/** The results of a list's last attempts: of each step, or of each item of it. */
export function checksOf(
  steps: readonly {
    readonly id: string;
    readonly attempts: readonly {
      readonly item: number | undefined;
      readonly number: number;
      readonly checks?: readonly CheckResult[];
    }[];
  }[],
): readonly StepCheck[] {
  return steps.flatMap(({ id, attempts }) => {
    const last = new Map<number | undefined, (typeof attempts)[number]>();
    for (const attempt of attempts) {
      const before = last.get(attempt.item);
      if (before === undefined || before.number <= attempt.number) last.set(attempt.item, attempt);
    }
    return [...last.values()].flatMap(({ item, checks = [] }) =>
      checks.map((check) => ({ ...check, step: id, item })),
    );
  });
}
