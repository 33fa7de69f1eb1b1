import type { Plan } from "../../platform/plan.ts";
import { oldArtifacts } from "./old-artifacts.ts";
import type { PlannedDeploy } from "./planned-deploy.ts";
import { withCaches } from "./step-caches.ts";

/** Of more projects it isn't counted what is old: each costs some requests. */
const MOST_COUNTED = 20;

/**
 * A plan with what comes after it: what the next runs find in their caches, and which artifacts are
 * older than they have to be kept. Nothing of it is applied by a deploy.
 */
export async function withOutlook(planned: PlannedDeploy, now: number): Promise<Plan> {
  const plan = await withCaches(planned, now);
  const { platform, projects, target } = planned;
  const { artifacts } = platform;
  const { keepArtifactsDays: days } = target;
  if (days === undefined) return plan;
  const names = projects.map(({ name }) => name);
  const counted = artifacts !== undefined && names.length <= MOST_COUNTED;
  const old = counted ? await oldArtifacts(platform, names, days, now) : undefined;
  return {
    ...plan,
    retention: { days, ...(old?.ok === true ? { expiredRuns: old.value.length } : {}) },
  };
}
