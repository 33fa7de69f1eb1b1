import { CACHE_VARIABLE, HELPER_COMMAND } from "../../core/step-helper.ts";
import type { Project, Step } from "../model.ts";
import { usesOutputs } from "../outputs.ts";
import type { Problem } from "../problem.ts";
import type { EnvironmentContext } from "./rule.ts";
import { stepPath } from "./steps.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html */
export const MAX_OVERRIDES_LENGTH = 8192;

/** The longest that values can get which only a run knows. */
const LONGEST = { runId: 80, uri: 512, time: 24, date: 10, item: 4096, arrived: 1200 } as const;

/**
 * How many characters the `Overrides` of a step's task have at most: its command with its time
 * limit, its own variables, and those that differ from run to run. Values that only a run knows
 * count as long as they may get; parameters count as their defaults.
 */
export function estimateOverridesLength(project: Project, step: Step): number {
  const variables: Record<string, string> = {
    ...step.environmentVariables,
    ENV: project.environment,
    ESTEIRA_PROJECT: project.name,
    ESTEIRA_STEP: step.id,
    ESTEIRA_RUN_ID: "x".repeat(LONGEST.runId),
    ESTEIRA_VERSION: project.version,
    ESTEIRA_SCHEDULED_TIME: "x".repeat(LONGEST.time),
    ESTEIRA_SCHEDULED_DATE: "x".repeat(LONGEST.date),
    ESTEIRA_MODEL_URI: "x".repeat(LONGEST.uri),
    ESTEIRA_ARTIFACTS_URI: "x".repeat(LONGEST.uri),
    // Of the two one has a value.
    ...(project.awaitsData
      ? { ESTEIRA_TRIGGER_URIS: "x".repeat(LONGEST.arrived), ESTEIRA_TRIGGER_LIST: "" }
      : {}),
    ...(step.cache ? { [CACHE_VARIABLE]: "refresh" } : {}),
    ...(step.forEach ? { ESTEIRA_ITEM: "x".repeat(itemLength(step)) } : {}),
  };
  for (const parameter of project.parameters) {
    variables[`ESTEIRA_PARAM_${parameter.name.toUpperCase()}`] = parameter.default;
  }
  const helper = usesOutputs(project.steps) ? `${HELPER_COMMAND} ` : "";
  const overrides = {
    ContainerOverrides: [
      {
        Name: project.name,
        Cpu: Math.round(step.resources.cpu * 1024),
        Memory: Math.round(step.resources.memoryGb * 1024),
        ResourceRequirements: [{ Type: "GPU", Value: String(step.resources.gpu) }],
        // As long as the shell's quotes make it: each quote in the command becomes four characters.
        Command: [
          `exec timeout -k 30 ${step.timeoutSeconds} ${helper}sh -c '${step.command.replaceAll("'", "'\\''")}'`,
        ],
        Environment: Object.entries(variables).map(([Name, Value]) => ({ Name, Value })),
      },
    ],
  };
  return JSON.stringify(overrides).length;
}

function itemLength(step: Step): number {
  if (step.forEach?.kind !== "items") return LONGEST.item;
  // In the overrides the item is text, so that its quotes are escaped.
  let longest = 0;
  for (const item of step.forEach.items) longest = Math.max(longest, JSON.stringify(item).length);
  return longest;
}

/**
 * What the overrides have besides the author's own texts: names, numbers, and values that only a
 * run knows.
 */
const LONGEST_FRAME = 3000;
/** As long as JSON makes one character, or the shell's quotes one quote. */
const LONGEST_ESCAPE = 6;

/** Far from the limit whatever the escapes: spares most steps the exact count. */
function isSurelyShort(project: Project, step: Step): boolean {
  let length = step.command.length;
  for (const [name, value] of Object.entries(step.environmentVariables)) {
    length += name.length + value.length;
  }
  for (const parameter of project.parameters) {
    length += parameter.name.length + parameter.default.length;
  }
  const item = step.forEach ? itemLength(step) : 0;
  const arrived = project.awaitsData ? LONGEST.arrived : 0;
  const names = Object.keys(step.environmentVariables).length + project.parameters.length;
  return (
    LONGEST_FRAME + LONGEST_ESCAPE * length + 40 * names + item + arrived < MAX_OVERRIDES_LENGTH
  );
}

/**
 * A task whose overrides are longer is refused by ECS when the step starts, in the middle of the
 * night.
 */
export function overridesFit({ project, config }: EnvironmentContext): Problem[] {
  return project.steps.flatMap((step, index): Problem[] => {
    if (isSurelyShort(project, step)) return [];
    const length = estimateOverridesLength(project, step);
    if (length <= MAX_OVERRIDES_LENGTH) return [];
    const variables = config.batch?.pipeline?.steps?.[index]?.env_vars;
    const field =
      variables && JSON.stringify(variables).length > step.command.length ? "env_vars" : "command";
    return [
      {
        code: "config/overrides-too-long",
        path: stepPath(index, field),
        at: "key",
        message: `step "${step.id}" needs about ${length.toLocaleString("en-US")} characters of overrides; ECS takes ${MAX_OVERRIDES_LENGTH.toLocaleString("en-US")}`,
        help: "move variables to runtime.env_vars, and long commands into a script of the project",
      },
    ];
  });
}
