import { usesOutputs } from "../config/outputs.ts";
import { mapConcurrently } from "../core/concurrency.ts";
import type { Platform } from "./port.ts";
import type { Release } from "../release/release.ts";
import {
  type AttemptReport,
  lacksReport,
  readReport,
  reportKey,
  withReports,
} from "../runs/attempt-report.ts";
import type { RunSummary, RunView } from "../runs/model.ts";
import { artifactText } from "./artifact-text.ts";

/** Reports of a run that are read; each is a request. The last attempts are what is asked about. */
const MOST_REPORTS = 200;
const AT_ONCE = 16;
/** A report has a few hundred bytes. */
const LONGEST_REPORT = 64 * 1024;

/**
 * A run with what the helper has reported of its attempts, where its history doesn't say it. What
 * can't be read is left out: it explains nothing that went wrong.
 */
export async function reportedRun(
  { artifacts }: Pick<Platform, "artifacts">,
  run: RunSummary,
  release: Release,
  view: RunView,
): Promise<RunView> {
  if (artifacts === undefined || !usesOutputs(release.steps)) return view;
  const keys = view.steps.flatMap(({ id, attempts }) =>
    attempts.flatMap((attempt) =>
      lacksReport(attempt) && attempt.log !== undefined ? [reportKey(id, attempt.log)] : [],
    ),
  );
  const found = await mapConcurrently(keys.slice(-MOST_REPORTS), AT_ONCE, async (key) => {
    const report = readReport(await artifactText(artifacts, run, key, LONGEST_REPORT));
    return report === undefined ? [] : [[key, report] as const];
  });
  return withReports(view, new Map<string, AttemptReport>(found.flat()));
}
