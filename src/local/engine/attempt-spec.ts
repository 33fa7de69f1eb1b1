import { existsSync } from "node:fs";
import { join, relative } from "node:path";

import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { shellCommand } from "../../core/shell-command.ts";
import { OUTPUTS_VARIABLE } from "../../core/step-helper.ts";
import type { Release, ReleaseStep } from "../../release/release.ts";
import { overridden } from "../../runs/overrides.ts";
import { watchedFolder } from "../arrivals/folder.ts";
import type { AttemptSpec } from "../executors/port.ts";
import { attemptDirectory } from "../layout.ts";
import type { DrivenRun, EngineContext } from "./context.ts";
import { readSecrets } from "./secrets.ts";
import { reportName } from "./step-report.ts";
import type { TaskCommand } from "./work.ts";

/**
 * The step that a task runs, with the run's overrides: named by what the task puts into its
 * environment, else by its state.
 */
export function stepOf(
  run: Pick<DrivenRun, "deploy" | "overrides">,
  command: Pick<TaskCommand, "parameters" | "state">,
): ReleaseStep | undefined {
  const id = overridesOf(command.parameters)["ESTEIRA_STEP"] ?? command.state;
  const step = run.deploy.release.steps.find((one) => one.id === id);
  return step && overridden(step, run.overrides);
}

/** Everything that an attempt needs, or why it can't begin, as ECS would say it. */
export async function attemptSpec(
  context: Pick<EngineContext, "layout" | "processEnvironment">,
  run: Pick<DrivenRun, "run" | "project" | "deploy">,
  step: ReleaseStep,
  command: Pick<TaskCommand, "task" | "parameters">,
): Promise<Result<AttemptSpec, string>> {
  const { layout } = context;
  const { task } = run.deploy.release;
  const secrets = readSecrets(layout, run.project, task.secrets, context.processEnvironment);
  if (secrets.missing !== undefined) return err(`ResourceInitializationError: ${secrets.missing}`);
  const snapshot = run.deploy.decided["snapshot"];
  if (snapshot === undefined) throw new Error(`deploy ${run.deploy.id} has no snapshot`);
  const folder = join(layout.snapshots, snapshot);
  if (!existsSync(folder)) {
    const where = relative(layout.root, folder);
    return err(`CannotPullContainerError: the deployed sources (${where}) are gone; deploy again`);
  }
  return ok({
    run: run.run,
    project: run.project,
    step: step.id,
    task: command.task,
    directory: attemptDirectory(layout, run.run, command.task),
    snapshot: folder,
    command: shellCommand(step.command),
    environment: { ...task.environment, ...secrets.values, ...overridesOf(command.parameters) },
    secrets: Object.keys(secrets.values),
    resources: step.resources,
    timeoutSeconds: step.timeoutSeconds,
    sharedDirectory: layout.artifacts,
    ...readDirectory(layout.root, run.deploy.release),
    ...(OUTPUTS_VARIABLE in task.environment
      ? { reportAs: reportName(run.run, command.task) }
      : {}),
  });
}

/** Where the files are that start the project. */
function readDirectory(
  root: string,
  { schedule }: Pick<Release, "schedule">,
): Pick<AttemptSpec, "readDirectory"> {
  if (schedule?.on === undefined) return {};
  const folder = watchedFolder(root, schedule.on.source);
  return existsSync(folder) ? { readDirectory: folder } : {};
}

/**
 * The variables that a task puts into its container's environment; values that aren't texts are
 * passed over.
 */
export function overridesOf(parameters: Json): Record<string, string> {
  const [container] = listOf(objectOf(parameters, "Overrides")["ContainerOverrides"]);
  const values: Record<string, string> = {};
  for (const entry of listOf(objectOf(container ?? null)["Environment"])) {
    const { Name: name, Value: value } = objectOf(entry);
    if (typeof name === "string" && typeof value === "string") values[name] = value;
  }
  return values;
}

function objectOf(value: Json, key?: string): JsonObject {
  if (!isJsonObject(value)) return {};
  return key === undefined ? value : objectOf(value[key] ?? null);
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
