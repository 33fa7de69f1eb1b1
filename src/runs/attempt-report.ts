import { isJsonObject, type Json } from "../core/json.ts";
import type { AttemptView, RunView } from "./model.ts";
import { type CacheUse, readCacheUse } from "./step-cache.ts";
import { type CheckResult, readChecks } from "./checks.ts";
import { readUndeclared, type Undeclared } from "./undeclared.ts";

/**
 * What the helper that steps with outputs run in has measured of an attempt: on AWS nobody else
 * does.
 */
export interface AttemptReport {
  readonly peakMemoryBytes: number | undefined;
  readonly undeclared: Undeclared | undefined;
  readonly cache: CacheUse | undefined;
  readonly checks?: readonly CheckResult[];
}

/** Key of an attempt's report below the run's artifacts. */
export function reportKey(step: string, attempt: string): string {
  return `_outputs/${step}/attempts/${attempt}.json`;
}

/** Reads a report; one that isn't whole says nothing. */
export function readReport(text: string): AttemptReport | undefined {
  try {
    const value = JSON.parse(text) as Json;
    if (!isJsonObject(value)) return undefined;
    const peak = value["peakMemoryBytes"];
    const checks = readChecks(value["checks"]);
    return {
      peakMemoryBytes: typeof peak === "number" ? peak : undefined,
      undeclared: readUndeclared(value["undeclared"]),
      cache: readCacheUse(value["cache"]),
      ...(checks === undefined ? {} : { checks }),
    };
  } catch {
    return undefined;
  }
}

/** Whether a report would say of an attempt what its history doesn't. */
export function lacksReport({ endedAt, log, peakMemoryBytes }: AttemptView): boolean {
  return endedAt !== undefined && log !== undefined && peakMemoryBytes === undefined;
}

/**
 * A run with what was reported of its attempts.
 *
 * @param reports by `reportKey`
 */
export function withReports(view: RunView, reports: ReadonlyMap<string, AttemptReport>): RunView {
  if (reports.size === 0) return view;
  const steps = view.steps.map((step) => ({
    ...step,
    attempts: step.attempts.map((attempt): AttemptView => {
      const report = reports.get(reportKey(step.id, attempt.log ?? ""));
      if (report === undefined) return attempt;
      const { peakMemoryBytes = attempt.peakMemoryBytes, undeclared, cache, checks } = report;
      return {
        ...attempt,
        peakMemoryBytes,
        ...(undeclared === undefined ? {} : { undeclared }),
        ...(cache === undefined ? {} : { cache }),
        ...(checks === undefined ? {} : { checks }),
      };
    }),
  }));
  return { ...view, steps };
}
