import type { RunId } from "../core/ids.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Platform, PlatformError, PlatformWith } from "../platform/port.ts";
import { aboutNoRun } from "../runs/about.ts";
import type { RunSummary } from "../runs/model.ts";
import type { LocalContext } from "./context.ts";
import { guarded, noSuchRun } from "./errors.ts";
import { localArtifacts } from "./artifacts.ts";
import { localAttemptLogs } from "./logs/attempt-logs.ts";
import { localFleet } from "./fleet.ts";
import { localHeldSteps } from "./holds/held-steps.ts";
import { reportBackfill } from "./notify/backfill.ts";
import { localWorkingCopy } from "./runs/working-copy.ts";
import { driveHere } from "./runs/start.ts";
import { localSecrets } from "./secrets/secret-store.ts";
import { localTrials } from "./trials/step-trials.ts";
import { localWatchDuty } from "./scheduler/watch-duty.ts";
import { deliveriesOf, deliveryAt, hurryDeliveries } from "./store/deliveries.ts";
import { notificationOf } from "./store/events.ts";
import { poolClaims } from "./store/pool-claims.ts";
import { ownerAlive, ownerPid } from "./store/owner.ts";
import { findRun } from "./store/runs.ts";
import { summaryOf } from "./store/run-row.ts";
import { schedulerOf } from "./store/schedulers.ts";

type LocalRole =
  | "driver"
  | "outbox"
  | "scheduler"
  | "secrets"
  | "tests"
  | "fleet"
  | "pools"
  | "attemptLogs"
  | "artifacts"
  | "trials"
  | "heldSteps"
  | "workingCopy";

/** The platform of this machine: runs, schedules and messages need a process of ours. */
export type LocalPlatform = PlatformWith<LocalRole>;

/** What the local platform can do besides, and who is notified of its runs. */
export function localRoles(
  context: LocalContext,
): Pick<LocalPlatform, LocalRole> & Pick<Platform, "deliveries"> {
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
    fleet: localFleet(context),
    pools: {
      claims: () => guarded(layout, () => ok(poolClaims(store, environment, clock.now()))),
    },
    attemptLogs: localAttemptLogs(context),
    driver: {
      drive: (run) =>
        guarded(layout, async () => {
          if (findRun(store, environment, run) === undefined) {
            return err(noSuchRun(run, environment));
          }
          const begun = await driveHere(context, run);
          return begun.ok ? settled(run) : begun;
        }),
      settled: (run) => guarded(layout, () => settled(run)),
    },
    outbox: {
      sendDue: () => guarded(layout, async () => ok(await context.outbox.deliver())),
      notification: (run) =>
        guarded(layout, () => {
          const row = findRun(store, environment, run);
          if (row === undefined) return err(noSuchRun(run, environment));
          return ok(notificationOf(store, row.id));
        }),
    },
    deliveries: {
      ofRun: (run) =>
        guarded(layout, () => {
          const row = findRun(store, environment, run);
          return row === undefined
            ? err(noSuchRun(run, environment))
            : ok(deliveriesOf(store, row.id));
        }),
      retry: (run) =>
        guarded(layout, async () => {
          const row = run === undefined ? undefined : findRun(store, environment, run);
          if (run !== undefined && row === undefined) return err(noSuchRun(run, environment));
          const waiting = hurryDeliveries(store, environment, clock.now(), row?.id);
          await context.outbox.deliver();
          return ok(waiting.map((one) => deliveryAt(store, one)));
        }),
      backfillEnded: (end) => guarded(layout, () => reportBackfill(context, end)),
      sendTest: (recipients, { id, of, ...message }) =>
        guarded(layout, async () => {
          const about = aboutNoRun("test", environment, of?.project);
          const sent = await context.outbox.sendNow(
            { outcome: "success", recipients, ...message, about },
            id,
          );
          return ok(sent);
        }),
    },
    scheduler: {
      up: (options) =>
        guarded(layout, async () => {
          const { runUp } = await import("./scheduler/up.ts");
          return runUp(context, options);
        }),
      running: () =>
        guarded(layout, () => {
          const row = schedulerOf(store, environment);
          return ok(
            row?.owner !== undefined && ownerAlive(row.owner, row.heartbeat, clock.now())
              ? { pid: ownerPid(row.owner), since: row.since }
              : undefined,
          );
        }),
      watchDuty: localWatchDuty(context),
    },
    secrets: localSecrets(layout, context.processEnvironment),
    artifacts: localArtifacts(layout),
    trials: localTrials(context),
    workingCopy: localWorkingCopy(context),
    heldSteps: localHeldSteps(context),
    tests: {
      run: (release, options) =>
        guarded(layout, async () => {
          const { runTests } = await import("./tests/test-command.ts");
          return runTests(context, release.release, options);
        }),
    },
  };
}
