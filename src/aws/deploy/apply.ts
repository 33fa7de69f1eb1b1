import { actorText } from "../../core/actor.ts";
import { canonicalJson } from "../../core/json.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { unreachable } from "../../core/unreachable.ts";
import { withoutGate } from "../../platform/models.ts";
import type { Change, Plan, ProjectPlan } from "../../platform/plan.ts";
import type { ApplyEvent, ApplyOptions, ApplySummary, PlatformError } from "../../platform/port.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import { appendAudit } from "../bucket/audit-trail.ts";
import { removeBucket } from "../bootstrap/remove-bucket.ts";
import { acquireLease, type Lease } from "../bucket/lease.ts";
import { removeProject } from "./destroy.ts";
import type { Prepared, PreparedProject, PlanRequest } from "./prepared.ts";
import { noteDeploys } from "../fleet/note-deploys.ts";
import { recordRejection } from "../releases/reject.ts";
import type { Session } from "./session.ts";
import { deployProject, retireProject } from "./deploy-project.ts";
import { stepsOf } from "./steps.ts";

type Outcome = ApplySummary["projects"][number];

/**
 * Projects that are worked on at the same time; the quotas of AWS's APIs are kept by the clients.
 */
const projectsAtOnce = 8;

/**
 * Makes what was planned so, under the environment's lease.
 *
 * @param prepare plans again: for when somebody had the lease since
 */
export async function applyPrepared(
  session: Session,
  prepared: Prepared,
  prepare: (request: PlanRequest) => Promise<Result<Prepared, PlatformError>>,
  options: ApplyOptions,
): Promise<Result<ApplySummary, PlatformError>> {
  if (prepared.projects.every((project) => !hasWork(project))) {
    return ok(await applyProjects(session, prepared, { ...options, signal: neverAborted }));
  }
  const lease = await takeLease(session, prepared, options);
  if (!lease.ok) return lease;
  try {
    let current = prepared;
    if (!lease.value.unmoved) {
      const again = await prepare(prepared.request);
      if (!again.ok) return again;
      const moved = whatMoved(prepared.plan, again.value.plan);
      if (moved !== undefined && !mayReplace(session, prepared, again.value)) return err(moved);
      if (moved !== undefined) options.replanned?.(again.value.plan);
      current = again.value;
    }
    const { lost } = lease.value;
    const signal = options.signal === undefined ? lost : AbortSignal.any([options.signal, lost]);
    const summary = await applyProjects(session, current, { ...options, signal });
    await noteDeploys(session, summary, options.actor);
    return ok(summary);
  } finally {
    // What is not given back is free a few minutes later; nothing is gained by failing for it.
    await lease.value.release();
  }
}

const neverAborted = new AbortController().signal;

/** False where nothing would be written, and nothing prevents it. */
function hasWork(prepared: PreparedProject): boolean {
  const { hold, changes, blocked } = prepared.plan;
  if (hold !== undefined) return false;
  return blocked !== undefined || changes.some(({ action }) => action !== "unchanged");
}

/** What differs between a plan and the same plan made now; undefined when nothing does. */
export function whatMoved(planned: Plan, now: Plan): PlatformError | undefined {
  const before = new Map(planned.projects.map((plan) => [plan.project, plan]));
  const after = new Map(now.projects.map((plan) => [plan.project, plan]));
  const projects = [...new Set([...before.keys(), ...after.keys()])].filter(
    (project) => canonicalJson(before.get(project)) !== canonicalJson(after.get(project)),
  );
  if (projects.length === 0) return undefined;
  return {
    reason: "conflict",
    message: `the environment ${planned.environment} has changed since the plan was made: ${projects.join(", ")}`,
    help: `plan again with \`esteira plan -e ${planned.environment}\`, and apply that`,
  };
}

/**
 * True where a plan that was made again may be applied without asking. A deploy makes the same
 * content so, also where another came first; but it removes nothing that wasn't shown. What was
 * agreed to change by change, as removals, rollbacks and adoptions are, may only have become less.
 */
function mayReplace({ adopt }: Session, planned: Prepared, now: Prepared): boolean {
  if (planned.exact === true) return false;
  const unasked = planned.request.kind === "deploy" && !adopt;
  const shown = new Set(planned.plan.projects.flatMap(changesOf));
  return now.plan.projects
    .flatMap((project) => project.changes.map((change) => ({ project, change })))
    .filter(({ change }) => (unasked ? change.action === "remove" : change.action !== "unchanged"))
    .every(({ project, change }) => shown.has(changeKey(project, change)));
}

function changesOf(project: ProjectPlan): string[] {
  return project.changes.map((change) => changeKey(project, change));
}

function changeKey({ project }: ProjectPlan, change: Change): string {
  return canonicalJson([project, change]);
}

function takeLease(
  { context, store, leaseWaitMs }: Session,
  { seen, request, plan }: Prepared,
  { actor, listener, signal }: ApplyOptions,
): Promise<Result<Lease, PlatformError>> {
  return acquireLease(store, {
    actor,
    purpose: request.kind,
    timing: context.timing,
    signal,
    waitMs: leaseWaitMs,
    ...(seen === undefined ? {} : { seen }),
    onWait: (holder) => {
      const since = new Date(holder.since).toISOString().slice(11, 16);
      listener({
        kind: "warning",
        project: plan.projects[0]?.project ?? "",
        diagnostic: {
          code: "aws/lease-held",
          severity: "warning",
          message: `${actorText(holder.actor)} changes this environment since ${since} UTC (${holder.purpose}); waiting`,
        },
      });
    },
  });
}

async function applyProjects(
  session: Session,
  prepared: Prepared,
  options: ApplyOptions & { readonly signal: AbortSignal },
): Promise<ApplySummary> {
  const bucket = prepared.projects.find(({ kind }) => kind === "bucket");
  const projects = await mapConcurrently(
    prepared.projects.filter((project) => project !== bucket),
    projectsAtOnce,
    (project) => applyProject(session, prepared.request, project, options),
  );
  if (bucket === undefined) return { projects };
  return { projects: [...projects, await applyBucketRemoval(session, bucket, projects, options)] };
}

/**
 * Last of all, and only where nothing failed: what is left of a project is in the documents in
 * the bucket.
 */
async function applyBucketRemoval(
  session: Session,
  prepared: PreparedProject,
  others: ApplySummary["projects"],
  { listener, signal }: ApplyOptions & { readonly signal: AbortSignal },
): Promise<Outcome> {
  const { timing } = session.context;
  const { project } = prepared.plan;
  const begin = timing.now();
  listener({ kind: "project-started", project });
  const removed = others.some(({ outcome }) => outcome === "failed")
    ? err<PlatformError>({
        reason: "refused",
        message: `the bucket ${session.store.location.bucket} is kept: not everything else could be removed`,
        help: "fix that and run it again",
      })
    : await removeBucket(session, stepsOf(session.context, project, signal, listener));
  const outcome = removed.ok ? "changed" : "failed";
  listener({ kind: "project-finished", project, outcome, durationMs: timing.now() - begin });
  return removed.ok ? { project, outcome } : { project, outcome, error: removed.error };
}

async function applyProject(
  session: Session,
  request: PlanRequest,
  prepared: PreparedProject,
  { actor, listener, signal, promote }: ApplyOptions & { readonly signal: AbortSignal },
): Promise<Outcome> {
  const { context } = session;
  const plan = prepared.plan;
  const { project } = plan;
  const begin = context.timing.now();
  const finish = (outcome: Outcome["outcome"], error?: PlatformError): Outcome => {
    const durationMs = context.timing.now() - begin;
    listener({ kind: "project-finished", project, outcome, durationMs });
    return error === undefined ? { project, outcome } : { project, outcome, error };
  };
  if (plan.hold !== undefined) return finish("held");
  if (!hasWork(prepared)) return finish("unchanged");

  listener({ kind: "project-started", project });
  const steps = stepsOf(context, project, signal, (event: ApplyEvent) => {
    listener(event);
  });
  const done = await work();
  const audited = await appendAudit(
    session.store,
    {
      schema: 1,
      at: context.timing.now(),
      actor,
      action: prepared.kind === "remove" ? "destroy" : request.kind,
      project,
      ...(session.commit === undefined ? {} : { commit: session.commit }),
      summary: countsOf(plan),
      outcome: done.ok
        ? "succeeded"
        : done.error.reason === "interrupted"
          ? "interrupted"
          : "failed",
      ...(done.ok ? {} : { error: done.error.message }),
      ...reasonOf(request, plan),
    },
    context.timing,
  );
  if (!done.ok) return finish("failed", done.error);
  return audited.ok ? finish("changed") : finish("failed", audited.error);

  async function work(): Promise<Result<void, PlatformError>> {
    switch (prepared.kind) {
      case "left":
        return ok(undefined);
      case "deploy": {
        if (request.kind === "rollback") {
          const rejected = await recordRejection(session, prepared.input, actor);
          if (!rejected.ok) return rejected;
        }
        const deploying = { session, actor, steps, ...(promote === undefined ? {} : { promote }) };
        return deployProject(deploying, prepared.input, prepared.plan);
      }
      case "retire":
        return retireProject(steps, prepared);
      case "remove":
        return removeProject(session, steps, prepared);
      case "bucket":
        throw new Error("the bucket is not a project");
      default:
        return unreachable(prepared);
    }
  }
}

/** Why somebody did it, where it had to be said. */
function reasonOf(request: PlanRequest, { model }: ProjectPlan): { readonly reason?: string } {
  if (request.kind === "rollback" && request.reason !== undefined) {
    return { reason: request.reason };
  }
  return withoutGate(model);
}

function countsOf({ changes }: ProjectPlan): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { action } of changes) counts[action] = (counts[action] ?? 0) + 1;
  return counts;
}
