import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";

/** What an attempt of a step with `cache` found there, as the helper that it ran in reports it. */
export type CacheUse =
  | {
      readonly outcome: "taken";
      /** The run that made what was taken. */
      readonly run: string;
      /** Milliseconds since the epoch. */
      readonly madeAt: number;
    }
  | ({ readonly outcome: "missed" } & CacheMiss);

/** Why nothing was taken. */
export interface CacheMiss {
  readonly reason: CacheMissReason;
  /** What differs of that: variables, or paths of inputs; at most five. */
  readonly names?: readonly string[];
  /** The run that last left something for the step. */
  readonly run?: string;
}

/** In the helper's words, which are stored. */
export const CACHE_MISS_REASONS = [
  "not-asked",
  "first",
  "expired",
  "gone",
  "checks",
  "code",
  "command",
  "environment",
  "parameters",
  "inputs",
] as const;
export type CacheMissReason = (typeof CACHE_MISS_REASONS)[number];

/** Reads what a task document or the helper's report has of it; undefined for anything else. */
export function readCacheUse(value: Json | undefined): CacheUse | undefined {
  if (!isJsonObject(value)) return undefined;
  const { outcome, run, madeAt, reason, names } = value;
  if (outcome === "taken") {
    if (typeof run !== "string" || typeof madeAt !== "number") return undefined;
    return { outcome, run, madeAt };
  }
  const known = CACHE_MISS_REASONS.find((one) => one === reason);
  if (outcome !== "missed" || known === undefined) return undefined;
  const texts = Array.isArray(names) ? (names as readonly Json[]) : [];
  return {
    outcome,
    reason: known,
    ...(texts.length === 0 ? {} : { names: texts.filter((name) => typeof name === "string") }),
    ...(typeof run === "string" ? { run } : {}),
  };
}

/** The same of its text. */
export function parseCacheUse(text: string | undefined): CacheUse | undefined {
  if (text === undefined) return undefined;
  try {
    return readCacheUse(JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
}

/** `the parameters differ from run recsys-1: ESTEIRA_PARAM_TOP` */
export function cacheMissText({ reason, names = [], run }: CacheMiss): string {
  const since = run === undefined ? "an earlier run" : `run ${run}`;
  const which = names.length === 0 ? "" : `: ${names.join(", ")}`;
  switch (reason) {
    case "not-asked":
      return "the run was asked not to take anything from the cache";
    case "first":
      return "no run has left anything for it yet";
    case "expired":
      return `what ${since} left is older than the step's ttl`;
    case "gone":
      return `the files that ${since} left are gone`;
    case "checks":
      return `what ${since} left isn't as the checks ask now`;
    case "code":
      return `the code has changed since ${since}`;
    case "command":
      return `its command, outputs, resources or names of secrets have changed since ${since}`;
    case "environment":
      return `the environment differs from ${since}${which}`;
    case "parameters":
    case "inputs":
      return `the ${reason} differ from ${since}${which}`;
  }
}

/** What an entry of the cache says; undefined where it isn't whole, or another Esteira's. */
export interface CacheEntry {
  readonly run: string;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
  /** Digests of what the outputs depend on, by what it is. */
  readonly fields: JsonObject;
  /** What it names, each below the artifacts of the run `origin`. */
  readonly files: readonly {
    readonly origin: string;
    readonly key: string;
    readonly size: number;
  }[];
}

/** Reads an entry as the helper writes it. */
export function readCacheEntry(text: string): CacheEntry | undefined {
  try {
    const value = JSON.parse(text) as Json;
    if (!isJsonObject(value) || value["schema"] !== 1) return undefined;
    const { run, madeAt, place, fields, left } = value;
    if (typeof run !== "string" || typeof madeAt !== "number" || typeof place !== "string") {
      return undefined;
    }
    if (!isJsonObject(fields) || !isJsonObject(left)) return undefined;
    const [origin = "", ...folders] = place.split("/");
    const entries = Array.isArray(left["entries"]) ? (left["entries"] as readonly Json[]) : [];
    const files = entries.flatMap((entry) => {
      if (!isJsonObject(entry) || typeof entry["size"] !== "number") return [];
      const path = [left["attempt"], entry["in"], entry["path"]].map((part) =>
        typeof part === "string" ? part : "",
      );
      return [{ origin, key: [...folders, ...path].join("/"), size: entry["size"] }];
    });
    return { run, madeAt, fields, files };
  } catch {
    return undefined;
  }
}
