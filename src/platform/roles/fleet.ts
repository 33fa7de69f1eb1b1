import type { EdgeError } from "../../core/edge-error.ts";
import type { Result } from "../../core/result.ts";
import type { RunSummary } from "../../runs/model.ts";

/**
 * Where the state of many projects is read at once, whatever their history: what a page of all of
 * them needs. Times are milliseconds since the epoch.
 */
export interface Fleet {
  /**
   * Differs whenever anything of the environment may have changed. Cheap: asked 40 times a second.
   */
  version(): string;
  /** What is deployed, by project. */
  deployed(): Promise<Result<readonly BriefDeploy[], EdgeError>>;
  /** The newest run of each of these projects that ever ran. */
  newestRuns(projects: readonly string[]): Promise<Result<readonly RunSummary[], EdgeError>>;
  /**
   * What each project did in each stretch between two of these times, ascending: at most one entry
   * a project and stretch.
   */
  stretches(bounds: readonly number[]): Promise<Result<readonly StretchSum[], EdgeError>>;
  /** Runs that went at some time since then, those in progress included; the oldest first. */
  runsSince(since: number, limit: number): Promise<Result<readonly RunSummary[], EdgeError>>;
  /** The last good run of a project that began before a time, other than skipped ones. */
  lastGood(project: string, before: number): Promise<Result<RunSummary | undefined, EdgeError>>;
}

/** A deployed release, without what only its own page shows. */
export interface BriefDeploy {
  readonly project: string;
  readonly version: string;
  readonly fingerprint: string;
  readonly deployedAt: number;
  readonly owner: string | undefined;
  /** Name of its registered model, and the version that the deploy took. */
  readonly model: { readonly name: string; readonly version: string | undefined };
}

/** From the worst to the best; a run that is in progress is shown before those that went well. */
export const SEVERITIES = [
  "failed",
  "timed_out",
  "interrupted",
  "aborted",
  "running",
  "succeeded",
  "skipped",
] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The state of a run as a cell shows it. */
export function severityOf(run: RunSummary): Severity {
  if (run.skipped) return "skipped";
  if (run.interrupted) return "interrupted";
  switch (run.status) {
    case "FAILED":
      return "failed";
    case "TIMED_OUT":
      return "timed_out";
    case "ABORTED":
      return "aborted";
    case "SUCCEEDED":
      return "succeeded";
    default:
      return "running";
  }
}

/** What comes first is the worse. */
export function isWorse(one: Severity, other: Severity): boolean {
  return SEVERITIES.indexOf(one) < SEVERITIES.indexOf(other);
}

export interface StretchSum {
  readonly project: string;
  /** Which stretch, from 0. */
  readonly stretch: number;
  /** The worst that came of its runs. */
  readonly outcome: Severity;
  readonly runs: number;
  /** The newest run that came to that. */
  readonly run: string;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
}
