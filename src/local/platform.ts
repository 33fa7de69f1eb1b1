import type { Language } from "../core/language.ts";
import { openEvaluator } from "./evaluator/pool.ts";
import type { Clock } from "../core/clock.ts";
import type { EnvironmentName } from "../core/ids.ts";
import { ok, type Result } from "../core/result.ts";
import type { DeployedRelease, PlatformError } from "../platform/port.ts";
import { openChanges } from "./runs/changes.ts";
import type { Launcher, LocalContext } from "./context.ts";
import type { ChooseExecutor } from "./deploy/choose.ts";
import { planReleases, planRemoval } from "./deploy/local-plan.ts";
import { type AdmissionOptions, openAdmission } from "./engine/admission.ts";
import { machineCapacity } from "./engine/capacity.ts";
import type { EngineObserver, Executors } from "./engine/context.ts";
import { openDefinitions } from "./engine/definition.ts";
import { openDrives } from "./engine/drives.ts";
import { guarded } from "./errors.ts";
import { endDueHolds, tidyHolds } from "./holds/give-up.ts";
import { localRecords } from "./records.ts";
import { type LocalPlatform, localRoles } from "./roles.ts";
import { localWatching } from "./scheduler/watch-duty.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { openOutbox, type OutboxOptions } from "./notify/outbox.ts";
import { leftSettler, reapLeft } from "./runs/reap.ts";
import { runQueries } from "./runs/queries.ts";
import { localSchedules } from "./scheduler/schedules.ts";
import { resumeRun } from "./runs/resume.ts";
import { startRun } from "./runs/start.ts";
import { stopRun } from "./runs/stop.ts";
import { disownAttempts, liveAttempts } from "./store/attempts.ts";
import { allDeployed, type Deploy, deployedNow } from "./store/deployments.ts";
import { openStore } from "./store/open.ts";
import { ownerHere } from "./store/owner.ts";

export type NotifyParts = Pick<OutboxOptions, "openMail" | "webhook">;

/** How long a webhook may take, in milliseconds. */
export const webhookTimeoutMs = 10_000;

const nobody: NotifyParts = {
  openMail: () => Promise.resolve(undefined),
  webhook: { timeoutMs: webhookTimeoutMs },
};

export interface LocalParts {
  /** That people are written to in; absent: English. */
  readonly language?: Language;
  /** The workspace's folder, absolute. */
  readonly root: string;
  readonly environment: EnvironmentName;
  /** Attempts at the same time; undefined: as many as CPU and memory admit. */
  readonly maxParallel: number | undefined;
  readonly executors: Executors;
  readonly choose: ChooseExecutor;
  readonly clock: Clock;
  /** Six or more characters of `[0-9a-z]` that were never given before. */
  readonly entropy: () => string;
  /** Command line of a process that calls `drive`; without it runs can't be detached. */
  readonly launcher?: Launcher;
  /** The process's environment: where secrets may be. */
  readonly processEnvironment: Readonly<Record<string, string | undefined>>;
  readonly observer?: EngineObserver;
  /** How people are notified; without it nobody is. */
  readonly notify?: NotifyParts;
}

/** Opens the local platform over its parts; `open-local.ts` chooses them. */
export async function openWith(options: LocalParts): Promise<Result<LocalPlatform, PlatformError>> {
  const layout = layoutOf(options.root);
  return guarded(layout, async () => {
    const opened = openStore(layout);
    if (!opened.ok) return opened;
    const context = makeContext(options, opened.value);
    try {
      await unlessRefused(layout, () => reapLeft(context));
      await unlessRefused(layout, () => endDueHolds(context));
    } catch (error) {
      await closeContext(context);
      throw error;
    }
    return ok(platformOf(context));
  });
}

function makeContext(options: LocalParts, store: AdmissionOptions["store"]): LocalContext {
  const { clock, executors } = options;
  const layout = layoutOf(options.root);
  const owner = ownerHere(options.entropy());
  const capacity = machineCapacity(options.maxParallel);
  const admission = openAdmission({
    store,
    clock,
    owner,
    capacity,
    settleLeft: leftSettler({
      store,
      clock,
      executors,
      layout,
      processEnvironment: options.processEnvironment,
    }),
  });
  const evaluator = openEvaluator();
  const base = {
    layout,
    store,
    environment: options.environment,
    clock,
    owner,
    capacity,
    admission,
    definitionOf: openDefinitions(layout),
    executors,
    choose: options.choose,
    processEnvironment: options.processEnvironment,
    observer: options.observer ?? {},
    evaluator,
    language: options.language ?? "en",
    entropy: options.entropy,
    launcher: options.launcher,
  };
  const { environment } = options;
  const outbox = openOutbox({ store, environment, clock, ...(options.notify ?? nobody) });
  const tidied: Promise<unknown>[] = [];
  const drives = openDrives(base, (run) => {
    // Notified in the background: a message that goes nowhere is kept, and changes nothing of the
    // run.
    void outbox.deliver().catch(() => undefined);
    // What fails of it is left to the next command.
    tidied.push(tidyHolds(base, run).catch(() => undefined));
  });
  const closeEvaluator = (): void => evaluator.close();
  const settled = async (): Promise<void> => void (await Promise.all(tidied));
  return { ...base, outbox, drives, changes: openChanges(store), closeEvaluator, settled };
}

async function closeContext(context: LocalContext): Promise<void> {
  const { layout, store, owner, clock } = context;
  context.changes.close();
  await context.drives.close();
  await context.settled();
  context.closeEvaluator();
  await context.outbox.close();
  context.admission.close();
  try {
    await unlessRefused(layout, () => {
      // Most have none, and ask nobody for the right to write.
      if (!liveAttempts(store).some((row) => row.owner === owner)) return;
      store.write(() => disownAttempts(store, owner, clock.now()), "relaxed");
    });
  } finally {
    store.close();
  }
}

/**
 * What the database or the disk refuses of a clean-up is left to the next command: it decides
 * nothing about the work that was asked for.
 */
async function unlessRefused(layout: Layout, cleanUp: () => unknown): Promise<void> {
  await guarded(layout, async () => ok(await cleanUp()));
}

function platformOf(context: LocalContext): LocalPlatform {
  const { layout, store, environment } = context;
  let closed: Promise<void> | undefined;
  return {
    environment: environment as EnvironmentName,
    kind: "local",
    plan: (releases, options) => guarded(layout, () => planReleases(context, releases, options)),
    // What deploys is loaded with the first deploy: nine commands of ten only read.
    apply: (plan, releases, options) =>
      guarded(layout, async () => {
        const { applyPlan } = await import("./deploy/apply.ts");
        return applyPlan(context, plan, releases, options);
      }),
    planDestroy: (projects) => guarded(layout, () => ok(planRemoval(context, projects))),
    deployed: (project) =>
      guarded(layout, () => {
        const deploy = deployedNow(store, environment, project);
        return ok(deploy === undefined ? undefined : withoutRow(deploy));
      }),
    listDeployed: () => guarded(layout, () => ok(allDeployed(store, environment).map(withoutRow))),
    ...localSchedules(context),
    start: (project, input, options) =>
      guarded(layout, () => startRun(context, project, input, options)),
    stop: (run, actor) => guarded(layout, () => stopRun(context, run, actor)),
    resume: (run, options) => guarded(layout, () => resumeRun(context, run, options)),
    ...runQueries(context),
    changed: (run, timeoutMs, signal) => context.changes.wait(run, timeoutMs, signal),
    close: () => (closed ??= closeContext(context)),
    watching: localWatching(context),
    ...localRecords(context),
    ...localRoles(context),
  };
}

function withoutRow({ id: _row, ...deployed }: Deploy): DeployedRelease {
  return deployed;
}
