import type { ProjectName } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { appendAudit } from "../bucket/audit-trail.ts";
import { acquireLease } from "../bucket/lease.ts";
import { removeRelease } from "../bucket/releases.ts";
import { imagesOfRevisions } from "./gc-images.ts";
import { collectRules } from "./gc-rules.ts";
import { removeUnused, unusedVersions, usedRevisions } from "./gc-unused.ts";
import { isSameOwner, type Owner, ownerOf } from "../sdk/ownership.ts";
import { observeProjects } from "../deploy/observe.ts";
import { namedProject } from "../deploy/prepare-removal.ts";
import { type KeptRelease, keptReleases } from "../releases/kept.ts";
import { listingsOf } from "../resources/listings.ts";
import { activeRevisions } from "../resources/task-revisions.ts";
import type { Session } from "../deploy/session.ts";
import type { Garbage, GarbageOptions } from "../../platform/roles/garbage.ts";

/**
 * Removes the releases beyond those that are kept, and what no kept release, running execution or
 * resumable failure names. Under the environment's lease, so that no deploy is just about to name
 * what is removed.
 */
export async function collectGarbage(
  session: Session,
  projects: readonly ProjectName[],
  options: GarbageOptions,
): Promise<Result<readonly Garbage[], PlatformError>> {
  const { context, store, leaseWaitMs } = session;
  if (options.dryRun) return collectAll(session, projects, options);
  const lease = await acquireLease(store, {
    actor: options.actor,
    purpose: "gc",
    timing: context.timing,
    signal: options.signal,
    waitMs: leaseWaitMs,
  });
  if (!lease.ok) return lease;
  try {
    const removed = await collectAll(session, projects, options);
    const audited = await appendAudit(
      store,
      {
        schema: 1,
        at: context.timing.now(),
        actor: options.actor,
        action: "gc",
        ...(session.commit === undefined ? {} : { commit: session.commit }),
        summary: { remove: removed.ok ? removed.value.length : 0 },
        outcome: removed.ok ? "succeeded" : "failed",
        ...(removed.ok ? {} : { error: removed.error.message }),
      },
      context.timing,
    );
    return removed.ok && !audited.ok ? audited : removed;
  } finally {
    await lease.value.release();
  }
}

async function collectAll(
  session: Session,
  projects: readonly ProjectName[],
  options: GarbageOptions,
): Promise<Result<readonly Garbage[], PlatformError>> {
  const all: Garbage[] = [];
  for (const project of projects) {
    if (options.signal?.aborted === true) {
      return err({
        reason: "interrupted",
        message: `interrupted before ${project}`,
        help: "run it again: it continues from what exists",
      });
    }
    const removed = await collectProject(session, project, options);
    if (!removed.ok) return removed;
    all.push(...removed.value);
  }
  const rules = await collectRules(session, options.dryRun);
  return rules.ok ? ok([...all, ...rules.value]) : rules;
}

async function collectProject(
  session: Session,
  project: ProjectName,
  { keep, dryRun }: GarbageOptions,
): Promise<Result<readonly Garbage[], PlatformError>> {
  const { context, store, images } = session;
  const { names } = namedProject(session, project);
  const states = await observeProjects(context, [names], listingsOf(context, [names]));
  if (!states.ok) return states;
  const state = states.value.get(names.base) ?? {};
  const owner: Owner = {
    workspace: context.workspace,
    environment: context.environment.name,
    project,
  };
  const tags = state.stateMachine?.tags ?? state.cluster?.tags ?? {};
  if (!isSameOwner(ownerOf(tags), owner)) return ok([]);
  const named = await usedRevisions(context, state);
  if (!named.ok) return named;

  const kept = await keptReleases(session, project);
  if (!kept.ok) return kept;
  const [stay, go] = split(kept.value, keep);
  const garbage: Garbage[] = go.map(({ document }) => ({
    project,
    kind: "release",
    name: `${document.release.version} ${document.fingerprint.slice(0, 12)}`,
  }));

  const used = new Set([
    ...named.value,
    ...stay.flatMap(({ document }) => document.decided["task_definition"] ?? []),
    ...(state.taskDefinition === undefined ? [] : [state.taskDefinition.arn]),
  ]);
  const revisions = await activeRevisions(context, names.taskFamily);
  if (!revisions.ok) return revisions;
  const unusedRevisions = revisions.value.filter((revision) => !used.has(revision));
  garbage.push(
    ...unusedRevisions.map((name): Garbage => ({ project, kind: "task-definition", name })),
  );
  const versions = await unusedVersions(context, state);
  if (!versions.ok) return versions;
  garbage.push(
    ...versions.value.map((version): Garbage => ({
      project,
      kind: "launch-template-version",
      name: `${names.launchTemplate}:${version}`,
    })),
  );
  const newest = stay[0]?.document.release;
  if (images.cleanUp !== undefined && newest !== undefined) {
    const pulled = await imagesOfRevisions(context, [...used]);
    if (!pulled.ok) return pulled;
    const digests = new Set([
      ...pulled.value,
      ...stay.flatMap(({ document }) => document.decided["image"]?.split("@").at(-1) ?? []),
    ]);
    const cleaned = await images.cleanUp(newest, digests, dryRun);
    if (!cleaned.ok) return cleaned;
    garbage.push(...cleaned.value.map((name): Garbage => ({ project, kind: "image", name })));
  }
  if (dryRun) return ok(garbage);

  const removed = await removeUnused(context, state, unusedRevisions, versions.value);
  if (!removed.ok) return removed;
  // Last, so that an interrupted collection finds the same again.
  for (const { document } of go) {
    const forgotten = await removeRelease(store, project, document.fingerprint);
    if (!forgotten.ok) return forgotten;
  }
  return ok(garbage);
}

/** What is deployed stays, so does what a hold speaks of, and the newest `keep` of the rest. */
function split(
  releases: readonly KeptRelease[],
  keep: number,
): [stay: KeptRelease[], go: KeptRelease[]] {
  const pinned = releases.filter(({ current, rejected }) => current || rejected);
  const others = releases.filter((release) => !pinned.includes(release));
  return [[...pinned, ...others.slice(0, keep)], others.slice(keep)];
}
