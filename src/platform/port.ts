import type { Diagnostic } from "../core/diagnostic.ts";
import type { EdgeError } from "../core/edge-error.ts";
import type { HistoryEvent } from "../core/history.ts";
import type { EnvironmentName, ProjectName, RunId } from "../core/ids.ts";
import type { Result } from "../core/result.ts";
import type { FingerprintedRelease, Release } from "../release/release.ts";
import type { RunInput, RunSummary } from "../runs/model.ts";
import type { AttemptName, LogLine } from "./log-lines.ts";
import type { PromoteModel } from "./models.ts";
import type { Page, PageRequest } from "./page.ts";
import type { Plan, PlanOptions } from "./plan.ts";
import type { Act, AuditRecord, ReleaseRecord } from "./records.ts";
import type { Deliveries } from "./roles/deliveries.ts";
import type { OptionalRoles, RoleName } from "./roles/roles.ts";
import type { DeployedSchedule, ScheduleChange } from "./schedules.ts";
import type { OwnWatching } from "./watch/own-watching.ts";

/**
 * Where releases live and run. Both platforms implement it and pass the same contract tests
 * (`test/contract/`). Everything is asynchronous; lists come in pages. What only some platforms can
 * do is an optional role: present where it can be done.
 */
export interface Platform extends OptionalRoles {
  /** What words depend on; whether something can be done, a role says. */
  readonly kind: "aws" | "local";
  readonly environment: EnvironmentName;
  /** Who acts, where the platform knows: whom the credentials belong to, or who was named. */
  readonly actor?: string;

  /**
   * Compares what should be with what is; reads only. `prune`: plan the removal of projects that
   * are gone.
   */
  plan(
    releases: readonly FingerprintedRelease[],
    options: PlanOptions,
  ): Promise<Result<Plan, PlatformError>>;
  /** Makes it so; a failing project doesn't stop the others. Progress goes to `listener`. */
  apply(
    plan: Plan,
    releases: readonly FingerprintedRelease[],
    options: ApplyOptions,
  ): Promise<Result<ApplySummary, PlatformError>>;
  /** Plans the removal of what a deploy made for these projects. */
  planDestroy(projects: readonly ProjectName[]): Promise<Result<Plan, PlatformError>>;
  /** The release that is deployed now; undefined when there is none. */
  deployed(project: ProjectName): Promise<Result<DeployedRelease | undefined, PlatformError>>;
  listDeployed(): Promise<Result<readonly DeployedRelease[], PlatformError>>;
  /** Releases of a project that are known, by the latest deploy of each, the newest first. */
  releases(project: ProjectName): Promise<Result<readonly ReleaseRecord[], PlatformError>>;

  /** The schedules of what is deployed, by project. */
  schedules(): Promise<Result<readonly DeployedSchedule[], PlatformError>>;
  /**
   * Disables a project's schedule by hand: deploys keep it so. Gives how it is then; done again, it
   * says the same.
   */
  disableSchedule(
    project: ProjectName,
    change: ScheduleChange,
  ): Promise<Result<DeployedSchedule, PlatformError>>;
  /** Lifts that: the schedule is again as the deployed release has it. */
  enableSchedule(
    project: ProjectName,
    change: ScheduleChange,
  ): Promise<Result<DeployedSchedule, PlatformError>>;

  /** Starts a run of the deployed release. On the local platform `mode` says who drives it. */
  start(
    project: ProjectName,
    input: RunInput,
    options: StartOptions,
  ): Promise<Result<RunId, PlatformError>>;
  /** Ends a run: its steps are stopped and it becomes ABORTED. Resolves when that is so. */
  stop(run: RunId, actor: string): Promise<Result<void, PlatformError>>;
  /**
   * Continues after the last finished step; gives the run that continues: the same one, or a new
   * one with the same origin.
   */
  resume(run: RunId, options: ResumeOptions): Promise<Result<RunId, PlatformError>>;
  run(run: RunId): Promise<Result<RunSummary, PlatformError>>;
  /** The release that the run was started from. */
  releaseOf(run: RunId): Promise<Result<Release, PlatformError>>;
  /**
   * Scheduled times from `fromMs` to `toMs` (both included, milliseconds since the epoch) for which
   * a run of the project has succeeded, each with such a run.
   */
  succeededFires(
    project: ProjectName,
    fromMs: number,
    toMs: number,
  ): Promise<Result<ReadonlyMap<number, string>, PlatformError>>;
  /** Newest first. */
  runs(filter: RunFilter, page: PageRequest): Promise<Result<Page<RunSummary>, PlatformError>>;
  /**
   * What follows a run that has succeeded and was started before, for another success of the same
   * date or time: this one starts nothing. Gives the ids of those runs.
   */
  startedBefore(run: RunSummary): Promise<Result<readonly string[], PlatformError>>;
  /**
   * Oldest first. A page that ends at the newest event has a `next` while the run can still grow.
   */
  events(run: RunId, page: PageRequest): Promise<Result<Page<HistoryEvent>, PlatformError>>;
  /**
   * Oldest first. A page that ends at the newest line has a `next` while the run can still grow.
   */
  logs(
    run: RunId,
    filter: LogFilter,
    page: PageRequest,
  ): Promise<Result<Page<LogLine>, PlatformError>>;
  /**
   * The last lines that an attempt wrote, oldest first: what a diagnosis needs of it, however much
   * there is. Empty when there are none.
   */
  logTail(
    run: RunId,
    attempt: AttemptName,
    count: number,
  ): Promise<Result<readonly string[], PlatformError>>;
  /**
   * Resolves when there may be something new for the run, or after `timeoutMs`: what a follower
   * waits on between pages. Several followers in one process each give their own `signal`, by
   * which they are distinguished; its abort ends the wait.
   */
  changed(run: RunId, timeoutMs: number, signal?: AbortSignal): Promise<void>;
  /** Who is notified of how runs end. */
  readonly deliveries: Deliveries;
  /** What only this platform can say of runs that should have started or continue. */
  readonly watching: OwnWatching;
  /** The audit trail, the newest first. */
  audit(page: PageRequest): Promise<Result<Page<AuditRecord>, PlatformError>>;
  /** Adds something that was done beside the platform to the audit trail. */
  recordAct(act: Act): Promise<Result<void, PlatformError>>;
  /** Releases files, sockets and timers. Runs that are driven elsewhere continue. */
  close(): Promise<void>;
}

/** A platform that is known to have these roles. */
export type PlatformWith<Name extends RoleName> = Platform & Required<Pick<OptionalRoles, Name>>;

export interface ApplyOptions {
  readonly actor: string;
  readonly listener: (event: ApplyEvent) => void;
  readonly signal?: AbortSignal;
  /** The last act of a project's deploy, where its plan promotes a model. */
  readonly promote?: PromoteModel;
  /** Somebody was faster: this plan is applied in the place of the one that was given. */
  readonly replanned?: (plan: Plan) => void;
}

/** What happens during an apply, for anyone who shows it. */
export type ApplyEvent =
  | { readonly kind: "project-started"; readonly project: string }
  | {
      readonly kind: "step-started";
      readonly project: string;
      readonly resource: string;
      readonly text: string;
    }
  | { readonly kind: "output"; readonly project: string; readonly text: string }
  | {
      readonly kind: "step-finished";
      readonly project: string;
      readonly resource: string;
      readonly text: string;
      readonly durationMs: number;
    }
  | { readonly kind: "warning"; readonly project: string; readonly diagnostic: Diagnostic }
  | {
      readonly kind: "project-finished";
      readonly project: string;
      readonly outcome: "changed" | "unchanged" | "failed" | "held";
      readonly durationMs: number;
    };

export interface ApplySummary {
  readonly projects: readonly {
    readonly project: string;
    readonly outcome: "changed" | "unchanged" | "failed" | "held";
    readonly error?: PlatformError;
  }[];
}

export interface DeployedRelease extends FingerprintedRelease {
  /** Milliseconds since the epoch. */
  readonly deployedAt: number;
  readonly actor: string;
  /**
   * What the deploy decided beyond the release: executor, image digest, task revision, model
   * version.
   */
  readonly decided: Readonly<Record<string, string>>;
}

export interface StartOptions {
  /**
   * `follow`: this process drives it until it ends; `detach`: another process does, this call
   * returns at once.
   */
  readonly mode: "follow" | "detach";
  /**
   * The new run's id, for what must not be started twice: where there is a run of that id, nothing
   * is started and its id is given. Absent: a new one.
   */
  readonly id?: RunId;
  /**
   * How long the places of steps that have failed are kept, in seconds from the run's end; absent:
   * not at all. Where the platform has the role `heldSteps`.
   */
  readonly holdSeconds?: number;
}

export interface ResumeOptions extends StartOptions {
  readonly actor: string;
  /**
   * `same`: the release that the run was started from; `latest`: what is deployed now. Absent: what
   * is deployed now where that has all the steps that the run had, else the same.
   */
  readonly release?: "same" | "latest";
  /**
   * A step that runs again although it succeeded, with all that comes after it: where what it left
   * is at fault. The run continues as a new one then.
   */
  readonly from?: string;
  /**
   * What steps get in the resumed run, and in no other, in place of what the release declares. The
   * run continues as a new one then.
   */
  readonly overrides?: NonNullable<RunInput["overrides"]>;
}

/** Whether a run has to continue as a new one with these options: its own input stays as it is. */
export function needsNewRun({ from, overrides }: ResumeOptions): boolean {
  return from !== undefined || overrides !== undefined;
}

export interface RunFilter {
  readonly project?: ProjectName;
  readonly status?: RunSummary["status"];
}

export interface LogFilter {
  readonly step?: string;
}

/** What an operation of a platform fails with. */
export type PlatformError = EdgeError;
