import type { ComputeConfig, Project, Step } from "../config/model.ts";
import { usesOutputs } from "../config/outputs.ts";
import type { JsonObject } from "../core/json.ts";
import { CACHE_VARIABLE } from "../core/step-helper.ts";
import { itemOf } from "./for-each.ts";
import { expression, plain, quote, type QueryLanguage } from "./jsonata.ts";
import { escapePlaceholders, placeholder, type Placeholder } from "./placeholder.ts";
import { regionVariables } from "./region.ts";
import { sampleValue } from "./sample.ts";
import { stepLimits } from "./step-limits.ts";
import { stepTrigger } from "./trigger.ts";

/** What a definition needs to know of the release around it. */
export interface CompileTarget {
  readonly cluster: string;
  readonly capacityProvider: string;
  /** Name of the task definition's container. */
  readonly container: string;
  /**
   * The instances that the steps share: a step runs for no more items at a time than they hold.
   * Absent where there are none.
   */
  readonly compute?: Pick<ComputeConfig, "instanceTypes" | "maxQuantity">;
  /** Where there are no such instances: the most items that a step runs for at a time. */
  readonly atOnce?: number;
  /** Places of the workspace's pools; absent: there are none. */
  readonly pools?: Readonly<Record<string, number>>;
  /** Whether steps get which model was deployed. */
  readonly model: boolean;
}

export interface TaskOptions {
  /** That the state is written in. */
  readonly language?: QueryLanguage;
  /** Where the item is that the task runs for, as JSONata; undefined: in the state's context. */
  readonly item?: string;
}

/**
 * The Task that runs a step, without its place among the states (`Next`, `End`) and without what it
 * does about failures. Its result is dropped: the state's input is passed on. Fields:
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
 *
 * What it needs of the run comes from the prologue's variables.
 */
export function stepTask(
  project: Project,
  step: Step,
  target: CompileTarget,
  { language = "JSONata", item }: TaskOptions = {},
): JsonObject {
  const { cpu, gpu } = step.resources;
  const jsonata = language === "JSONata";
  const { timeoutSeconds, memory, command } = stepLimits(
    step,
    language,
    usesOutputs(project.steps),
  );
  return {
    Type: "Task",
    Resource: "arn:aws:states:::ecs:runTask.sync",
    TimeoutSeconds: timeoutSeconds,
    [jsonata ? "Arguments" : "Parameters"]: {
      Cluster: target.cluster,
      TaskDefinition: placeholder("task_definition"),
      CapacityProviderStrategy: [{ CapacityProvider: target.capacityProvider, Weight: 1 }],
      PropagateTags: "TASK_DEFINITION",
      Overrides: {
        ContainerOverrides: [
          {
            Name: target.container,
            Cpu: Math.round(cpu * 1024),
            Memory: memory,
            ...(gpu === 0 ? {} : { ResourceRequirements: [{ Type: "GPU", Value: String(gpu) }] }),
            // The entry point is `sh -c`, so this is one argument.
            Command: [command],
            Environment: environment(project, step, target, item).map(({ name, ...value }) =>
              jsonata
                ? { Name: name, Value: inJsonata(value) }
                : { Name: name, ...inJsonPath(value) },
            ),
          },
        ],
      },
    },
    ...(jsonata ? { Output: expression("$states.input") } : { ResultPath: null }),
  };
}

/**
 * A variable's value: a text, a place that a deploy fills, or what is known when it runs, in both
 * languages.
 */
type Value =
  | { readonly text: string }
  | { readonly filled: Placeholder }
  | { readonly jsonata: string; readonly jsonPath: string };

function inJsonata(value: Value): string {
  if ("text" in value) return plain(value.text);
  return "filled" in value ? placeholder(value.filled) : expression(value.jsonata);
}

function inJsonPath(value: Value): JsonObject {
  if ("text" in value) return { Value: escapePlaceholders(value.text) };
  return "filled" in value ? { Value: placeholder(value.filled) } : { "Value.$": value.jsonPath };
}

/**
 * Variables that are the same for every step are in the task definition; those of an override go
 * over them.
 */
function environment(
  project: Project,
  step: Step,
  target: CompileTarget,
  item: string | undefined,
): (Value & { readonly name: string })[] {
  const given = Object.entries({ ...regionOf(project, step, target), ...step.environmentVariables })
    .filter(([name]) => !isReserved(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => ({ name, text }));
  const sampled = Object.keys(step.sampleEnv ?? {}).map((name) => {
    const value = sampleValue(project, step, name);
    return { name, jsonata: value, jsonPath: value };
  });
  return [
    ...given.filter(({ name }) => !Object.hasOwn(step.sampleEnv ?? {}, name)),
    ...sampled,
    { name: "ESTEIRA_STEP", text: step.id },
    { name: "ESTEIRA_RUN_ID", jsonata: "$run_id", jsonPath: "$run_id" },
    { name: "ESTEIRA_SCHEDULED_TIME", jsonata: "$scheduled_time", jsonPath: "$scheduled_time" },
    { name: "ESTEIRA_SCHEDULED_DATE", jsonata: "$scheduled_date", jsonPath: "$scheduled_date" },
    {
      name: "ESTEIRA_ARTIFACTS_URI",
      jsonata: '$artifacts & $origin & "/"',
      jsonPath: "States.Format('{}{}/', $artifacts, $origin)",
    },
    ...(project.awaitsData ? stepTrigger : []),
    ...(step.cache ? [{ name: CACHE_VARIABLE, jsonata: "$cache", jsonPath: "$cache" }] : []),
    ...(target.model ? [{ name: "ESTEIRA_MODEL_URI", filled: "model_uri" } as const] : []),
    ...project.parameters.map(({ name }) => ({
      name: parameterVariable(name),
      jsonata: `$lookup($params, ${quote(name)})`,
      jsonPath: `$params.${name}`,
    })),
    ...(step.forEach
      ? [
          {
            name: "ESTEIRA_ITEM",
            jsonata: item ?? itemOf(step.forEach),
            jsonPath: "States.JsonToString($)",
          },
        ]
      : []),
  ];
}

/** A step on AWS that names a region names it for every library. */
function regionOf(
  { runtime }: Project,
  step: Step,
  target: CompileTarget,
): Readonly<Record<string, string>> {
  if (target.compute === undefined) return {};
  const elsewhere = [runtime.environmentVariables, runtime.secrets].flatMap(Object.keys);
  return regionVariables(step.environmentVariables, new Set(elsewhere), undefined);
}

/** Variables that are Esteira's: no project sets them. */
export function isReserved(name: string): boolean {
  return name === "ENV" || name.startsWith("ESTEIRA_");
}

/** `top-n` is in the step as `ESTEIRA_PARAM_TOP_N`. */
export function parameterVariable(name: string): string {
  return `ESTEIRA_PARAM_${name.toUpperCase().replaceAll(/[^A-Z0-9_]/g, "_")}`;
}
