import { join, posix } from "node:path";

import { loadWorkspace } from "../../config/load.ts";
import type { Environment, Project, Workspace } from "../../config/model.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import { hasErrors, type Diagnostic } from "../../core/diagnostic.ts";
import { projectName, type ProjectName } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { ModelDecision, Plan } from "../../platform/plan.ts";
import { makeRelease } from "../../release/build.ts";
import { readProjectSources, sourcePlaces } from "../../release/project-sources.ts";
import type { FingerprintedRelease } from "../../release/release.ts";
import { type KnownHashes, openKnownHashes } from "../../release/source-hashes.ts";
import type { Host } from "../host.ts";
import type { Exit } from "../exit-codes.ts";
import { outsideImports } from "../outside-imports.ts";
import { definitionDiagnostics } from "./definition-check.ts";
import { failed, fromPlatform, usage, type Failure } from "../failure.ts";
import type { AwsChoices } from "../open-aws.ts";
import type { Notices } from "../notices.ts";
import {
  deployedWithoutConfig,
  missingProjects,
  selectOnDisk,
  type MissingProjects,
} from "../missing-projects.ts";
import { invalid, openPlatform, openWorkspace } from "../workspace.ts";
import type { Platform } from "../../platform/port.ts";

/** What a person may choose of a planned deploy. */
export interface PlanOptions {
  /** The environment; absent: as `openWorkspace` decides. */
  readonly env?: string;
  /** Plan the removal of projects whose folder is gone. */
  readonly prune?: boolean;
  /** Compare every field. */
  readonly refresh?: boolean;
  /** Take over resources that nobody owns. */
  readonly adopt?: boolean;
  /** Build no image. */
  readonly noBuild?: boolean;
  /** Why the model registry's refusal doesn't count this time. */
  readonly withoutModelGate?: string;
}

/**
 * Releases of the projects that were named (of all without names), and the platform that they are
 * for.
 */
export interface ReleaseSession {
  readonly platform: Platform;
  readonly environment: string;
  /** What `esteira.yaml` says about it. */
  readonly target: Environment;
  readonly releases: readonly FingerprintedRelease[];
  /** The projects that they were made from. */
  readonly projects: readonly Project[];
  /** Every project of the workspace; undefined where nobody can say. */
  readonly known: readonly ProjectName[] | undefined;
}

/** How a deploy goes about it. */
export interface DeployChoices extends AwsChoices {
  /** Read every file of the projects, also those whose size and times are the same. */
  readonly refresh?: boolean;
}

/**
 * Loads the projects, builds their releases and opens the platform. Problems of other projects than
 * those that are named don't prevent it; warnings are reported.
 */
export async function withReleases(
  host: Host,
  wanted: string | undefined,
  names: readonly string[],
  notices: Pick<Notices, "warnings">,
  work: (session: ReleaseSession) => Promise<Result<Exit, Failure>>,
  choices: DeployChoices = {},
): Promise<Result<Exit, Failure>> {
  const opened = await openWorkspace(host, wanted);
  if (!opened.ok) return opened;
  const { environment, root } = opened.value;
  const loaded = await loadWorkspace(root, environment.name, { anew: choices.refresh === true });
  const chosen = await selectOnDisk(loaded, names);
  if (!chosen.ok) return chosen;
  const { projects } = chosen.value;
  const missing = await missingProjects(loaded);
  const diagnostics = [
    ...chosen.value.diagnostics,
    ...(names.length === 0 ? missing.diagnostics : []),
    ...(await definitionDiagnostics(projects)),
    ...(await outsideImports(root, projects, loaded.projectDirectories)),
  ];
  if (hasErrors(diagnostics))
    return invalid(diagnostics, "nothing was done: correct the errors above first");
  const hashes = openKnownHashes(join(root, ".esteira", "cache"), {
    // The machine's own clock: the times of files are by it.
    now: Date.now,
    trust: choices.refresh !== true,
  });
  const built = await mapConcurrently(projects, 1, (project) =>
    buildRelease(root, project, loaded.workspace, environment, hashes),
  );
  hashes.save();
  const releases = built.flatMap((release) => (release.ok ? [release.value.release] : []));
  const problems = built.flatMap((release) =>
    release.ok ? release.value.warnings : release.error,
  );
  if (hasErrors(problems))
    return invalid(problems, "nothing was done: correct the errors above first");
  await notices.warnings([...diagnostics, ...problems]);
  const platform = await openPlatform(host, opened.value, choices);
  if (!platform.ok) return platform;
  try {
    const left =
      names.length === 0 ? await stillDeployed(platform.value, environment.name, missing) : ok([]);
    if (!left.ok) return left;
    if (left.value.length > 0)
      return invalid(left.value, "nothing was done: correct the errors above first");
    return await work({
      platform: platform.value,
      environment: environment.name,
      target: environment,
      releases,
      projects,
      known: missing.known,
    });
  } finally {
    await platform.value.close();
  }
}

export interface PlannedDeploy extends ReleaseSession {
  readonly plan: Plan;
}

/** The same, planned. */
export async function planDeploy(
  host: Host,
  options: PlanOptions,
  names: readonly string[],
  notices: Notices,
  work: (planned: PlannedDeploy) => Promise<Result<Exit, Failure>>,
): Promise<Result<Exit, Failure>> {
  const planned = async (session: ReleaseSession): Promise<Result<Exit, Failure>> => {
    const models = await modelsOf(host, session, options.withoutModelGate, notices);
    if (!models.ok) return models;
    const plan = await session.platform.plan(session.releases, {
      known: session.known,
      prune: options.prune === true,
      refresh: options.refresh === true,
      closely: names.length > 0,
      ...(Object.keys(models.value).length === 0 ? {} : { models: models.value }),
    });
    if (!plan.ok) return failed(fromPlatform(plan.error));
    return work({ ...session, plan: plan.value });
  };
  return withReleases(host, options.env, names, notices, planned, choicesOf(options));
}

/**
 * What the model registry says about the projects. Nothing of it is loaded where the environment
 * has none.
 */
export async function modelsOf(
  host: Host,
  { target, releases }: Pick<ReleaseSession, "target" | "releases">,
  reason: string | undefined,
  notices: Pick<Notices, "registry">,
): Promise<Result<Readonly<Record<string, ModelDecision>>, Failure>> {
  const without = reason?.trim();
  if (without === "") {
    return usage(
      "--without-model-gate needs the reason why",
      'Say it: `--without-model-gate "MLflow is down, INC-1234"`. It goes into the audit trail.',
    );
  }
  if (target.mlflow === undefined || target.mlflow.gate === "off") return ok({});
  const { askModels } = await import("./model-gate.ts");
  return ok(await askModels(host, target, releases, without, notices));
}

export function choicesOf({ adopt, noBuild, refresh }: PlanOptions): DeployChoices {
  return { adopt: adopt === true, build: noBuild !== true, refresh: refresh === true };
}

/** What is wrong with folders that have no config while a project of their name is deployed. */
async function stillDeployed(
  platform: Platform,
  environment: string,
  missing: MissingProjects,
): Promise<Result<readonly Diagnostic[], Failure>> {
  const deployed = new Set<string>();
  for (const directory of missing.folders.keys()) {
    const name = projectName(posix.basename(directory));
    const found = await platform.deployed(name);
    if (!found.ok) return failed(fromPlatform(found.error));
    if (found.value !== undefined) deployed.add(name);
  }
  return ok(deployedWithoutConfig(missing, deployed, environment));
}

interface BuiltRelease {
  readonly release: FingerprintedRelease;
  readonly warnings: readonly Diagnostic[];
}

/**
 * A project's release from its sources, or what is wrong with them.
 *
 * @param hashes of files that didn't change since they were read; absent: every file is read
 */
export async function buildRelease(
  root: string,
  project: Project,
  workspace: Workspace,
  environment: Environment,
  hashes?: KnownHashes,
): Promise<Result<BuiltRelease, readonly Diagnostic[]>> {
  const read = await readProjectSources(
    root,
    sourcePlaces(project),
    hashes === undefined ? {} : { hashes },
  );
  if (!read.ok) return err([read.error]);
  const { hash, packages, warnings } = read.value;
  const release = makeRelease(project, workspace, environment, hash, undefined, packages);
  return ok({ release, warnings });
}
