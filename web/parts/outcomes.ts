/**
 * How something went or is. Each is a shape and a colour (`outcome.css`) and a word, never a colour
 * alone.
 */
export type Outcome =
  | "succeeded"
  | "retried"
  | "failed"
  | "timed-out"
  | "missed"
  | "late"
  | "interrupted"
  | "running"
  | "starting"
  | "waiting"
  | "held"
  | "stopped"
  | "skipped"
  | "due"
  | "none";

/** A run's state as AWS Step Functions names it, with what else is known of it. */
interface RunState {
  readonly status: string;
  readonly skipped?: boolean;
  readonly interrupted?: boolean;
}

const ofStatus: Readonly<Record<string, Outcome>> = {
  RUNNING: "running",
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  TIMED_OUT: "timed-out",
  ABORTED: "stopped",
  PENDING_REDRIVE: "waiting",
  // Steps, attempts and nights.
  running: "running",
  succeeded: "succeeded",
  failed: "failed",
  timed_out: "timed-out",
  aborted: "stopped",
  skipped: "skipped",
  pending: "none",
  scheduled: "starting",
  waiting: "waiting",
  interrupted: "interrupted",
};

/** The outcome of a run. */
export function outcomeOfRun({ status, skipped, interrupted }: RunState): Outcome {
  if (skipped === true) return "skipped";
  if (interrupted === true) return "interrupted";
  return outcomeOf(status);
}

/** The outcome that a state of a run, a step, an attempt or a night is shown as. */
export function outcomeOf(status: string): Outcome {
  return ofStatus[status] ?? "none";
}
