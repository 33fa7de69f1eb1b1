import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import { type CacheUse, parseCacheUse } from "./step-cache.ts";
import { type CheckResult, parseChecks } from "./checks.ts";
import { parseUndeclared, type Undeclared } from "./undeclared.ts";

/**
 * Who or what ended a step's command, where that is known: only this machine knows it. `itself`:
 * its exit code or signal is its own doing, as far as can be seen.
 */
export const ENDED_BY = [
  "itself",
  "memory-limit",
  "time-limit",
  "supervisor-lost",
  "machine-down",
  "container-removed",
  "container-killed",
  "engine-away",
] as const;
export type EndedBy = (typeof ENDED_BY)[number];

/** What is measured of an attempt, and the limits that it ran under. */
export interface AttemptFigures {
  /** Largest memory that its processes had at once, in bytes; undefined: not measured. */
  readonly peakMemoryBytes: number | undefined;
  /** Memory that it may use, in bytes. */
  readonly memoryLimitBytes: number | undefined;
  /** Seconds that its command may run. */
  readonly timeLimitSeconds: number | undefined;
  readonly endedBy: EndedBy | undefined;
  /** Files that it left and that nothing keeps; undefined: none, or nobody looked. */
  readonly undeclared?: Undeclared;
  /** What it found in the step's cache; undefined: it has none, or nobody reports it. */
  readonly cache?: CacheUse;
  /** What its checks said of the metrics that it left; absent: none was asked. */
  readonly checks?: readonly CheckResult[];
}

export const NO_FIGURES: AttemptFigures = {
  peakMemoryBytes: undefined,
  memoryLimitBytes: undefined,
  timeLimitSeconds: undefined,
  endedBy: undefined,
};

const names = {
  peakMemoryBytes: "esteira.peak-memory-bytes",
  timeLimitSeconds: "esteira.time-limit-seconds",
  endedBy: "esteira.ended-by",
  undeclared: "esteira.undeclared",
  cache: "esteira.cache",
  checks: "esteira.checks",
} as const;

/**
 * The figures as attributes of a task document, the one list of names and values that ECS's shape
 * has: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Attribute.html
 */
export function figureAttributes(
  figures: Pick<AttemptFigures, "peakMemoryBytes" | "timeLimitSeconds" | "endedBy"> & {
    readonly undeclared?: Undeclared | undefined;
    readonly cache?: CacheUse | undefined;
    readonly checks?: readonly CheckResult[] | undefined;
  },
): readonly JsonObject[] {
  return Object.entries(names).flatMap(([key, Name]) => {
    const value = figures[key as keyof typeof names];
    if (value === undefined) return [];
    return [{ Name, Value: typeof value === "object" ? JSON.stringify(value) : String(value) }];
  });
}

/** Reads them back; of a document that has none, as on AWS, only the memory limit is known. */
export function readFigures(document: JsonObject): AttemptFigures {
  const list = document["Attributes"];
  const attributes = Array.isArray(list) ? (list as readonly Json[]).filter(isJsonObject) : [];
  const valueOf = (name: string): string | undefined => {
    const value = attributes.find((one) => one["Name"] === name)?.["Value"];
    return typeof value === "string" ? value : undefined;
  };
  const memory = Number(document["Memory"]); // MiB, as text
  const undeclared = parseUndeclared(valueOf(names.undeclared));
  const cache = parseCacheUse(valueOf(names.cache));
  const checks = parseChecks(valueOf(names.checks));
  return {
    peakMemoryBytes: numberOf(valueOf(names.peakMemoryBytes)),
    memoryLimitBytes: memory > 0 ? memory * 1024 ** 2 : undefined,
    timeLimitSeconds: numberOf(valueOf(names.timeLimitSeconds)),
    endedBy: ENDED_BY.find((one) => one === valueOf(names.endedBy)),
    ...(undeclared === undefined ? {} : { undeclared }),
    ...(cache === undefined ? {} : { cache }),
    ...(checks === undefined ? {} : { checks }),
  };
}

function numberOf(text: string | undefined): number | undefined {
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}
