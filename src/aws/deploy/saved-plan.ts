import { ownValue } from "../../core/own.ts";
import { fingerprintOf } from "../../core/json.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { FingerprintedRelease } from "../../release/release.ts";
import { whatMoved } from "./apply.ts";
import type { Prepared, PlanRequest } from "./prepared.ts";
import type { Session } from "./session.ts";
import type { SavedPlan } from "../../platform/roles/saved-plans.ts";

/** Undefined for a plan that isn't one of a deploy: those are made and applied in one go. */
export function savePlan(session: Session, prepared: Prepared, at: number): SavedPlan | undefined {
  const { context } = session;
  if (prepared.request.kind !== "deploy") return undefined;
  return {
    schema: 1,
    plan: prepared.plan,
    accountId: context.environment.accountId,
    region: context.environment.region,
    plannedAt: at,
    actor: context.actor,
    adopt: session.adopt,
    options: prepared.request.options,
    observed: observedHashes(prepared),
  };
}

/** Plans again what a saved plan was asked for, and refuses when anything it rests on has moved. */
export async function openSavedPlan(
  session: Session,
  saved: SavedPlan,
  releases: readonly FingerprintedRelease[],
  prepare: (request: PlanRequest) => Promise<Result<Prepared, PlatformError>>,
): Promise<Result<Prepared, PlatformError>> {
  const { environment } = session.context;
  if (
    saved.plan.environment !== environment.name ||
    saved.accountId !== environment.accountId ||
    saved.region !== environment.region
  ) {
    return err({
      reason: "refused",
      message: `the plan is for ${saved.plan.environment} in account ${saved.accountId}, ${saved.region}; this is ${environment.name} in ${environment.accountId}, ${environment.region}`,
      help: "apply it to the environment that it was made for, or plan again",
    });
  }
  const planned = new Map(saved.plan.projects.map((plan) => [plan.project, plan.fingerprint]));
  const changed = releases.filter(
    ({ release, fingerprint }) =>
      planned.has(release.project) && planned.get(release.project) !== fingerprint,
  );
  if (changed.length > 0) {
    return err({
      reason: "conflict",
      message: `the sources have changed since the plan was made: ${changed.map(({ release }) => release.project).join(", ")}`,
      help: "apply it from the commit that it was made from, or plan again",
    });
  }
  const wanted = releases.filter(({ release }) => planned.has(release.project));
  const now = await prepare({ kind: "deploy", releases: wanted, options: saved.options });
  if (!now.ok) return now;
  const moved = whatMoved(saved.plan, now.value.plan);
  if (moved !== undefined) return err(moved);
  const observed = observedHashes(now.value);
  const others = Object.keys({ ...saved.observed, ...observed }).filter(
    (project) => ownValue(saved.observed, project) !== ownValue(observed, project),
  );
  if (others.length === 0) return ok(now.value);
  return err({
    reason: "conflict",
    message: `what was observed of ${others.join(", ")} has changed since the plan was made`,
    help: `plan again with \`esteira plan -e ${environment.name}\`, and apply that`,
  });
}

function observedHashes({ projects }: Prepared): Record<string, string> {
  const hashes: Record<string, string> = {};
  for (const project of projects) {
    switch (project.kind) {
      case "deploy":
        hashes[project.plan.project] = fingerprintOf({
          state: project.input.state,
          image: project.input.image,
        });
        break;
      case "retire":
      case "remove":
        hashes[project.plan.project] = fingerprintOf(project.state);
        break;
      case "left":
      case "bucket":
        break;
    }
  }
  return hashes;
}
