import type { RunSummary } from "../../runs/model.ts";
import type { ConsoleDocumentOf } from "../documents/console.ts";

export type BriefRun = ConsoleDocumentOf<"tonight">["runs"][number];

/** A run where many are shown. */
export function briefRun(run: RunSummary): BriefRun {
  const { project, status, skipped, interrupted, trigger, startedAt, endedAt } = run;
  const { scheduledTime, version, failure, resumedBy } = run;
  return {
    run: run.run,
    project,
    status,
    skipped,
    interrupted,
    trigger,
    startedAt,
    endedAt,
    scheduledTime,
    version,
    failure,
    resumedBy,
  };
}
