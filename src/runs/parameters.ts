import type { Json } from "../core/json.ts";
import { readRunInput } from "./input.ts";

/** A parameter as a release declares it. */
interface Declared {
  readonly name: string;
  readonly default: string;
  /** What it is in a sample. */
  readonly sample?: string;
}

/**
 * The parameters that a run's steps had: what its input gave, else what its release has for them
 * in a sample, or in other runs.
 *
 * @param input as the run was started with it
 */
export function runParameters(
  declared: readonly Declared[],
  input: Json,
): Readonly<Record<string, string>> {
  const { params, sample: isSample } = readRunInput(input);
  const defaults = declared.map(
    ({ name, default: value, sample }) =>
      [name, isSample === true ? (sample ?? value) : value] as const,
  );
  return { ...Object.fromEntries(defaults), ...params };
}
