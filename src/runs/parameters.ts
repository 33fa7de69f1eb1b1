import type { Json } from "../core/json.ts";
import { readRunInput } from "./input.ts";

/** A parameter as a release declares it. */
interface Declared {
  readonly name: string;
  readonly default: string;
}

/**
 * The parameters that a run's steps had: what its input gave, else what its release has for them.
 *
 * @param input as the run was started with it
 */
export function runParameters(
  declared: readonly Declared[],
  input: Json,
): Readonly<Record<string, string>> {
  const defaults = declared.map(({ name, default: value }) => [name, value] as const);
  return { ...Object.fromEntries(defaults), ...readRunInput(input).params };
}
