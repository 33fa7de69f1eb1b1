import { isJsonObject, type Json } from "../core/json.ts";
import { ownValue } from "../core/own.ts";
import type { StepOverride } from "./model.ts";

/** Of a step's fields those that a run may have others of. */
interface Limits {
  readonly id: string;
  readonly timeoutSeconds?: number;
  readonly resources?: { readonly memoryGb: number };
}

type Overrides = Readonly<Record<string, StepOverride>>;

/**
 * Reads the overrides of a run's input as the run itself does (`pipeline/step-limits.ts`): what is
 * no number is passed over.
 *
 * @returns undefined where there are none
 */
export function readOverrides(value: Json | undefined): Overrides | undefined {
  if (!isJsonObject(value)) return undefined;
  const read = Object.entries(value).flatMap(([step, given]): [string, StepOverride][] => {
    const { memory_gb: memory, timeout_seconds: timeout } = isJsonObject(given) ? given : {};
    const override = {
      ...(typeof memory === "number" ? { memory_gb: memory } : {}),
      ...(typeof timeout === "number" ? { timeout_seconds: timeout } : {}),
    };
    return Object.keys(override).length === 0 ? [] : [[step, override]];
  });
  return read.length === 0 ? undefined : Object.fromEntries(read);
}

/** A step as it runs with these overrides. */
export function overridden<Step extends Limits>(
  step: Step,
  overrides: Overrides | undefined,
): Step {
  const given = overrides && ownValue(overrides, step.id);
  if (given === undefined) return step;
  const { memory_gb: memoryGb, timeout_seconds: timeoutSeconds } = given;
  return {
    ...step,
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...(memoryGb === undefined ? {} : { resources: { ...step.resources, memoryGb } }),
  };
}
