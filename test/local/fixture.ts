import { execFileSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import type { Resources } from "../../src/config/model.ts";
import { systemClock } from "../../src/core/clock.ts";
import type { HistoryEvent } from "../../src/core/history.ts";
import {
  environmentName,
  fingerprint,
  projectName,
  type RunId,
  stepId,
} from "../../src/core/ids.ts";
import { fingerprintOf, type JsonObject } from "../../src/core/json.ts";
import type { Result } from "../../src/core/result.ts";
import { createProcessExecutor } from "../../src/local/executors/process.ts";
import type { LocalPlatform } from "../../src/local/roles.ts";
import { type LocalParts, openWith } from "../../src/local/platform.ts";
import type { PlatformError } from "../../src/platform/port.ts";
import type { LogLine } from "../../src/platform/log-lines.ts";
import type { FingerprintedRelease, Release, ReleaseStep } from "../../src/release/release.ts";
import { readSourceTree } from "../../src/release/source.ts";
import { sourceHash } from "../../src/release/source-tree.ts";
import { runInput } from "../../src/runs/input.ts";
import type { RunInput, RunSummary } from "../../src/runs/model.ts";

export type { LocalPlatform };

/** A workspace in its own folder, gone with `[Symbol.dispose]`. */
export interface Workspace extends Disposable {
  readonly root: string;
}

export function makeWorkspace(): Workspace {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "esteira-local-")));
  return {
    root,
    [Symbol.dispose]: () => {
      execFileSync("chmod", ["-R", "u+w", root]);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export interface ProjectSpec {
  readonly name?: string;
  readonly version?: string;
  /** Step id to shell script. */
  readonly steps: Readonly<Record<string, string>>;
  readonly definition: JsonObject;
  readonly resources?: Resources;
  readonly changes?: Partial<Release>;
}

/** Writes a project of shell steps without requirements, and gives its release. */
export async function makeRelease(root: string, spec: ProjectSpec): Promise<FingerprintedRelease> {
  const name = spec.name ?? "probe";
  const context = `src/projects/${name}`;
  for (const [id, code] of Object.entries(spec.steps)) {
    const path = join(root, context, "steps", `${id}.sh`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
  }
  writeFileSync(join(root, context, "Dockerfile"), "FROM python:3.11-slim\n");
  const tree = await readSourceTree(join(root, context));
  if (!tree.ok) throw new Error(tree.error.message);
  const resources = spec.resources ?? tiny;
  const version = spec.version ?? "1.0.0";
  const release: Release = {
    schema: 1,
    workspace: "test",
    project: projectName(name),
    environment: environmentName("local"),
    platform: "local",
    version,
    description: "",
    owners: {},
    names: {
      base: name,
      imageTag: `${name}-${version}`,
      cluster: `ml-cluster-${name}`,
      launchTemplate: `lt-${name}`,
      autoScalingGroup: `asg-${name}`,
      capacityProvider: `cp-${name}`,
      taskFamily: name,
      stateMachine: `${name}-workflow`,
      schedule: `sched-${name}`,
      logGroup: `/ecs/${name}`,
    },
    image: {
      context,
      dockerfile: "Dockerfile",
      buildArguments: {},
      pythonVersion: undefined,
      requirementsFile: undefined,
      sourceHash: sourceHash(tree.value, "Dockerfile", {}),
    },
    ...taskOf({ environment: { ENV: "local", ESTEIRA_PROJECT: name }, resources }),
    steps: Object.keys(spec.steps).map((id): ReleaseStep => ({
      id: stepId(id),
      name: id,
      command: `sh steps/${id}.sh`,
      dependsOn: [],
      resources,
      timeoutSeconds: 60,
      retries: 0,
      retry: { intervalSeconds: 1, backoffRate: 1, maxIntervalSeconds: 1 },
      forEach: undefined,
    })),
    parameters: [],
    definition: spec.definition,
    schedule: undefined,
    capacity: undefined,
    notifications: { onSuccess: [], onFailure: [] },
    model: { name, required: false, alias: undefined, metrics: {}, promoteOnDeploy: false },
    testCommand: undefined,
    ...spec.changes,
  };
  return { release, fingerprint: fingerprint(fingerprintOf(release)) };
}

const tiny: Resources = { cpu: 0.01, memoryGb: 0.1, gpu: 0 };

/** The part of a release that all its steps share, with what the test cares for. */
export function taskOf(changes: Partial<Release["task"]>): Pick<Release, "task"> {
  return {
    task: { environment: {}, secrets: {}, taskRoleArn: undefined, resources: tiny, ...changes },
  };
}

/** A Task state that runs a step, with the variables that every compiled one has. */
export function taskState(step: string, rest: JsonObject): JsonObject {
  const { environment = {}, ...fields } = rest as { environment?: Record<string, string> };
  const variables = {
    ESTEIRA_STEP: step,
    ESTEIRA_RUN_ID: "{% $states.context.Execution.Name %}",
    ...environment,
  };
  return {
    Type: "Task",
    Resource: "arn:aws:states:::ecs:runTask.sync",
    Arguments: {
      Cluster: "ml-cluster-probe",
      TaskDefinition: "${task_definition}",
      Overrides: {
        ContainerOverrides: [
          {
            Name: "probe",
            Environment: Object.entries(variables).map(([Name, Value]) => ({ Name, Value })),
          },
        ],
      },
    },
    Output: "{% $states.input %}",
    ...fields,
  };
}

/** A machine of steps one after the other. */
export function sequence(...steps: readonly string[]): JsonObject {
  return {
    QueryLanguage: "JSONata",
    StartAt: steps[0] ?? "",
    States: Object.fromEntries(
      steps.map((step, index) => {
        const next = steps[index + 1];
        return [step, taskState(step, next === undefined ? { End: true } : { Next: next })];
      }),
    ),
  };
}

/** For processes that run these sources: what one has compiled, those after it read. */
export const childEnvironment = {
  ...process.env,
  NODE_COMPILE_CACHE: join(tmpdir(), "esteira-compile-cache"),
};

let given = 0;

/** Opens the workspace's platform with the process executor. */
export async function openPlatform(
  root: string,
  options: Partial<LocalParts> = {},
): Promise<LocalPlatform> {
  const executor = createProcessExecutor({
    dataDirectory: join(root, ".esteira"),
    processEnvironment: process.env,
  });
  const platform = await openWith({
    root,
    environment: environmentName("local"),
    maxParallel: undefined,
    executors: { process: executor, docker: executor },
    choose: async () => ({ ok: true, value: { executor: "process", why: "no Docker engine" } }),
    clock: systemClock,
    entropy: () =>
      `${process.pid.toString(36)}${(given++).toString(36)}`.slice(-6).padStart(6, "0"),
    processEnvironment: process.env,
    ...options,
  });
  return value(platform);
}

export function value<T>(result: Result<T, PlatformError>): T {
  if (!result.ok) throw new Error(`${result.error.reason}: ${result.error.message}`);
  return result.value;
}

export function input(changes: Partial<RunInput> = {}): RunInput {
  return runInput({ actor: "ana", ...changes });
}

/** Deploys the project and runs it to its end. */
export async function runOf(
  platform: LocalPlatform,
  root: string,
  spec: ProjectSpec,
): Promise<{ readonly run: RunId; readonly summary: RunSummary }> {
  const release = await makeRelease(root, spec);
  await deploy(platform, release);
  const run = value(await platform.start(release.release.project, input(), { mode: "follow" }));
  return { run, summary: value(await platform.driver.settled(run)) };
}

/** All lines of a short run. */
export async function logsOf(platform: LocalPlatform, run: RunId): Promise<readonly LogLine[]> {
  return value(await platform.logs(run, {}, { limit: 1000 })).items;
}

/** Details of the first event of the type. */
export async function detailsOf(
  platform: LocalPlatform,
  run: RunId,
  type: HistoryEvent["type"],
): Promise<JsonObject | undefined> {
  const { items } = value(await platform.events(run, { limit: 1000 }));
  return items.find((event) => event.type === type)?.details;
}

/** Deploys without looking at the plan. */
export async function deploy(
  platform: LocalPlatform,
  ...releases: readonly FingerprintedRelease[]
): Promise<void> {
  const known = releases.map(({ release }) => release.project);
  const plan = value(await platform.plan(releases, { known }));
  const options = { actor: "ana", listener: () => undefined };
  const summary = value(await platform.apply(plan, releases, options));
  for (const project of summary.projects) {
    if (project.error !== undefined) throw new Error(project.error.message);
  }
}

export function lines(path: string): string[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "");
}
