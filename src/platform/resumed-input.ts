import { descendants } from "../core/graph.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Release } from "../release/release.ts";
import { scheduledZone } from "../pipeline/scheduled-date.ts";
import { localDate } from "../schedule/after.ts";
import type { RunInput, StepOverride } from "../runs/model.ts";
import type { PlatformError, ResumeOptions } from "./port.ts";

/**
 * The input of a run that continues where another one ended, on a release that may be a later one:
 * the same artifacts and parameters, without the steps that had succeeded. What the release doesn't
 * have any more is left out.
 *
 * @param run the run that ended, and when it had started (milliseconds since the epoch): a run that
 *   was for no time keeps the date of that day
 * @param done ids of the steps that had succeeded in it
 * @param options.from a step that runs again all the same, with all that comes after it
 * @param options.overrides for this run alone: those of the run that ended aren't taken over
 */
export function resumedInput(
  { run, startedAt }: { readonly run: string; readonly startedAt: number },
  before: RunInput,
  done: readonly string[],
  { steps, parameters, schedule }: Release,
  { actor, from, overrides }: Pick<ResumeOptions, "actor" | "from" | "overrides">,
): RunInput {
  const has = (id: string): boolean => steps.some((step) => step.id === id);
  const graph = new Map<string, readonly string[]>(
    steps.map(({ id, dependsOn }) => [id, dependsOn]),
  );
  const again = from === undefined ? new Set<string>() : descendants(graph, from);
  const only = before.only.filter(has);
  const date =
    before.scheduled_date ??
    (before.scheduled_time === null
      ? localDate(startedAt, scheduledZone(schedule?.timezone))
      : undefined);
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
    ...(date === undefined ? {} : { scheduled_date: date }),
    origin: before.origin ?? run,
    trigger: "resume",
    actor,
    ...(before.after === undefined ? {} : { after: before.after }),
    ...(before.on === undefined ? {} : { on: before.on }),
    ...(overrides === undefined ? {} : { overrides }),
    ...cacheMode(before, from),
    ...(before.sample === true ? { sample: true } : {}),
  };
}

/** What is run again because it is at fault isn't taken from where it was left. */
function cacheMode(before: RunInput, from: string | undefined): Pick<RunInput, "cache"> {
  if (before.trigger === "backfill") return { cache: "off" };
  const { cache = from === undefined ? undefined : "refresh" } = before;
  return cache === undefined ? {} : { cache };
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

/** The flags that ask for these options, for a command that is advised; begins with a space. */
export function resumeFlags({ from, overrides = {} }: ResumeOptions): string {
  const each = (flag: string, field: keyof StepOverride): string[] =>
    Object.entries(overrides).flatMap(([step, override]) =>
      override[field] === undefined ? [] : [` ${flag} ${step}=${override[field]}`],
    );
  return [
    ...(from === undefined ? [] : [` --from ${from}`]),
    ...each("--memory", "memory_gb"),
    ...each("--timeout", "timeout_seconds"),
  ].join("");
}

/** Whether a run of `before` can continue with `now`: all of its steps are there. */
export function hasAllSteps(now: Release, before: Release): boolean {
  if (now.definition === undefined) return false;
  const ids = new Set<string>(now.steps.map(({ id }) => id));
  return before.steps.every(({ id }) => ids.has(id));
}
