import type { FingerprintedRelease } from "../../release/release.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import { projectName } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { promotedModel, promotionText, withoutGate } from "../../platform/models.ts";
import type { Change, Plan, ProjectPlan } from "../../platform/plan.ts";
import type { ApplyOptions, ApplySummary, PlatformError } from "../../platform/port.ts";
import { guarded } from "../errors.ts";
import { audit } from "../store/audit.ts";
import { deployedNow, recordDecided, removeDeployment } from "../store/deployments.ts";
import { runningRuns } from "../store/runs.ts";
import { disableSchedule } from "../store/schedules.ts";
import type { DeployContext } from "./context.ts";
import { deployRelease } from "./deploy-release.ts";
import { interrupted, reportingSteps } from "./step-reporter.ts";
import { tidyUp } from "./tidy.ts";

type Outcome = ApplySummary["projects"][number];

/** Projects that are prepared at the same time: mostly they wait for downloads and disks. */
const atOnce = 4;

/** Makes the plan true, some projects side by side; one that fails doesn't stop the others. */
export async function applyPlan(
  context: DeployContext,
  plan: Plan,
  releases: readonly FingerprintedRelease[],
  options: ApplyOptions,
): Promise<Result<ApplySummary, PlatformError>> {
  const projects = await mapConcurrently(
    plan.projects,
    atOnce,
    async (project): Promise<Outcome> => {
      if (options.signal?.aborted === true) {
        return { project: project.project, outcome: "failed", error: interrupted(project) };
      }
      return timed(context, project, options, releases);
    },
  );
  if (projects.some(({ outcome }) => outcome === "changed")) {
    // What can't be tidied now doesn't touch what was deployed; the next deploy tries again.
    await guarded(context.layout, async () => ok(await tidyUp(context)));
  }
  return ok({ projects });
}

async function timed(
  context: DeployContext,
  plan: ProjectPlan,
  options: ApplyOptions,
  releases: readonly FingerprintedRelease[],
): Promise<Outcome> {
  const { project } = plan;
  const begun = context.clock.now();
  options.listener({ kind: "project-started", project });
  const done = await guarded(context.layout, () => applyProject(context, plan, options, releases));
  const outcome = done.ok ? done.value : "failed";
  if (!done.ok) await recordFailure(context, plan, options.actor, done.error);
  const durationMs = context.clock.now() - begun;
  options.listener({ kind: "project-finished", project, outcome, durationMs });
  return done.ok ? { project, outcome } : { project, outcome, error: done.error };
}

/**
 * A deploy that failed leaves a trace, as one that succeeded does. Where even that can't be
 * written, its own failure is what a person has to know.
 */
async function recordFailure(
  context: DeployContext,
  { project, model, fingerprint }: ProjectPlan,
  actor: string,
  { reason, message }: PlatformError,
): Promise<void> {
  const { store, environment, clock, layout } = context;
  await guarded(layout, () =>
    store.write(() => {
      audit(store, {
        at: clock.now(),
        environment,
        actor,
        action: fingerprint === undefined ? "destroy" : "deploy",
        project,
        outcome: reason === "interrupted" ? "interrupted" : "failed",
        error: message,
        ...withoutGate(model),
      });
      return ok(undefined);
    }),
  );
}

async function applyProject(
  context: DeployContext,
  plan: ProjectPlan,
  options: ApplyOptions,
  releases: readonly FingerprintedRelease[],
): Promise<Result<"changed" | "unchanged" | "held", PlatformError>> {
  if (plan.hold !== undefined) return ok("held");
  if (plan.changes.every((change) => change.action === "unchanged")) return ok("unchanged");
  if (plan.fingerprint === undefined) return applyGone(context, plan, options.actor);
  const release = releases.find(
    (one) => one.fingerprint === plan.fingerprint && one.release.project === plan.project,
  );
  if (release === undefined) {
    return err({
      reason: "invalid",
      message: `the plan for ${plan.project} leads to a release that was not handed over with it`,
      help: "Plan again and apply that plan.",
      resource: plan.project,
    });
  }
  if (plan.blocked !== undefined) return err(plan.blocked);
  const deployed = await deployRelease(context, release, options, plan.model);
  return deployed.ok ? promoteModel(context, plan, options) : deployed;
}

/**
 * The last act: a deploy that fails promotes nothing, and a promotion that fails is found due by
 * the next plan.
 */
async function promoteModel(
  context: DeployContext,
  { project, model }: ProjectPlan,
  { actor, listener, promote }: ApplyOptions,
): Promise<Result<"changed", PlatformError>> {
  if (model?.promotion === undefined) return ok("changed");
  if (promote === undefined) throw new Error(`nobody promotes the model of ${project}`);
  const step = reportingSteps(context, project, listener);
  const subject = promotionText(model);
  const promoted = await step("model", `promote ${subject}`, () => promote(model));
  if (!promoted.ok) return promoted;
  const { store, environment, clock } = context;
  return store.write(() => {
    audit(store, {
      at: clock.now(),
      environment,
      actor,
      action: "promote-model",
      project,
      subject,
    });
    const deploy = deployedNow(store, environment, projectName(project));
    if (deploy !== undefined) recordDecided(store, deploy.id, promotedModel(deploy.decided));
    return ok("changed");
  });
}

/** A project that isn't there any more, or is to be removed. */
function applyGone(
  context: DeployContext,
  plan: ProjectPlan,
  actor: string,
): Result<"changed", PlatformError> {
  const { store, environment, clock } = context;
  const { project } = plan;
  const at = clock.now();
  return store.write(() => {
    if (!removes(plan.changes)) {
      disableSchedule(store, environment, project, at);
      audit(store, { at, environment, actor, action: "disable-schedule", project });
      return ok("changed");
    }
    const going = runningRuns(store, environment, projectName(project));
    const [first] = going;
    if (first !== undefined) {
      const which = going.length === 1 ? `run ${first.run} is` : `${going.length} runs are`;
      return err({
        reason: "conflict",
        message: `${which} still going, so ${project} was not removed`,
        help: `Wait for the end, or stop it: esteira stop ${first.run}`,
        resource: project,
      });
    }
    removeDeployment(store, environment, project);
    audit(store, { at, environment, actor, action: "destroy", project });
    return ok("changed");
  });
}

function removes(changes: readonly Change[]): boolean {
  return changes.some((change) => change.kind === "release" && change.action === "remove");
}
