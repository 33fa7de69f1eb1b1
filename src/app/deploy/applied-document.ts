import type { Plan } from "../../platform/plan.ts";
import type { ApplySummary } from "../../platform/port.ts";
import type { Garbage } from "../../platform/roles/garbage.ts";
import type { DocumentOf } from "../documents/documents.ts";

/**
 * What a deploy, a rollback or a destroy came to, as `--json` gives it.
 *
 * @param durations how long each project took, in milliseconds; absent: nothing was done
 * @param tookMs how long all of it took
 */
export function appliedDocument(
  plan: Plan,
  summary: ApplySummary,
  durations: ReadonlyMap<string, number> = new Map(),
  tookMs = 0,
): DocumentOf<"applied"> {
  return {
    environment: plan.environment,
    plan,
    projects: summary.projects.map((project) => ({
      ...project,
      durationMs: durations.get(project.project) ?? 0,
    })),
    durationMs: tookMs,
  };
}

/** What a destroy of nothing came to. */
export function nothingAppliedDocument(environment: string): DocumentOf<"applied"> {
  return { environment, plan: undefined, projects: [], durationMs: 0 };
}

/** What `bootstrap` found where nothing is to be made, as `--json` gives it. */
export function baseLayerDocument(plan: Plan): DocumentOf<"base-layer"> {
  return { environment: plan.environment, plan, changed: 0 };
}

/** What was collected of what nobody needs any more, as `--json` gives it. */
export function garbageDocument(
  environment: string,
  removed: readonly Garbage[],
): DocumentOf<"garbage"> {
  return { environment, removed };
}
