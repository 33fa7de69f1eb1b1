import { ok, type Result } from "../../core/result.ts";
import { failedDeploys } from "../../platform/failed-deploys.ts";
import type { FailedDeploy } from "../../platform/records.ts";
import type { DeployedRelease, Platform } from "../../platform/port.ts";
import { heldText } from "../../platform/roles/rollbacks.ts";
import type { Standing } from "../../platform/roles/fleet-index.ts";
import type { DeployedSchedule } from "../../platform/schedules.ts";
import { waitingFor } from "../../platform/watch/waiting.ts";
import { sayWaits } from "../../runs/watch/waiting.ts";
import type { RunSummary } from "../../runs/model.ts";
import type { DocumentOf } from "../documents/documents.ts";
import { failed, fromPlatform, type Failure } from "../failure.ts";
import { nextFire, type NextFire } from "../schedules/next-fire.ts";
import type { PlatformSession } from "../workspace.ts";
import { latestRun } from "./run-reference.ts";

/** A project as `status` without an argument shows it. */
export interface ProjectOverview {
  readonly project: string;
  /** Version and fingerprint of the deployed release; undefined: never deployed. */
  readonly deployed:
    | { readonly version: string; readonly fingerprint: string; readonly deployedAt: number }
    | undefined;
  /** Its last deploy, where that failed. */
  readonly failedDeploy: FailedDeploy | undefined;
  /** Why deploys skip it. */
  readonly hold: string | undefined;
  readonly lastRun: RunSummary | undefined;
  readonly next: NextFire;
  /** The projects that it follows; undefined: none. */
  readonly after: readonly string[] | undefined;
  /** The data that starts it. */
  readonly on: string | undefined;
  /** What of them keeps it from starting. */
  readonly waits: string | undefined;
}

export interface Overview {
  /** By name: those of the workspace, and those that are deployed and no longer in it. */
  readonly projects: readonly ProjectOverview[];
  /** Some deployed release wants mails to be sent. */
  readonly mails: boolean;
}

/** Projects that are asked about at the same time. */
const atOnce = 32;
/** So many latest runs AWS gives at once; then five a second: see `aws/sdk/throttle.ts`. */
const manyProjects = 150;

/**
 * The state of all projects of an environment.
 *
 * @param options `now`: in milliseconds since the epoch; `onSlow`: called before what will take
 *   long, with how many projects are asked about and how many seconds that takes
 */
export async function readOverview(
  { platform, projectNames }: Pick<PlatformSession, "platform" | "projectNames">,
  options: {
    readonly now: number;
    readonly onSlow: (projects: number, seconds: number, remedy: string | undefined) => void;
  },
): Promise<Result<Overview, Failure>> {
  const standing = await platform.fleetIndex?.standing();
  if (standing?.ok === true && standing.value !== undefined) {
    return ok(overviewOf(standing.value, projectNames, options.now));
  }
  const deployed = await platform.listDeployed();
  if (!deployed.ok) return failed(fromPlatform(deployed.error));
  const schedules = await platform.schedules();
  if (!schedules.ok) return failed(fromPlatform(schedules.error));
  const releases = new Map<string, DeployedRelease>(
    deployed.value.map((item) => [item.release.project, item]),
  );
  const names = [...new Set([...projectNames, ...releases.keys()])].toSorted();
  // Elsewhere each project's latest run is a separate request, of which AWS admits few a second.
  if (platform.fleet === undefined && names.length > manyProjects) {
    const seconds = Math.ceil((names.length - manyProjects) / 5 / 10) * 10;
    options.onSlow(names.length, seconds, platform.fleetIndex?.howToKeep);
  }
  const lastRuns = await latestRuns(platform, names);
  if (!lastRuns.ok) return lastRuns;
  const failures = await failedDeploys(platform);
  const holds = await heldProjects(platform);
  const bySchedule = new Map<string, DeployedSchedule>(
    schedules.value.map((schedule) => [schedule.project, schedule]),
  );
  const newest = new Map([...lastRuns.value].map(([project, run]) => [project, [run]]));
  const projects = names.map((project) => ({
    project,
    deployed: versionOf(releases.get(project)),
    failedDeploy: failures.get(project),
    hold: holds.get(project),
    lastRun: lastRuns.value.get(project),
    next: nextFire(bySchedule.get(project), options.now),
    after: bySchedule.get(project)?.after?.projects,
    on: bySchedule.get(project)?.on?.source,
    waits: waitsOf(bySchedule.get(project), newest),
  }));
  return ok({ projects, mails: deployed.value.some(wantsMails) });
}

/** From what is kept of all projects at once. */
function overviewOf(
  { projects: standing, newest }: Standing,
  projectNames: readonly string[],
  now: number,
): Overview {
  const deployed = new Map(standing.map((one) => [one.project, one]));
  const lastRuns = new Map(newest.map((run) => [run.project, [run]]));
  const names = [...new Set([...projectNames, ...deployed.keys()])].toSorted();
  const projects = names.map((project): ProjectOverview => {
    const { deploy, failedDeploy, hold, schedule } = deployed.get(project) ?? {};
    return {
      project,
      deployed: deploy && {
        version: deploy.version,
        fingerprint: deploy.fingerprint,
        deployedAt: deploy.deployedAt,
      },
      failedDeploy,
      hold,
      lastRun: lastRuns.get(project)?.[0],
      next: nextFire(schedule, now),
      after: schedule?.after?.projects,
      on: schedule?.on?.source,
      waits: waitsOf(schedule, lastRuns),
    };
  });
  return { projects, mails: standing.some(({ mails }) => mails) };
}

function waitsOf(
  schedule: DeployedSchedule | undefined,
  newest: ReadonlyMap<string, readonly RunSummary[]>,
): string | undefined {
  if (schedule?.after === undefined || schedule.state !== "enabled") return undefined;
  const { project, after, timezone } = schedule;
  const waiting = waitingFor(project, { after, timezone }, newest);
  return waiting && sayWaits(waiting);
}

/** The newest run of each project that ever ran. */
async function latestRuns(
  platform: Platform,
  names: readonly string[],
): Promise<Result<ReadonlyMap<string, RunSummary>, Failure>> {
  const found = new Map<string, RunSummary>();
  for (let start = 0; start < names.length; start += atOnce) {
    const batch = names.slice(start, start + atOnce);
    const runs = await Promise.all(batch.map((name) => latestRun(platform, name)));
    for (const [index, name] of batch.entries()) {
      const last = runs[index];
      if (last?.ok === false) return last;
      if (last?.value !== undefined) found.set(name, last.value);
    }
  }
  return ok(found);
}

/** Why deploys skip projects; who may not read it is shown the rest all the same. */
export async function heldProjects(platform: Platform): Promise<ReadonlyMap<string, string>> {
  const held = (await platform.rollbacks?.held()) ?? ok([]);
  return new Map((held.ok ? held.value : []).map((hold) => [hold.project, heldText(hold)]));
}

function versionOf(deployed: DeployedRelease | undefined): ProjectOverview["deployed"] {
  if (deployed === undefined) return undefined;
  const { release, fingerprint, deployedAt } = deployed;
  return { version: release.version, fingerprint, deployedAt };
}

function wantsMails({ release: { notifications } }: DeployedRelease): boolean {
  const { onSuccess, onFailure } = notifications;
  return [...onSuccess, ...onFailure].some(({ kind }) => kind === "email");
}

/** How all projects stand, as `--json` gives it. */
export function overviewDocument(
  environment: string,
  { projects }: Overview,
): DocumentOf<"overview"> {
  return { environment, projects };
}
