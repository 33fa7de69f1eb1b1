import { createRequire } from "node:module";
import { expect } from "vitest";
import type { Project } from "../../src/config/model.ts";
import { isJsonObject, type Json, type JsonObject } from "../../src/core/json.ts";
import { compilePipeline } from "../../src/pipeline/compile.ts";
import { target } from "../../src/pipeline/fixtures/project.ts";
import { fillPlaceholders } from "../../src/release/placeholders.ts";
import { zoneOffsets } from "../../src/schedule/zone-offsets.ts";
import { simulate, type SimulateOptions, type TaskOutcome } from "../../src/states/simulate.ts";

const aslValidator = createRequire(import.meta.url)("asl-validator") as (definition: unknown) => {
  isValid: boolean;
  errorsText: () => string;
};

/** Definitions that asl-validator, which is slow, has seen. */
const accepted = new Set<string>();

/** A project's definition as a deploy fills it in; checked by asl-validator before and after. */
export function deployed(project: Project): JsonObject {
  const compiled = compilePipeline(project, target);
  if (!compiled) throw new Error("there is nothing to run");
  const filled = fillPlaceholders(compiled, {
    task_definition: "recsys:42",
    artifacts_uri: "s3://bucket/artifacts",
    artifacts_bucket: "bucket",
    artifacts_prefix: "artifacts/",
    pools_function: "pools",
    zone_offsets: JSON.stringify(zoneOffsets(project.schedule?.timezone ?? "UTC")),
  });
  for (const definition of [compiled, filled]) {
    const text = JSON.stringify(definition);
    if (accepted.has(text)) continue;
    const { isValid, errorsText } = aslValidator(definition);
    expect(isValid ? "" : errorsText()).toBe("");
    accepted.add(text);
  }
  return filled;
}

export interface Ran {
  readonly status: string;
  readonly output: Json | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** The variables of each attempt, in the order in which they were scheduled. */
  readonly attempts: readonly Readonly<Record<string, string>>[];
  /** `a`, `b[x]`: steps and items, in that order. */
  readonly order: readonly string[];
  readonly history: Awaited<ReturnType<typeof simulate>>["history"];
}

/** Runs a project's definition in virtual time. Tasks succeed unless `outcomes` says otherwise. */
export async function run(
  project: Project,
  input: Json,
  outcomes: readonly TaskOutcome[] = [],
  options: SimulateOptions = {},
): Promise<Ran> {
  const simulation = await simulate(deployed(project), input, outcomes, options);
  const attempts = simulation.history.flatMap(({ type, details }) => {
    if (type !== "TaskScheduled" || details["resourceType"] !== "ecs") return [];
    return [variablesOf(details["parameters"])];
  });
  const { status, output, error, cause, history } = simulation;
  return {
    status,
    output,
    error,
    cause,
    attempts,
    order: attempts.map(({ ESTEIRA_STEP: step = "?", ESTEIRA_ITEM: item }) =>
      item === undefined ? step : `${step}[${item}]`,
    ),
    history,
  };
}

function variablesOf(parameters: Json | undefined): Record<string, string> {
  if (!isJsonObject(parameters)) return {};
  const task = parameters as {
    Overrides: { ContainerOverrides: { Environment: { Name: string; Value: string }[] }[] };
  };
  const [container] = task.Overrides.ContainerOverrides;
  return Object.fromEntries(container?.Environment.map(({ Name, Value }) => [Name, Value]) ?? []);
}
