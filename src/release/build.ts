import { parseCron } from "../schedule/cron.ts";
import { afterExpression } from "../schedule/after.ts";
import { onExpression } from "../schedule/on.ts";
import type {
  Environment,
  Project,
  Resources,
  ScheduleConfig,
  Step,
  Workspace,
} from "../config/model.ts";
import { fingerprint } from "../core/ids.ts";
import { fingerprintOf } from "../core/json.ts";
import { compilePipeline } from "../pipeline/compile.ts";
import { toScheduleExpression } from "../schedule/to-eventbridge.ts";
import { authoredHash } from "./authored.ts";
import { taskEnvironment } from "./environment.ts";
import { GENERATION } from "./generation.ts";
import { resourceNames } from "./names.ts";
import type {
  CapacitySpec,
  FingerprintedRelease,
  Release,
  ReleaseStep,
  ScheduleSpec,
} from "./release.ts";
import { type PackageHash, sourceHash, type SourceTree } from "./source-tree.ts";

/** What a project's image is built with, beside its sources. */
export function buildArguments(project: Project): Readonly<Record<string, string>> {
  const { pythonVersion, requirementsFile } = project.runtime;
  return {
    ...(pythonVersion === undefined ? {} : { PYTHON_VERSION: pythonVersion }),
    ...(requirementsFile === undefined ? {} : { REQUIREMENTS_FILE: requirementsFile }),
  };
}

/**
 * The hash that names a project's image: of its sources, Dockerfile, build arguments and shared
 * packages.
 */
export function projectSourceHash(
  project: Project,
  tree: Pick<SourceTree, "hash">,
  packages: readonly PackageHash[] = [],
): string {
  return sourceHash(tree, project.runtime.dockerfile, buildArguments(project), packages);
}

/**
 * Items that wait for their turn on one machine at a time: more of them only make each turn's
 * choice longer.
 */
const LOCAL_ITEMS_AT_ONCE = 100;

/**
 * Everything that should exist for a project in an environment, and the hash that names it. The
 * same sources and configuration give the same release, byte for byte, as long as Esteira doesn't
 * change: a field that a config doesn't use is undefined in a release, which leaves it out of the
 * hash, and whatever else changes releases raises `GENERATION`.
 *
 * @param project as normalized for this environment, with no error left in it
 * @param hash what `projectSourceHash` gives
 * @param generation another compiler's, for tests of upgrades
 * @param packages shared ones, as they are in `hash`
 */
export function makeRelease(
  project: Project,
  workspace: Pick<Workspace, "name">,
  environment: Environment,
  hash: string,
  generation: number = GENERATION,
  packages: readonly PackageHash[] = [],
): FingerprintedRelease & { readonly authored: string } {
  const names = resourceNames(project, environment);
  const definition = compilePipeline(project, {
    cluster: names.cluster,
    capacityProvider: names.capacityProvider,
    container: names.base,
    model: environment.mlflow !== undefined,
    ...(environment.pools === undefined ? {} : { pools: environment.pools }),
    ...(environment.platform === "aws"
      ? { compute: project.compute }
      : { atOnce: LOCAL_ITEMS_AT_ONCE }),
  });
  const runs = definition !== undefined;
  const release: Release = {
    schema: 1,
    ...(generation === 1 ? {} : { generation }),
    workspace: workspace.name,
    project: project.name,
    environment: environment.name,
    platform: environment.platform,
    version: project.version,
    description: project.description,
    owners: project.owners,
    names,
    image: {
      context: project.directory,
      dockerfile: project.runtime.dockerfile,
      buildArguments: buildArguments(project),
      pythonVersion: project.runtime.pythonVersion,
      requirementsFile: project.runtime.requirementsFile,
      dependencyFile: environment.platform === "local" ? project.runtime.dependencyFile : undefined,
      index: project.runtime.index,
      packages:
        packages.length === 0
          ? undefined
          : packages.map(({ path, hash: of }) => ({ path, hash: of })),
      sourceHash: hash,
      registrySecret: registrySecret(environment),
    },
    task: {
      environment: taskEnvironment(project, environment, hash),
      secrets: project.runtime.secrets,
      taskRoleArn: project.taskRoleArn,
      resources: largest(project.steps),
    },
    steps: project.steps.map(releaseStep),
    parameters: project.parameters,
    definition,
    schedule: runs ? scheduleSpec(project, environment) : undefined,
    capacity: runs && environment.platform === "aws" ? capacitySpec(project) : undefined,
    notifications: project.notifications,
    model: project.model,
    checks: project.checks,
    publishes: project.publishes,
    monthlyBudgetUsd: project.monthlyBudgetUsd,
    testCommand: project.testCommand,
  };
  return {
    release,
    fingerprint: fingerprint(fingerprintOf(release)),
    authored: authoredHash(project, workspace, environment, hash),
  };
}

function registrySecret(environment: Environment): string | undefined {
  if (environment.platform !== "aws" || environment.repository.kind !== "oci") return undefined;
  return environment.repository.secret;
}

/** A step's own variables are in the definition. */
function releaseStep({ environmentVariables: _variables, ...step }: Step): ReleaseStep {
  return step;
}

/** The task definition has the most of everything; each step's task asks for its own share. */
function largest(steps: readonly Step[]): Resources {
  const most = (field: keyof Resources): number =>
    Math.max(0, ...steps.map((step) => step.resources[field]));
  return { cpu: most("cpu"), memoryGb: most("memoryGb"), gpu: most("gpu") };
}

function scheduleSpec(project: Project, environment: Environment): ScheduleSpec | undefined {
  const { schedule } = project;
  if (!schedule) return undefined;
  return {
    ...schedule,
    enabled: schedule.enabled && project.batchEnabled && environment.schedules === "as_configured",
    expression: startExpression(project.name, schedule),
  };
}

function startExpression(project: string, { cron: text, after, on }: ScheduleConfig): string {
  if (text === undefined) {
    const others = [after && afterExpression(after), on && onExpression(on)];
    return others.filter((one) => one !== undefined).join(", ");
  }
  const cron = parseCron(text);
  if (!cron.ok) throw new Error(`${project}: ${cron.error.message}`);
  const expression = toScheduleExpression(cron.value);
  if (!expression.ok) throw new Error(`${project}: ${expression.error.reason}`);
  return expression.value;
}

function capacitySpec({ compute }: Project): CapacitySpec {
  const { provider: _always, ...capacity } = compute;
  return capacity;
}
