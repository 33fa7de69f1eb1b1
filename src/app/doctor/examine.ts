import { ownValue } from "../../core/own.ts";
import { posix } from "node:path";

import { filesOnDisk } from "../../config/disk.ts";
import type { LoadedWorkspace } from "../../config/load.ts";
import type { Environment, Project } from "../../config/model.ts";
import { projectName, type ProjectName } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { inZone } from "../../schedule/zone-time.ts";
import type { Check } from "../../platform/check.ts";
import type { ModelDecision } from "../../platform/plan.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import type { Platform, DeployedRelease, PlatformError } from "../../platform/port.ts";
import type { FingerprintedRelease } from "../../release/release.ts";
import type { Diagnosis, RunSummary } from "../../runs/model.ts";
import type { Host } from "../host.ts";
import { missingProjects } from "../missing-projects.ts";
import { needsOf } from "../deploy/layer-needs.ts";
import { buildRelease, modelsOf } from "../deploy/planned-deploy.ts";
import { readRun } from "../runs/read-run.ts";
import { scheduleView, type ScheduleView } from "../schedules/schedule-view.ts";
import type { OpenedWorkspace } from "../workspace.ts";
import { checkBuild } from "./build.ts";
import type { DoctorCheck } from "./check.ts";
import { openAccountFacts, type AccountFacts } from "./account.ts";
import { checkMachine } from "./machine.ts";
import { checkPeople } from "./people.ts";
import { schedulerOf } from "./runs-schedules.ts";
import { checkScheduler } from "./scheduler.ts";

/** Projects that are examined together. */
const projectsAtATime = 8;

/** What was found of one project. */
export interface Examined {
  readonly project: string;
  readonly checks: readonly DoctorCheck[];
}

export interface Examination {
  /** What concerns all projects: the account, or why it can't be used. */
  readonly environment: readonly Check[];
  readonly projects: readonly Examined[];
}

/**
 * Looks at these projects' builds, state machines and schedules. Reads only.
 *
 * @param directories folders of the projects, relative to the root
 * @param platform or why there is none: then only the sources are looked at
 */
export async function examine(
  host: Host,
  opened: OpenedWorkspace,
  loaded: LoadedWorkspace,
  directories: readonly string[],
  platform: Result<Platform, PlatformError>,
): Promise<Examination> {
  const { environment } = opened;
  const sources: Sources[] = [];
  for (const directory of directories)
    sources.push(await sourcesOf(loaded, directory, environment));
  const releases = sources.flatMap(({ release }) => release ?? []);
  const models = await modelsOf(host, { target: environment, releases }, undefined, {
    registry: () => undefined,
  });
  const account = await openAccountFacts(host, {
    environment,
    platform,
    releases,
    known: (await missingProjects(loaded)).known,
    needs: needsOf(loaded.projects),
    only: directories.length === 1 ? sources[0]?.name : undefined,
  });
  const scheduler = platform.ok
    ? await schedulerOf(platform.value, account.environment, environment)
    : undefined;
  const single = directories.length === 1;
  const projects = await mapConcurrently(
    sources,
    projectsAtATime,
    async (one): Promise<Examined> => ({
      project: one.name,
      checks: await examineProject(host, opened, one, {
        platform,
        account,
        model: models.ok ? ownValue(models.value, one.name) : undefined,
        scheduler: single ? scheduler : undefined,
      }),
    }),
  );
  // What is the same for all projects is said once; on AWS the account's checks have said it.
  const once =
    single || scheduler === undefined || environment.platform === "aws"
      ? []
      : [{ project: undefined, ...scheduler }];
  return { environment: [...account.environment, ...once], projects };
}

interface Sources {
  readonly name: ProjectName;
  readonly directory: string;
  readonly project: Project | undefined;
  readonly release: FingerprintedRelease | undefined;
  readonly diagnostics: LoadedWorkspace["diagnostics"];
}

async function sourcesOf(
  loaded: LoadedWorkspace,
  directory: string,
  environment: Environment,
): Promise<Sources> {
  const project = loaded.projects.find((one) => one.directory === directory);
  const built =
    project === undefined
      ? undefined
      : await buildRelease(loaded.root, project, loaded.workspace, environment);
  const own = loaded.diagnostics.filter(({ location }) =>
    location?.file.startsWith(`${directory}/`),
  );
  return {
    name: nameOf(loaded, directory),
    directory,
    project,
    release: built?.ok === true ? built.value.release : undefined,
    diagnostics: [
      ...own,
      ...(built === undefined ? [] : built.ok ? built.value.warnings : built.error),
    ],
  };
}

function nameOf(loaded: LoadedWorkspace, directory: string): ProjectName {
  const project = loaded.projects.find((one) => one.directory === directory);
  return project?.name ?? projectName(posix.basename(directory));
}

async function examineProject(
  host: Host,
  opened: OpenedWorkspace,
  { name, directory, project, release, diagnostics }: Sources,
  surroundings: {
    readonly platform: Result<Platform, PlatformError>;
    readonly account: AccountFacts;
    readonly model: ModelDecision | undefined;
    readonly scheduler: Omit<DoctorCheck, "section"> | undefined;
  },
): Promise<DoctorCheck[]> {
  const { environment, root } = opened;
  const { platform, account, model, scheduler: starter } = surroundings;
  const now = host.clock.now();
  const own = account.verified.filter((check) => check.project === name);
  const build = checkBuild({
    name,
    environment: environment.name,
    platform: environment.platform,
    files: filesOnDisk(root, directory),
    project,
    diagnostics,
    docker: account.docker,
    image: own.filter(({ subject }) => subject === "image"),
  });
  if (!platform.ok) return build;
  const runs = await platform.value.runs({ project: name }, { limit: 5 });
  const summaries = runs.ok ? ok(runs.value.items) : runs;
  const deployed = await platform.value.deployed(name);
  const secrets = await account.localSecrets(name, release);
  const machine = checkMachine({
    name,
    environment: environment.name,
    now,
    deployed,
    release,
    plan: account.planOf(name),
    runs: summaries,
    diagnosis: await diagnosisOf(platform.value, summaries, now),
    model,
    needs: [...own.filter(({ subject }) => subject !== "image"), ...secrets],
  });
  const notifications = project ?? (deployed.ok ? deployed.value?.release : undefined);
  const people = checkPeople(environment, notifications?.notifications);
  if (!deployed.ok) return [...build, ...machine, ...people];
  const schedule = await viewOf(host, opened, account, name, deployed.value);
  const timezone = schedule.ok
    ? (schedule.value?.schedule.timezone ?? project?.schedule?.timezone ?? "UTC")
    : "UTC";
  const scheduler = checkScheduler({
    name,
    environment,
    now,
    project,
    schedule,
    findings: account.findingsOf(name),
    lastFire: account.lastFireOf(name),
    local: (at) => inZone(at, timezone),
    scheduler: starter,
  });
  return [...build, ...machine, ...people, ...scheduler];
}

async function diagnosisOf(
  platform: Platform,
  runs: Result<readonly RunSummary[], PlatformError>,
  now: number,
): Promise<Diagnosis | undefined> {
  const [last] = runs.ok ? runs.value : [];
  if (last === undefined || last.endedAt === undefined || last.status === "SUCCEEDED") {
    return undefined;
  }
  // What can't be read any more has its one line all the same.
  const reading = await readRun(platform, last, now);
  return reading.ok ? reading.value.diagnosis : undefined;
}

async function viewOf(
  host: Host,
  { environment, directories }: OpenedWorkspace,
  account: AccountFacts,
  name: ProjectName,
  deployed: DeployedRelease | undefined,
): Promise<Result<ScheduleView | undefined, PlatformError>> {
  if (!account.schedules.ok) return err(account.schedules.error);
  const schedule = account.schedules.value.find(({ project }) => project === name);
  if (schedule === undefined || deployed === undefined) return ok(undefined);
  return ok(
    scheduleView(schedule, {
      now: host.clock.now(),
      count: 1,
      environment,
      known: [name, ...directories.map((directory) => posix.basename(directory))],
    }),
  );
}
