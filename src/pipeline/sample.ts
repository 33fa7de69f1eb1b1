import type { Project, Step } from "../config/model.ts";
import { expression, quote } from "./jsonata.ts";

/** The prologue's variable: values of all `sample_env`, for a sample or for other runs. */
export const SAMPLE_VALUES = "sample_env";

/** Whether anything of a run is another one when it is a sample. */
export function hasSample({
  parameters,
  steps,
}: {
  readonly parameters: readonly { readonly sample?: string }[];
  readonly steps: readonly Pick<Step, "sampleEnv">[];
}): boolean {
  return (
    parameters.some(({ sample }) => sample !== undefined) ||
    steps.some(({ sampleEnv }) => sampleEnv !== undefined)
  );
}

/**
 * What the prologue assigns so that a state in either query language reads a value by its path;
 * undefined where no step has `sample_env`.
 *
 * @param asked whether the run is a sample, as JSONata
 */
export function sampleValues(project: Project, asked: string): string | undefined {
  const { steps } = project;
  if (steps.every(({ sampleEnv }) => sampleEnv === undefined)) return undefined;
  const values = (valueOf: (step: Step, name: string, sample: string) => string) =>
    Object.fromEntries(
      steps.flatMap((step) =>
        Object.entries(step.sampleEnv ?? {}).map(([name, sample]) => [
          keyOf(project, step, name),
          valueOf(step, name, sample),
        ]),
      ),
    );
  const samples = values((_step, _name, sample) => sample);
  const others = values((step, name) => otherwise(project, step, name) ?? "");
  return expression(`(${asked} ? ${quote(samples)} : ${quote(others)})`);
}

/** Where a step's task reads a variable's value. */
export function sampleValue(project: Project, step: Step, name: string): string {
  return `$${SAMPLE_VALUES}.${keyOf(project, step, name)}`;
}

/** What a variable is in runs that are no samples; undefined where nothing says it. */
export function otherwise(
  { runtime }: Pick<Project, "runtime">,
  { environmentVariables }: Step,
  name: string,
): string | undefined {
  return Object.hasOwn(environmentVariables, name)
    ? environmentVariables[name]
    : Object.hasOwn(runtime.environmentVariables, name)
      ? runtime.environmentVariables[name]
      : undefined;
}

/** A step's id may have a hyphen, which a path in JSONata takes for a minus. */
function keyOf({ steps }: Project, step: Step, name: string): string {
  return `s${steps.findIndex(({ id }) => id === step.id)}_${name}`;
}
