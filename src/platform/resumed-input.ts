import { descendants } from "../core/graph.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Release } from "../release/release.ts";
import type { RunInput } from "../runs/model.ts";
import type { PlatformError } from "./port.ts";

/**
 * The input of a run that continues where another one ended, on a release that may be a later one:
 * the same artifacts and parameters, without the steps that had succeeded. What the release doesn't
 * have any more is left out.
 *
 * @param run the run that ended
 * @param done ids of the steps that had succeeded in it
 * @param from a step that runs again all the same, with all that comes after it
 */
export function resumedInput(
  run: string,
  before: RunInput,
  done: readonly string[],
  { steps, parameters }: Release,
  actor: string,
  from?: string,
): RunInput {
  const has = (id: string): boolean => steps.some((step) => step.id === id);
  const graph = new Map<string, readonly string[]>(
    steps.map(({ id, dependsOn }) => [id, dependsOn]),
  );
  const again = from === undefined ? new Set<string>() : descendants(graph, from);
  const only = before.only.filter(has);
  return {
    params: Object.fromEntries(
      Object.entries(before.params).filter(([name]) =>
        parameters.some((parameter) => parameter.name === name),
      ),
    ),
    // A run that was asked for a few steps only runs these again too.
    only: only.length === 0 ? only : [...new Set([...only, ...again])],
    skip: [...new Set([...before.skip, ...done])].filter((id) => has(id) && !again.has(id)),
    scheduled_time: before.scheduled_time,
    origin: before.origin ?? run,
    trigger: "resume",
    actor,
  };
}

/** A step to resume from has to be one of those that will run. */
export function knownStep(
  { project, steps }: Release,
  from: string | undefined,
): Result<void, PlatformError> {
  if (from === undefined || steps.some(({ id }) => id === from)) return ok(undefined);
  return err({
    reason: "not-found",
    message: `${project} has no step ${from}`,
    help: `Its steps are ${steps.map(({ id }) => id).join(", ")}.`,
    resource: project,
  });
}

/** Whether a run of `before` can continue with `now`: all of its steps are there. */
export function hasAllSteps(now: Release, before: Release): boolean {
  if (now.definition === undefined) return false;
  const ids = new Set<string>(now.steps.map(({ id }) => id));
  return before.steps.every(({ id }) => ids.has(id));
}
