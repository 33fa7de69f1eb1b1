import type { DocumentOf } from "../documents/documents.ts";
import { byMetric, type CheckedRun } from "./check-history.ts";

/** What the checks of a project said over its runs, as `--json` gives it. */
export function checksDocument(
  environment: string,
  project: string,
  history: readonly CheckedRun[],
): DocumentOf<"checks"> {
  return {
    environment,
    project,
    checks: byMetric(history).map(({ step, item, metric, rule, runs }) => ({
      step,
      item,
      metric,
      rule,
      runs: runs.map(({ run, at, check }) => ({ run, at, ...check })),
    })),
  };
}
