import type { ProjectName, RunId } from "../core/ids.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Page, PageRequest, PlatformError } from "../platform/port.ts";
import type { Act, AuditRecord, ReleaseRecord } from "../platform/records.ts";
import type { OwnWatching } from "../platform/watch/watch.ts";
import type { Telling } from "../platform/watch/telling.ts";
import type { WatchDuty } from "../platform/watch/watch-duty.ts";
import type { FingerprintedRelease } from "../release/release.ts";
import type { Notification, RunSummary } from "../runs/model.ts";
import type { LocalContext } from "./context.ts";
import { guarded, noSuchRun } from "./errors.ts";
import { runUp, type UpOptions } from "./scheduler/up.ts";
import { driveHere } from "./runs/start.ts";
import { audit, auditTrail } from "./store/audit.ts";
import { deployedNow, deploysOf } from "./store/deployments.ts";
import { deliveriesOf, deliveryAt, hurryDeliveries } from "./store/deliveries.ts";
import { notificationOf } from "./store/events.ts";
import { ownerAlive, ownerPid } from "./store/owner.ts";
import { findRun, summaryOf } from "./store/runs.ts";
import { localWatchDuty, localWatching } from "./scheduler/watch-duty.ts";
import { schedulerOf } from "./store/schedulers.ts";
import { runTests, type TestOptions } from "./test-command.ts";

/** What only the local platform can do. */
export interface LocalExtras extends Telling {
  /**
   * Drives a run that nobody drives, to its end: the work of the process that `launcher` starts.
   */
  drive(run: RunId): Promise<Result<RunSummary, PlatformError>>;
  /** Resolves when this process drives the run no more, at once when it never did. */
  settled(run: RunId): Promise<Result<RunSummary, PlatformError>>;
  /**
   * The notification of the run's outcome, once it has ended; undefined when nobody is to be told.
   */
  notification(run: RunId): Promise<Result<Notification | undefined, PlatformError>>;
  /**
   * Tells people what there is to tell and is due; resolves when it was tried, at most 25 seconds
   * later.
   */
  deliver(): Promise<Result<void, PlatformError>>;
  /**
   * Runs the project's test command on a copy of the project as it is now, in the environment that
   * its steps get. Deploys nothing.
   *
   * @returns the command's exit code
   */
  test(
    release: FingerprintedRelease,
    options: TestOptions,
  ): Promise<Result<{ readonly exitCode: number }, PlatformError>>;
  /** What only this machine can tell of runs that should have started. */
  readonly watching: OwnWatching;
  /** How people are told what watching over the schedules finds. */
  readonly watchDuty: WatchDuty;
  /** Every release that was deployed of a project, by its latest deploy, the newest first. */
  releases(project: ProjectName): Promise<Result<readonly ReleaseRecord[], PlatformError>>;
  /**
   * Runs the environment's schedules until `options.signal`; refused where another process does.
   * Leaves the platform open.
   */
  up(options: UpOptions): Promise<Result<void, PlatformError>>;
  /** The process that runs the schedules; undefined when none does. */
  runsSchedules(): Promise<
    Result<{ readonly pid: number; readonly since: number } | undefined, PlatformError>
  >;
  /** The audit trail, the newest first. */
  audit(page: PageRequest): Promise<Result<Page<AuditRecord>, PlatformError>>;
  /** Adds something that was done beside the platform to the audit trail. */
  recordAct(act: Act): Promise<Result<void, PlatformError>>;
}

export function localExtras(context: LocalContext): LocalExtras {
  const { layout, store, environment, clock } = context;

  const settled = async (run: RunId): Promise<Result<RunSummary, PlatformError>> => {
    await context.drives.get(run)?.finished;
    const error = context.drives.brokenBy(run);
    if (error !== undefined) throw error;
    const row = findRun(store, environment, run);
    return row === undefined
      ? err(noSuchRun(run, environment))
      : ok(summaryOf(row, clock.now(), layout));
  };

  return {
    drive: (run) =>
      guarded(layout, async () => {
        if (findRun(store, environment, run) === undefined) return err(noSuchRun(run, environment));
        const begun = await driveHere(context, run);
        return begun.ok ? settled(run) : begun;
      }),
    settled: (run) => guarded(layout, () => settled(run)),
    notification: (run) =>
      guarded(layout, () => {
        const row = findRun(store, environment, run);
        if (row === undefined) return err(noSuchRun(run, environment));
        return ok(notificationOf(store, row.id));
      }),
    deliveries: (run) =>
      guarded(layout, () => {
        const row = findRun(store, environment, run);
        return row === undefined
          ? err(noSuchRun(run, environment))
          : ok(deliveriesOf(store, row.id));
      }),
    deliver: () => guarded(layout, async () => ok(await context.outbox.deliver())),
    deliverNow: (run) =>
      guarded(layout, async () => {
        const row = run === undefined ? undefined : findRun(store, environment, run);
        if (run !== undefined && row === undefined) return err(noSuchRun(run, environment));
        const waiting = hurryDeliveries(store, environment, clock.now(), row?.id);
        await context.outbox.deliver();
        return ok(waiting.map((one) => deliveryAt(store, one)));
      }),
    sendTest: (recipients, { subject, body, id }) =>
      guarded(layout, async () => {
        const message = { outcome: "success", recipients, subject, body } as const;
        return ok(await context.outbox.sendNow(message, id));
      }),
    watching: localWatching(context),
    watchDuty: localWatchDuty(context),
    up: (options) => guarded(layout, () => runUp(context, options)),
    runsSchedules: () =>
      guarded(layout, () => {
        const row = schedulerOf(store, environment);
        return ok(
          row?.owner !== undefined && ownerAlive(row.owner, row.heartbeat, clock.now())
            ? { pid: ownerPid(row.owner), since: row.since }
            : undefined,
        );
      }),
    test: (release, options) => guarded(layout, () => runTests(context, release.release, options)),
    releases: (project) =>
      guarded(layout, () => {
        const current = deployedNow(store, environment, project)?.fingerprint;
        const newest = new Map<string, ReleaseRecord>();
        for (const { id: _row, ...document } of deploysOf(store, environment, project)) {
          if (newest.has(document.fingerprint)) continue;
          newest.set(document.fingerprint, {
            document,
            current: document.fingerprint === current,
            rejected: false,
          });
        }
        return ok([...newest.values()]);
      }),
    recordAct: (act) =>
      guarded(layout, () =>
        store.write(() => {
          audit(store, { at: clock.now(), environment, project: "", ...act });
          return ok(undefined);
        }),
      ),
    audit: ({ cursor, limit }) =>
      guarded(layout, () => {
        const from = Number(cursor ?? 0);
        // One more than asked for tells whether there is a next page.
        const entries = auditTrail(store, environment, limit + 1, from);
        const items = entries.slice(0, limit).map(({ project, ...entry }) => ({
          ...entry,
          ...(project === "" ? {} : { project }),
        }));
        return ok(entries.length > limit ? { items, next: String(from + limit) } : { items });
      }),
  };
}
