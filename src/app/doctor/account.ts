import type { Environment } from "../../config/model.ts";
import type { ProjectName } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { dockerAvailable } from "../../local/executors/docker-cli.ts";
import { lastFire } from "../../schedule/fire-times.ts";
import { readScheduleExpression } from "../../schedule/eventbridge-expression.ts";
import { type Check, failedBy } from "../../platform/check.ts";
import type { ProjectPlan } from "../../platform/plan.ts";
import type { Platform, PlatformError } from "../../platform/port.ts";
import type { DeployedSchedule } from "../../platform/schedules.ts";
import { gatherWatch, WATCHED_MS } from "../../platform/watch/watch.ts";
import type { FingerprintedRelease } from "../../release/release.ts";
import type { WatchFinding } from "../../runs/watch/facts.ts";
import { watchFindings } from "../../runs/watch/watch.ts";
import type { LayerNeeds } from "../deploy/layer-needs.ts";
import type { Host } from "../host.ts";
import { watchPort } from "../schedules/watch-port.ts";
import { missingSecrets } from "./secrets.ts";

/** What is asked once for all projects. */
export interface AccountFacts {
  /**
   * What concerns no project: the account's own checks, and what kept questions from being
   * answered.
   */
  readonly environment: readonly Check[];
  /** What `verify` says about the projects. */
  readonly verified: readonly Check[];
  /** Undefined where no images are built. */
  readonly docker: Result<{ readonly version: string }, PlatformError> | undefined;
  readonly schedules: Result<readonly DeployedSchedule[], PlatformError>;
  readonly planOf: (name: string) => Result<ProjectPlan | undefined, PlatformError> | undefined;
  readonly findingsOf: (name: string) => Result<readonly WatchFinding[], PlatformError>;
  readonly lastFireOf: (name: string) => number | undefined;
  /** Those that steps are promised and that this machine doesn't have. */
  readonly localSecrets: (
    name: string,
    release: FingerprintedRelease | undefined,
  ) => Promise<readonly Check[]>;
}

export interface AccountQuestions {
  readonly environment: Environment;
  readonly platform: Result<Platform, PlatformError>;
  readonly releases: readonly FingerprintedRelease[];
  readonly known: readonly ProjectName[] | undefined;
  /** What all projects need of the base layer, for the account's checks. */
  readonly needs: LayerNeeds;
  /** The one project that is asked about, if it is one. */
  readonly only: ProjectName | undefined;
}

export async function openAccountFacts(
  host: Host,
  { environment, platform: opened, releases, known, needs, only }: AccountQuestions,
): Promise<AccountFacts> {
  const docker = buildsImages(environment, releases)
    ? await dockerAvailable(host.environment)
    : undefined;
  const nothing = { docker, localSecrets: () => Promise.resolve([]), lastFireOf: () => undefined };
  if (!opened.ok) {
    const about = { project: undefined, subject: environment.name };
    return {
      ...nothing,
      environment: [failedBy(about, opened.error)],
      verified: [],
      schedules: opened,
      planOf: () => undefined,
      findingsOf: () => opened,
    };
  }
  const platform = opened.value;
  const schedules = await platform.schedules();
  const plan =
    releases.length === 0 ? undefined : await platform.plan(releases, { known, refresh: true });
  const verified = (await platform.verification?.verify(releases, needs)) ?? ok([]);
  const watched = await watchedSchedules(host, platform, schedules, only);
  return {
    docker,
    environment: verified.ok
      ? verified.value.filter(({ project }) => project === undefined)
      : [failedBy({ project: undefined, subject: "account" }, verified.error)],
    verified: verified.ok ? verified.value : [],
    schedules,
    planOf(name) {
      if (plan === undefined || !plan.ok) return plan;
      return ok(plan.value.projects.find(({ project }) => project === name));
    },
    findingsOf: (name) =>
      watched.ok ? ok(watched.value.findings.filter(({ project }) => project === name)) : watched,
    lastFireOf: (name) => (watched.ok ? watched.value.lastFires.get(name) : undefined),
    localSecrets: (_name, release) =>
      environment.platform === "local" && release !== undefined
        ? missingSecrets(host, release.release)
        : Promise.resolve([]),
  };
}

/** Images are built for AWS, and on this machine where steps run in containers. */
function buildsImages(
  environment: Environment,
  releases: readonly FingerprintedRelease[],
): boolean {
  if (releases.length === 0) return false;
  return environment.platform === "aws" || environment.executor === "docker";
}

interface Watched {
  readonly findings: readonly WatchFinding[];
  /** By project. */
  readonly lastFires: ReadonlyMap<string, number>;
}

/** What is watched of a single project goes back to its last fire, however long ago that was. */
async function watchedSchedules(
  host: Host,
  platform: Platform,
  schedules: Result<readonly DeployedSchedule[], PlatformError>,
  only: ProjectName | undefined,
): Promise<Result<Watched, PlatformError>> {
  if (!schedules.ok) return err(schedules.error);
  const now = host.clock.now();
  const port = watchPort(platform);
  const lastFires = new Map<string, number>();
  for (const schedule of schedules.value) {
    const { project, expression, timezone, state, since = 0, flexibleMinutes } = schedule;
    if (state !== "enabled" || !readScheduleExpression(expression).ok) continue;
    const from = Math.max(since, now - longestBack);
    const until = now - port.startGraceMs - flexibleMinutes * 60_000;
    const fire = lastFire(expression, timezone, from, until);
    if (fire !== undefined) lastFires.set(project, fire);
  }
  const last = only === undefined ? undefined : lastFires.get(only);
  const facts = await gatherWatch(port, now, {
    ...(only === undefined ? {} : { project: only }),
    watched: Math.max(WATCHED_MS, last === undefined ? 0 : now - last),
  });
  if (!facts.ok) return facts;
  return ok({ findings: watchFindings(facts.value), lastFires });
}

const longestBack = 400 * 86_400_000;
