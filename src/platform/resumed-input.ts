import type { Release } from "../release/release.ts";
import type { RunInput } from "../runs/model.ts";

/**
 * The input of a run that continues where another one ended, on a release that may be a later one:
 * the same artifacts and parameters, without the steps that had succeeded. What the release doesn't
 * have any more is left out.
 *
 * @param run the run that ended
 * @param done ids of the steps that had succeeded in it
 */
export function resumedInput(
  run: string,
  before: RunInput,
  done: readonly string[],
  { steps, parameters }: Release,
  actor: string,
): RunInput {
  const has = (id: string): boolean => steps.some((step) => step.id === id);
  return {
    params: Object.fromEntries(
      Object.entries(before.params).filter(([name]) =>
        parameters.some((parameter) => parameter.name === name),
      ),
    ),
    only: before.only.filter(has),
    skip: [...new Set([...before.skip, ...done])].filter(has),
    scheduled_time: before.scheduled_time,
    origin: before.origin ?? run,
    trigger: "resume",
    actor,
  };
}

/** Whether a run of `before` can continue with `now`: all of its steps are there. */
export function hasAllSteps(now: Release, before: Release): boolean {
  if (now.definition === undefined) return false;
  const ids = new Set<string>(now.steps.map(({ id }) => id));
  return before.steps.every(({ id }) => ids.has(id));
}
