import type { EdgeError } from "../../core/edge-error.ts";
import type { Result } from "../../core/result.ts";
import type { RunSummary } from "../../runs/model.ts";
import type { FailedDeploy } from "../records.ts";
import type { DeployedSchedule } from "../schedules.ts";
import type { BriefDeploy, Severity } from "./fleet.ts";

/**
 * Where the state of all projects is kept beside the runs themselves, to be read in a few requests.
 * Each answer is undefined where it isn't kept, or not kept up: what it would say is then asked of
 * each project.
 */
export interface FleetIndex {
  /** How all projects are: what is deployed, when it fires, its newest run. */
  standing(): Promise<Result<Standing | undefined, EdgeError>>;
  /**
   * The same with what projects did in their nights since one, by the date of its morning:
   * `2026-01-31`.
   */
  nights(since: string): Promise<Result<StandingWithNights | undefined, EdgeError>>;
  /** Runs that ended since a time, in milliseconds since the epoch, and those in progress. */
  runsSince(since: number): Promise<Result<readonly RunSummary[] | undefined, EdgeError>>;
  /** A project's newest run was read: where the index says something else, it is corrected. */
  compare(newest: RunSummary): Promise<void>;
  /** What to do where it isn't kept. */
  readonly howToKeep: string;
}

export interface Standing {
  readonly projects: readonly StandingProject[];
  /** The newest run of each project that ever ran, whether it goes or has ended. */
  readonly newest: readonly RunSummary[];
  /** Those in progress. */
  readonly open: readonly RunSummary[];
}

export interface StandingWithNights extends Standing {
  readonly nights: readonly {
    readonly project: string;
    /** The worst that came of its runs. */
    readonly outcome: Severity;
    readonly runs: number;
    /** The newest run that came to that. */
    readonly run: string;
    readonly startedAt: number;
    readonly endedAt: number | undefined;
  }[];
}

/** What is deployed of a project. */
export interface StandingProject {
  readonly project: string;
  /** Undefined where nothing is. */
  readonly deploy: BriefDeploy | undefined;
  /** The deployed release wants mails to be sent. */
  readonly mails: boolean;
  readonly schedule: DeployedSchedule | undefined;
  /** Its last deploy, where that failed. */
  readonly failedDeploy: FailedDeploy | undefined;
  /** Why deploys skip it. */
  readonly hold: string | undefined;
}
