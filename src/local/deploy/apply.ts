import { existsSync } from "node:fs";
import { join } from "node:path";

import type { FingerprintedRelease, Release } from "../../release/release.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import { projectName } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { decidedModel, promotedModel, promotionText } from "../../platform/models.ts";
import type { Change, ModelDecision, Plan, ProjectPlan } from "../../platform/plan.ts";
import type { ApplyEvent, ApplyOptions, ApplySummary, PlatformError } from "../../platform/port.ts";
import { guarded } from "../errors.ts";
import { checkDefinition } from "../engine/check-definition.ts";
import { audit } from "../store/audit.ts";
import {
  deployedNow,
  recordDecided,
  recordDeploy,
  removeDeployment,
} from "../store/deployments.ts";
import { runningRuns } from "../store/runs.ts";
import { disableSchedule, putSchedule, removeSchedule } from "../store/schedules.ts";
import type { DeployContext } from "./context.ts";
import { requirementsHash } from "./environment-parts.ts";
import { takeSnapshot } from "./snapshot.ts";
import { markEnvironmentUsed, tidyUp } from "./tidy.ts";

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
        ...(model?.without === undefined
          ? {}
          : { reason: `without the model gate: ${model.without}` }),
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
  const step = stepTeller(context, project, listener);
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

/** Snapshot, environment, and last of all the row that makes the release the deployed one. */
async function deployRelease(
  context: DeployContext,
  { release, fingerprint, authored }: FingerprintedRelease,
  options: ApplyOptions,
  model: ModelDecision | undefined,
): Promise<Result<"changed", PlatformError>> {
  const { store, environment, clock, layout } = context;
  const { actor, listener, signal } = options;
  const { project } = release;
  const step = stepTeller(context, project, listener);

  const checked = checkDefinition(layout, release);
  if (!checked.ok) return checked;
  const choice = await context.choose(release);
  if (!choice.ok) return choice;
  const { executor } = choice.value;

  const snapshot = await step("snapshot", "copy the project's sources", () =>
    takeSnapshot(layout, release),
  );
  if (!snapshot.ok) return snapshot;
  for (const diagnostic of snapshot.value.warnings) {
    listener({ kind: "warning", project, diagnostic });
  }
  const { hash } = snapshot.value;
  const folder = join(layout.snapshots, hash);
  const runtime = await step("environment", environmentText(executor), () =>
    context.executors[executor].prepare(
      release,
      folder,
      (text) => listener({ kind: "output", project, text }),
      signal,
    ),
  );
  if (!runtime.ok) return runtime;
  if (signal?.aborted === true) return err(interrupted({ project }));

  for (const message of runtime.value.notes ?? []) {
    const diagnostic = { code: "deploy/environment", severity: "warning", message } as const;
    listener({ kind: "warning", project, diagnostic });
  }
  await markEnvironmentUsed(runtime.value.decided);
  const requirements = requirementsHash(release, folder);
  const before = deployedNow(store, environment, project)?.decided;
  const decided: Readonly<Record<string, string>> = {
    ...decidedModel(model, before),
    ...runtime.value.decided,
    ...(requirements === undefined ? {} : { requirements }),
    executor: runtime.value.executor,
    snapshot: hash,
  };
  const at = clock.now();
  return step("release", `release ${release.version}`, async () =>
    store.write(() => {
      const needed = [folder, decided["virtual_environment"], decided["layer"]];
      if (needed.some((path) => path !== undefined && !existsSync(path))) {
        return err(removedMeanwhile(project));
      }
      recordSchedule(context, release, at);
      recordDeploy(store, {
        environment,
        project,
        fingerprint,
        authored,
        release,
        decided,
        actor,
        at,
      });
      const details = { fingerprint, version: release.version };
      const reason =
        model?.without === undefined ? {} : { reason: `without the model gate: ${model.without}` };
      audit(store, { at, environment, actor, action: "deploy", project, details, ...reason });
      return ok("changed");
    }),
  );
}

function removedMeanwhile(project: string): PlatformError {
  return {
    reason: "conflict",
    message: `what ${project} was to be deployed from was removed from .esteira meanwhile`,
    help: "Deploy again.",
    resource: project,
  };
}

function recordSchedule(context: DeployContext, release: Release, at: number): void {
  const { store, environment } = context;
  if (release.schedule === undefined) removeSchedule(store, environment, release.project);
  else putSchedule(store, environment, release.project, release.schedule, at);
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

function environmentText(executor: string): string {
  return executor === "docker" ? "build the image" : "prepare the Python environment";
}

/** Does one step of a deploy and reports its beginning and its end. */
function stepTeller(
  context: DeployContext,
  project: string,
  listener: (event: ApplyEvent) => void,
): <T>(
  resource: string,
  text: string,
  work: () => Promise<Result<T, PlatformError>>,
) => Promise<Result<T, PlatformError>> {
  return async (resource, text, work) => {
    const begun = context.clock.now();
    listener({ kind: "step-started", project, resource, text });
    const result = await work();
    if (result.ok) {
      const durationMs = context.clock.now() - begun;
      listener({ kind: "step-finished", project, resource, text, durationMs });
    }
    return result;
  };
}

function interrupted({ project }: { readonly project: string }): PlatformError {
  return {
    reason: "interrupted",
    message: `the deploy was interrupted before ${project} was done`,
    help: "What was deployed before is unchanged; deploy again to continue.",
    resource: project,
  };
}
