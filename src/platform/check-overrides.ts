import { largestMemoryMib } from "../config/places.ts";
import { isJsonObject, type Json } from "../core/json.ts";
import { START_SECONDS } from "../pipeline/time-limits.ts";
import type { Release } from "../release/release.ts";
import { sayDuration } from "../runs/duration.ts";
import type { RunInput, StepOverride } from "../runs/model.ts";
import type { PlatformError } from "./port.ts";

/**
 * Why a run can't have the overrides of its input: each is for a step that runs, whose state reads
 * it, and asks for no more than an instance has and than the run as a whole may take.
 *
 * @returns undefined where it can
 */
export function wrongOverride(
  release: Release,
  { overrides = {}, only, skip }: RunInput,
): PlatformError | undefined {
  const runs = release.steps
    .map(({ id }): string => id)
    .filter((id) => (only.length === 0 || only.includes(id)) && !skip.includes(id));
  const reads = stepsWithOverrides(release.definition);
  for (const [step, override] of Object.entries(overrides)) {
    const wrong = runs.includes(step)
      ? reads.has(step)
        ? (tooMuchMemory(release, step, override) ?? tooLong(release, step, override))
        : {
            message: `the definition that is deployed of ${release.project} can't give step ${step} other limits for one run`,
            help: "It was compiled before there were such, or the step's state is the project's own: change resources.memory_gb or timeout_seconds in config.yaml and deploy.",
          }
      : {
          message: `step ${step} of ${release.project} doesn't run here: it has succeeded, or was left out`,
          help: `The steps that run are ${runs.join(", ")}. \`--from ${step}\` runs it again, with all that comes after it.`,
        };
    if (wrong !== undefined) return { reason: "refused", resource: release.project, ...wrong };
  }
  return undefined;
}

type Wrong = Pick<PlatformError, "message" | "help">;

function tooMuchMemory(
  { project, platform, capacity }: Release,
  step: string,
  { memory_gb: memory = 0 }: StepOverride,
): Wrong | undefined {
  if (platform === "local" || capacity === undefined) return undefined;
  const most = largestMemoryMib(capacity);
  if (most === undefined || memory * 1024 <= most) return undefined;
  const types = capacity.instanceTypes.join(", ");
  return {
    message: `step ${step} of ${project} would need ${memory} GB, but no instance type of the project has that much for steps: ${types}`,
    help: `Give it at most ${Math.floor((most / 1024) * 10) / 10} GB, or choose a larger type in infra.compute and deploy.`,
  };
}

/** The limit of the run as a whole is fixed when it is deployed. */
function tooLong(
  { project, definition }: Release,
  step: string,
  { timeout_seconds: seconds = 0 }: StepOverride,
): Wrong | undefined {
  const limit = definition?.["TimeoutSeconds"];
  if (typeof limit !== "number" || seconds + START_SECONDS <= limit) return undefined;
  return {
    message: `step ${step} of ${project} would have ${sayDuration(seconds * 1000)}, but the run as a whole is ended after ${sayDuration(limit * 1000)}`,
    help: `Give it at most ${Math.max(1, limit - START_SECONDS)} seconds, or raise its timeout_seconds in config.yaml and deploy.`,
  };
}

/** The steps whose tasks read the overrides of the run's input, however deep their states are. */
function stepsWithOverrides(definition: Json | undefined): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (value: Json | undefined): void => {
    if (Array.isArray(value)) for (const item of value as readonly Json[]) visit(item);
    if (!isJsonObject(value)) return;
    if (typeof value["Memory"] === "string" && Array.isArray(value["Environment"])) {
      const variables = (value["Environment"] as readonly Json[]).filter(isJsonObject);
      const step = variables.find(({ Name }) => Name === "ESTEIRA_STEP")?.["Value"];
      if (typeof step === "string") found.add(step);
    }
    for (const item of Object.values(value)) visit(item);
  };
  visit(definition);
  return found;
}
