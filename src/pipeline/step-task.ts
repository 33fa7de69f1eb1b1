import type { Project, Step } from "../config/model.ts";
import type { Json, JsonObject } from "../core/json.ts";
import { timedCommand } from "./command.ts";
import { expression, plain, quote } from "./jsonata.ts";
import { placeholder } from "./placeholder.ts";
import { retriersOf } from "./retries.ts";
import { attemptSeconds } from "./time-limits.ts";

/** What a definition needs to know of the release around it. */
export interface CompileTarget {
  readonly cluster: string;
  readonly capacityProvider: string;
  /** Name of the task definition's container. */
  readonly container: string;
  /** Whether steps are told which model was deployed. */
  readonly model: boolean;
}

/**
 * The Task that runs a step, without its place among the states (`Next`, `End`). Its result is dropped: the state's input goes on.
 * Fields: https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
 */
export function stepTask(project: Project, step: Step, target: CompileTarget): JsonObject {
  const { cpu, memoryGb, gpu } = step.resources;
  return {
    Type: "Task",
    Resource: "arn:aws:states:::ecs:runTask.sync",
    TimeoutSeconds: attemptSeconds(step),
    Arguments: {
      Cluster: target.cluster,
      TaskDefinition: placeholder("task_definition"),
      CapacityProviderStrategy: [{ CapacityProvider: target.capacityProvider, Weight: 1 }],
      PropagateTags: "TASK_DEFINITION",
      Overrides: {
        ContainerOverrides: [
          {
            Name: target.container,
            Cpu: Math.round(cpu * 1024),
            Memory: Math.round(memoryGb * 1024),
            ...(gpu === 0 ? {} : { ResourceRequirements: [{ Type: "GPU", Value: String(gpu) }] }),
            // The entry point is `sh -c`, so this is one argument.
            Command: [plain(timedCommand(step.command, step.timeoutSeconds))],
            Environment: environment(project, step, target),
          },
        ],
      },
    },
    Output: expression("$states.input"),
    Retry: retriersOf(step),
  };
}

/** Variables that are the same for every step stand in the task definition; those of an override go over them. */
function environment(project: Project, step: Step, target: CompileTarget): Json[] {
  const variables: [string, string][] = Object.entries(step.environmentVariables)
    .filter(([name]) => !isReserved(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => [name, plain(value)]);
  variables.push(
    ["ESTEIRA_STEP", step.id],
    ["ESTEIRA_RUN_ID", expression("$run_id")],
    ["ESTEIRA_SCHEDULED_TIME", expression("$scheduled_time")],
    ["ESTEIRA_ARTIFACTS_URI", expression('$artifacts & $origin & "/"')],
  );
  if (target.model) variables.push(["ESTEIRA_MODEL_URI", placeholder("model_uri")]);
  for (const { name } of project.parameters) {
    variables.push([parameterVariable(name), expression(`$lookup($params, ${quote(name)})`)]);
  }
  if (step.forEach) variables.push(["ESTEIRA_ITEM", expression("$string($states.input)")]);
  return variables.map(([Name, Value]) => ({ Name, Value }));
}

/** Variables that are Esteira's: no project sets them. */
export function isReserved(name: string): boolean {
  return name === "ENV" || name.startsWith("ESTEIRA_");
}

/** `top-n` is in the step as `ESTEIRA_PARAM_TOP_N`. */
export function parameterVariable(name: string): string {
  return `ESTEIRA_PARAM_${name.toUpperCase().replaceAll(/[^A-Z0-9_]/g, "_")}`;
}
