import type { Project, Step } from "../../config/model.ts";
import { layers } from "../../core/graph.ts";
import { ok, type Result } from "../../core/result.ts";
import type { Platform } from "../../platform/port.ts";
import type { StepTrials, TrialPlace } from "../../platform/roles/trials.ts";
import type { Release } from "../../release/release.ts";
import { failed, fromPlatform, notFound, refused, type Failure } from "../failure.ts";
import type { Host } from "../host.ts";
import { stepWords, suggestName } from "../names.ts";
import { roleOf } from "../roles.ts";
import { findRun, latestRun } from "../runs/run-reference.ts";
import { openPlatform, openWorkspace } from "../workspace.ts";
import { copyArtifacts } from "./copy-artifacts.ts";
import type { ReleaseSession } from "../deploy/planned-deploy.ts";

/** Whose artifacts a step is tried on. */
export interface TrialSource {
  /** A run's id, a part of it, or a project's name; absent: the project's last run. */
  readonly from: string | undefined;
  /** The environment of that run; absent: the one that the step is tried in. */
  readonly fromEnvironment: string | undefined;
}

export interface PreparedTrial {
  readonly trials: StepTrials;
  readonly place: TrialPlace;
  /** The run whose artifacts are there; undefined where there is none. */
  readonly source: string | undefined;
}

/** The steps that somebody means, in an order in which each comes after those it depends on. */
export function stepsToTry(
  project: Project,
  wanted: string | undefined,
): Result<readonly Step[], Failure> {
  const steps = new Map<string, Step>(project.steps.map((step) => [step.id, step]));
  if (wanted === undefined) {
    const graph = new Map<string, readonly string[]>(
      project.steps.map(({ id, dependsOn }) => [id, dependsOn]),
    );
    return ok(layers(graph).flatMap((layer) => layer.flatMap((id) => steps.get(id) ?? [])));
  }
  const step = steps.get(wanted);
  if (step !== undefined) return ok([step]);
  const message = `${project.name} has no step ${wanted}`;
  return notFound(message, suggestName(wanted, [...steps.keys()], stepWords));
}

/** The item that a step with `for_each` is tried with. */
export function itemToTry(
  step: Step,
  wanted: string | undefined,
): Result<string | undefined, Failure> {
  if (step.forEach === undefined || wanted !== undefined) return ok(wanted);
  const [first] = step.forEach.kind === "items" ? step.forEach.items : [];
  if (first !== undefined) return ok(first);
  return refused(
    `the step ${step.id} runs once an item, and its items come from another step`,
    "Say with which one: --item TEXT.",
  );
}

/** What tries steps, in an environment of this machine. */
export function trialsOf(
  session: Pick<ReleaseSession, "platform" | "environment">,
): Result<StepTrials, Failure> {
  return roleOf(session, "trials", (environment) => ({
    message: `steps are tried on this machine, and ${environment} is another place`,
    help: `Leave out -e; \`esteira dev --from RUN --from-env ${environment}\` takes the artifacts of a run there.`,
  }));
}

/**
 * Refuses an environment that isn't on this machine, before anything is asked of it: a task there
 * can't be entered, and what ran there can be tried here.
 */
export async function onThisMachine(
  host: Host,
  wanted: string | undefined,
  words: { readonly message: string; readonly command: string },
): Promise<Result<void, Failure>> {
  const opened = await openWorkspace(host, wanted);
  if (!opened.ok) return opened;
  const { name, platform } = opened.value.environment;
  if (platform === "local") return ok(undefined);
  return refused(
    words.message,
    `\`${words.command} -e local --from-env ${name}\` does it here, with this machine's ENV and secrets, on what the last run there left; nothing is written there.`,
  );
}

/**
 * Makes the scratch run, with copies of what a run left. That run, wherever it was, is only read.
 */
export async function prepareTrial(
  host: Host,
  session: Pick<ReleaseSession, "platform" | "environment">,
  release: Pick<Release, "project">,
  { from, fromEnvironment }: TrialSource,
): Promise<Result<PreparedTrial, Failure>> {
  const { project } = release;
  const role = trialsOf(session);
  if (!role.ok) return role;
  const trials = role.value;
  if (fromEnvironment === undefined || fromEnvironment === session.environment) {
    const found = await sourceRun(session.platform, project, from);
    if (!found.ok) return found;
    const { origin } = found.value ?? {};
    const begun = await trials.begin(project, origin === undefined ? "kept" : { origin });
    if (!begun.ok) return failed(fromPlatform(begun.error));
    return ok({ trials, place: begun.value, source: found.value?.run });
  }
  const opened = await openWorkspace(host, fromEnvironment);
  if (!opened.ok) return opened;
  const elsewhere = await openPlatform(host, opened.value, {});
  if (!elsewhere.ok) return elsewhere;
  try {
    const found = await sourceRun(elsewhere.value, project, from);
    if (!found.ok) return found;
    const begun = await trials.begin(project, "empty");
    if (!begun.ok) return failed(fromPlatform(begun.error));
    const { artifacts } = elsewhere.value;
    if (found.value !== undefined && artifacts !== undefined) {
      const copied = await copyArtifacts(artifacts, found.value, begun.value.artifacts);
      if (!copied.ok) return copied;
    }
    return ok({ trials, place: begun.value, source: found.value?.run });
  } finally {
    await elsewhere.value.close();
  }
}

async function sourceRun(platform: Platform, project: string, from: string | undefined) {
  if (from === undefined) return latestRun(platform, project);
  const found = await findRun(platform, from, [project]);
  if (!found.ok || found.value.project === project) return found;
  return refused(
    `${found.value.run} is a run of ${found.value.project}`,
    `Name a run of ${project}: \`esteira runs ${project}\` lists them.`,
  );
}
