import { ownValue } from "../../core/own.ts";
import { existsSync } from "node:fs";
import { join } from "node:path";

import type { ProjectName } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { diffFields } from "../../platform/diff.ts";
import { modelChange, movedText } from "../../platform/models.ts";
import {
  type Change,
  errorText,
  type FieldChange,
  type ModelDecision,
  type Plan,
  type ProjectPlan,
  type PlanOptions,
} from "../../platform/plan.ts";
import type { PlatformError } from "../../platform/port.ts";
import { heldNote } from "../../platform/schedules.ts";
import { announcements } from "../../release/announcements.ts";
import { isSameAuthored } from "../../release/authored.ts";
import type { FingerprintedRelease, Release } from "../../release/release.ts";
import { exceeding } from "../engine/capacity.ts";
import { runtimeOf } from "../engine/context.ts";
import { readSecrets, secretsOpenToOthers } from "../engine/secrets.ts";
import { allDeployed, type Deploy, deployedNow } from "../store/deployments.ts";
import { scheduleOf } from "../store/schedules.ts";
import type { ExecutorChoice } from "./choose.ts";
import type { DeployContext } from "./context.ts";
import { environmentThere } from "./environment-check.ts";
import { environmentParts, requirementsHash } from "./environment-parts.ts";
import { snapshotIntact } from "./snapshot.ts";

/** What a deploy of these releases would do. Reads only. */
export async function planReleases(
  context: DeployContext,
  releases: readonly FingerprintedRelease[],
  options: PlanOptions,
): Promise<Result<Plan, PlatformError>> {
  const projects: ProjectPlan[] = [];
  for (const release of releases) {
    const model = ownValue(options.models, release.release.project);
    const plan = await planProject(context, release, options.refresh === true, model);
    if (!plan.ok) return plan;
    projects.push(plan.value);
  }
  const known = options.known === undefined ? undefined : new Set<string>(options.known);
  for (const deploy of allDeployed(context.store, context.environment)) {
    if (known === undefined || known.has(deploy.release.project)) continue;
    const gone = options.prune === true ? removal(context, deploy) : retirement(context, deploy);
    projects.push(gone);
  }
  return ok(planOf(context, projects));
}

/** What removing these projects' deployments would do. Reads only. */
export function planRemoval(context: DeployContext, projects: readonly ProjectName[]): Plan {
  const deploys = projects.flatMap((project) => {
    const deploy = deployedNow(context.store, context.environment, project);
    return deploy === undefined ? [] : [deploy];
  });
  return planOf(
    context,
    deploys.map((deploy) => removal(context, deploy)),
  );
}

function planOf(context: DeployContext, projects: readonly ProjectPlan[]): Plan {
  return { schema: 1, environment: context.environment, platform: "local", projects };
}

async function planProject(
  context: DeployContext,
  made: FingerprintedRelease,
  refresh: boolean,
  model: ModelDecision | undefined,
): Promise<Result<ProjectPlan, PlatformError>> {
  const { release, fingerprint } = made;
  const before = deployedNow(context.store, context.environment, release.project);
  const choice = await context.choose(release);
  if (!choice.ok) return err(choice.error);
  const environment = await environmentChange(context, before, release, choice.value);
  const changes = [
    await snapshotChange(context, before, release, refresh),
    environment,
    releaseChange(before, release, fingerprint),
    ...scheduleChange(context, release),
  ];
  const warnings = [
    ...announcements(before?.release, release),
    ...(await warningsOf(context, release)),
  ];
  const plan: ProjectPlan = {
    project: release.project,
    fingerprint,
    changes,
    ...(isUpgrade(before, made) ? { cause: "esteira-changed" } : {}),
    hold: undefined,
    warnings,
  };
  if (model === undefined) return ok(plan);
  const deploys = refresh || changes.some(({ action }) => action !== "unchanged");
  const change = modelChange(model, before?.decided, deploys);
  const moved = movedText(model, before?.decided, deploys);
  const { refusal } = model;
  const blocked =
    refusal !== undefined && (deploys || (change !== undefined && change.action !== "unchanged"));
  return ok({
    ...plan,
    changes: change === undefined ? changes : [...changes, change],
    warnings: [
      ...warnings,
      ...model.warnings,
      ...(moved === undefined ? [] : [moved]),
      ...(refusal === undefined ? [] : [errorText(refusal)]),
    ],
    model,
    ...(blocked ? { blocked: refusal } : {}),
  });
}

/** Another release than the deployed one, and nobody but Esteira made it so. */
function isUpgrade(before: Deploy | undefined, now: FingerprintedRelease): boolean {
  if (before === undefined || before.fingerprint === now.fingerprint) return false;
  return isSameAuthored(before, now);
}

async function snapshotChange(
  context: DeployContext,
  before: Deploy | undefined,
  release: Release,
  refresh: boolean,
): Promise<Change> {
  const { sourceHash } = release.image;
  const name = sourceHash.slice(0, 12);
  const base = { kind: "snapshot", name, drift: false };
  const hash = before?.decided["snapshot"];
  if (before === undefined || hash === undefined) return { ...base, action: "create", fields: [] };
  const earlier = before.release.image.sourceHash;
  if (earlier !== sourceHash) {
    const fields: FieldChange[] = [{ path: "source", before: earlier, after: sourceHash }];
    return { ...base, action: "replace", fields };
  }
  const intact = refresh
    ? await snapshotIntact(context.layout, release, hash)
    : existsSync(join(context.layout.snapshots, hash));
  if (intact) return { ...base, action: "unchanged", fields: [] };
  const note = "the copy of the sources in .esteira/snapshots is missing or was changed";
  return { ...base, action: "replace", fields: [], drift: true, note };
}

/** Image or virtual environment. */
async function environmentChange(
  context: DeployContext,
  before: Deploy | undefined,
  release: Release,
  { executor, why }: ExecutorChoice,
): Promise<Change> {
  const sources = join(context.layout.root, release.image.context);
  const { note: how, installer } =
    (await context.executors[executor].foresee?.(release, sources)) ?? {};
  const note = how === undefined ? why : `${why}; ${how}`;
  const base = { kind: "environment", name: executor, drift: false, note };
  if (before === undefined) return { ...base, action: "create", fields: [] };
  const { executor: executorBefore } = runtimeOf(before);
  // Where any will do, and of deploys that didn't note it, the installer is not a difference.
  const installerBefore = before.decided["installer"];
  const installers =
    installer === undefined || installerBefore === undefined
      ? {}
      : { before: { installer: installerBefore }, after: { installer } };
  const fields = diffFields(
    {
      ...environmentParts(before.release, executorBefore, before.decided["requirements"]),
      ...installers.before,
    },
    {
      ...environmentParts(release, executor, await requirementsHash(release, sources)),
      ...installers.after,
    },
  );
  if (fields.length > 0) return { ...base, action: "update", fields };
  if (await environmentThere(context, before.decided)) {
    return { ...base, action: "unchanged", fields };
  }
  const gone = "the virtual environment or image that was deployed is gone from its place";
  return { ...base, action: "replace", fields, drift: true, note: gone };
}

function releaseChange(before: Deploy | undefined, release: Release, fingerprint: string): Change {
  const base = { kind: "release", name: `${release.project} ${release.version}`, drift: false };
  if (before === undefined) return { ...base, action: "create", fields: [] };
  if (before.fingerprint === fingerprint) return { ...base, action: "unchanged", fields: [] };
  // The schedule is a separate change; what changes in the definition comes last, as it mostly
  // follows from the rest.
  const fields = diffFields(
    { ...before.release, schedule: undefined },
    { ...release, schedule: undefined },
  ).toSorted((a, b) => Number(inDefinition(a)) - Number(inDefinition(b)));
  return { ...base, action: "update", fields };
}

function inDefinition(field: FieldChange): boolean {
  return field.path.startsWith("definition");
}

function scheduleChange(context: DeployContext, release: Release): Change[] {
  const row = scheduleOf(context.store, context.environment, release.project);
  const base = { kind: "schedule", name: release.names.schedule, drift: false };
  const spec = release.schedule;
  if (spec === undefined) {
    return row === undefined
      ? []
      : [{ ...base, action: "remove", fields: diffFields(row.spec, undefined) }];
  }
  if (row === undefined) return [{ ...base, action: "create", fields: [] }];
  const held = row.hold === undefined ? {} : { note: heldNote(row.hold) };
  const enabled = spec.enabled && row.hold === undefined;
  const fields = diffFields({ ...row.spec, enabled: row.enabled }, { ...spec, enabled });
  return [{ ...base, ...held, action: fields.length === 0 ? "unchanged" : "update", fields }];
}

/** A project whose folder is gone: its schedule is disabled, the rest stays. */
function retirement(context: DeployContext, deploy: Deploy): ProjectPlan {
  const { project, names } = deploy.release;
  const row = scheduleOf(context.store, context.environment, project);
  const disable: Change[] =
    row?.enabled === true
      ? [
          {
            kind: "schedule",
            name: names.schedule,
            action: "update",
            fields: [{ path: "enabled", before: true, after: false }],
            drift: false,
          },
        ]
      : [];
  return {
    project,
    fingerprint: undefined,
    changes: [...disable, { ...releaseOf(deploy), action: "unchanged", fields: [] }],
    hold: undefined,
    warnings: [
      `the project ${project} is deployed but has no folder any more; its schedule is disabled, and \`esteira deploy --prune\` removes it`,
    ],
  };
}

function removal(context: DeployContext, deploy: Deploy): ProjectPlan {
  const { project, names } = deploy.release;
  const schedule = scheduleOf(context.store, context.environment, project);
  const removed = { action: "remove", fields: [], drift: false } as const;
  return {
    project,
    fingerprint: undefined,
    changes: [
      ...(schedule === undefined ? [] : [{ ...removed, kind: "schedule", name: names.schedule }]),
      { ...releaseOf(deploy), ...removed, note: "runs, logs and artifacts are kept" },
    ],
    hold: undefined,
    warnings: [],
  };
}

function releaseOf(deploy: Deploy): Pick<Change, "kind" | "name" | "drift"> {
  const { project, version } = deploy.release;
  return { kind: "release", name: `${project} ${version}`, drift: false };
}

async function warningsOf(context: DeployContext, release: Release): Promise<string[]> {
  const large = release.steps.flatMap((step) => {
    const beyond = exceeding([step.resources], context.capacity);
    return beyond.length === 0
      ? []
      : [`the step ${step.id} asks for ${beyond.join(" and ")}: it will run alone on this machine`];
  });
  const secrets = readSecrets(
    context.layout,
    release.project,
    release.task.secrets,
    context.processEnvironment,
  );
  const open = await secretsOpenToOthers(context.layout, release.project, release.task.secrets);
  return [
    ...large,
    ...(secrets.missing === undefined ? [] : [secrets.missing]),
    ...open.map(({ message, help }) => `${message}: ${help}`),
  ];
}
