import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import { MAX_OVERRIDES_LENGTH } from "../config/rules/overrides.ts";
import { ownValue } from "../core/own.ts";
import { usesOutputs } from "../config/outputs.ts";
import { timedCommand } from "../pipeline/command.ts";
import { parameterVariable } from "../pipeline/step-task.ts";
import type { Release } from "../release/release.ts";
import type { RunInput } from "../runs/model.ts";
import type { PlatformError } from "./port.ts";

/**
 * Bytes that Step Functions takes as an execution's input:
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
const MAX_INPUT_BYTES = 262_144;

/**
 * Why a run can't be started with this input, for its size: the same limits on every platform, so
 * that what runs on this machine runs on AWS.
 */
export function tooLargeInput(release: Release, input: RunInput): PlatformError | undefined {
  const { project } = release;
  const help =
    "Leave what is large among the artifacts and give a parameter that says where it is.";
  const size = Buffer.byteLength(JSON.stringify(input));
  if (size > MAX_INPUT_BYTES) {
    return {
      reason: "limit",
      message: `the input of a run of ${project} has ${figure(size)} bytes; a run takes ${figure(MAX_INPUT_BYTES)} at most`,
      help,
      resource: project,
    };
  }
  const wanted = (step: string): boolean =>
    (input.only.length === 0 || input.only.includes(step)) && !input.skip.includes(step);
  const longest = overridesOf(release, input)
    .filter(({ step, length }) => length > MAX_OVERRIDES_LENGTH && wanted(step))
    .toSorted((a, b) => b.length - a.length)[0];
  if (longest === undefined) return undefined;
  return {
    reason: "limit",
    message: `with these parameters, step ${longest.step} of ${project} needs about ${figure(longest.length)} characters of command and variables; a task takes ${figure(MAX_OVERRIDES_LENGTH)}`,
    help,
    resource: project,
  };
}

function figure(count: number): string {
  return count.toLocaleString("en-US");
}

/** What one step's task is started with, by the characters of its `Overrides`. */
interface StepOverrides {
  readonly step: string;
  readonly length: number;
}

/** Of every step's task in a definition, however deep. */
function overridesOf(release: Release, input: RunInput): StepOverrides[] {
  const found: StepOverrides[] = [];
  const values = valuesOf(release, input);
  const visit = (value: Json | undefined): void => {
    if (Array.isArray(value)) for (const item of value as readonly Json[]) visit(item);
    if (!isJsonObject(value)) return;
    if (Array.isArray(value["ContainerOverrides"])) {
      const filled = withValues(value, values);
      const step = variablesIn(filled).find(({ Name }) => Name === "ESTEIRA_STEP")?.Value;
      found.push({ step: text(step), length: JSON.stringify(filled).length });
      return;
    }
    for (const item of Object.values(value)) visit(item);
  };
  visit(release.definition);
  return found;
}

/**
 * Values of the variables that a run gives its tasks. Those that nobody knows before it runs have
 * the length that they have as a rule; an item of a list that a step leaves counts nothing.
 */
function valuesOf({ project, parameters, steps, model }: Release, input: RunInput): Values {
  const run = `${project}-20260131T030004Z-4f9a1c`;
  const given = parameters.map(({ name, default: value }): [string, string] => [
    parameterVariable(name),
    ownValue(input.params, name) ?? value,
  ]);
  const items = steps.map(({ id, forEach }): [string, string] => [
    id,
    (forEach?.kind === "items" ? forEach.items : []).reduce(
      (longest, item) => (item.length > longest.length ? item : longest),
      "",
    ),
  ]);
  return {
    items: new Map(items),
    commands: new Map(
      steps.map(({ id, command, timeoutSeconds }) => [
        id,
        timedCommand(command, timeoutSeconds, usesOutputs(steps)),
      ]),
    ),
    shared: new Map([
      ["ESTEIRA_RUN_ID", run],
      ["ESTEIRA_SCHEDULED_TIME", "2026-01-31T03:00:00.000Z"],
      ["ESTEIRA_SCHEDULED_DATE", "2026-01-31"],
      ["ESTEIRA_ARTIFACTS_URI", `s3://${"b".repeat(40)}/artifacts/${project}/${run}/`],
      ...arrivedIn(input),
      ["ESTEIRA_MODEL_URI", `models:/${model.name}/1`],
      ...given,
    ]),
  };
}

function arrivedIn({ on }: RunInput): [string, string][] {
  if (on === undefined) return [];
  return "list" in on
    ? [["ESTEIRA_TRIGGER_LIST", on.list]]
    : [["ESTEIRA_TRIGGER_URIS", JSON.stringify(on.uris)]];
}

interface Values {
  /** By variable. */
  readonly shared: ReadonlyMap<string, string>;
  /** The longest item, by step. */
  readonly items: ReadonlyMap<string, string>;
  /** The command under its time limit, by step. */
  readonly commands: ReadonlyMap<string, string>;
}

function withValues(overrides: JsonObject, { shared, items, commands }: Values): JsonObject {
  const step = text(variablesIn(overrides).find(({ Name }) => Name === "ESTEIRA_STEP")?.Value);
  const containers = overrides["ContainerOverrides"] as readonly JsonObject[];
  return {
    ContainerOverrides: containers.map((container) => ({
      ...container,
      // Expressions until it runs: what it declares is as long as what it may get.
      ...(typeof container["Memory"] === "string" && commands.has(step)
        ? { Memory: 1024, Command: [commands.get(step) ?? ""] }
        : {}),
      Environment: variablesIn({ ContainerOverrides: [container] }).map((variable) => {
        const name = text(variable.Name);
        const value = name === "ESTEIRA_ITEM" ? items.get(step) : shared.get(name);
        return { Name: name, Value: value ?? text(variable.Value) };
      }),
    })),
  };
}

function variablesIn(overrides: JsonObject): { readonly Name?: Json; readonly Value?: Json }[] {
  const containers = overrides["ContainerOverrides"] as readonly Json[];
  return containers.flatMap((container) => {
    const variables = isJsonObject(container) ? container["Environment"] : undefined;
    return Array.isArray(variables) ? (variables as readonly Json[]).filter(isJsonObject) : [];
  });
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
