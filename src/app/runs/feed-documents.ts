import type { HistoryEvent } from "../../core/history.ts";
import type { LogLine } from "../../platform/log-lines.ts";
import type { Diagnosis } from "../../runs/model.ts";
import type { DocumentOf } from "../documents/documents.ts";

/** An event of a run that is followed, as a line of `--json`. */
export function runEventDocument(event: HistoryEvent): DocumentOf<"run-event"> {
  return { type: "event", event };
}

/** A line that a step wrote, as a line of `--json`. */
export function runLogDocument(line: LogLine): DocumentOf<"run-log"> {
  return { type: "log", ...line };
}

/** Why a run that is followed waits, as a line of `--json`. */
export function runWaitingDocument(diagnosis: Diagnosis): DocumentOf<"run-waiting"> {
  return { type: "waiting", diagnosis };
}
