import type { Project } from "../../config/model.ts";
import { runId } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { Platform } from "../../platform/port.ts";
import type { TestLine } from "../../platform/roles/tests.ts";
import type { StepTrials, TrialPlace, TrialRuntime } from "../../platform/roles/trials.ts";
import type { Release } from "../../release/release.ts";
import type { RunSummary } from "../../runs/model.ts";
import type { ReleaseSession } from "../deploy/planned-deploy.ts";
import { failed, fromPlatform, notFound, refused, type Failure } from "../failure.ts";
import type { Host } from "../host.ts";
import { viewRun } from "../runs/read-run.ts";
import { runInput } from "../runs/run-input.ts";
import { findRun, latestRun } from "../runs/run-reference.ts";
import { openPlatform, openWorkspace } from "../workspace.ts";
import { asItRan, type Ran } from "./as-it-ran.ts";
import { asStarted, type Started } from "./as-started.ts";
import { copyArtifacts } from "./copy-artifacts.ts";
import { trialsOf } from "./trial-session.ts";
import type { Tried } from "./tried.ts";

/** What somebody wants to try. */
export interface TrialWishes {
  /** A run's id, a part of it, or a project's name; absent: the project's last run. */
  readonly from: string | undefined;
  /** The environment of that run; absent: the one that the step is tried in. */
  readonly fromEnvironment: string | undefined;
  /** What that run ran, instead of the working copy. */
  readonly deployed: boolean;
  /** `NAME=VALUE` each. */
  readonly params: readonly string[];
  readonly signal: AbortSignal;
  /** Hears what is prepared. */
  readonly listener: (line: TestLine) => void;
}

export interface PreparedTrial {
  readonly trials: StepTrials;
  readonly place: TrialPlace;
  /** The run whose artifacts are there; undefined where there is none. */
  readonly source: string | undefined;
  /** With what the steps run; undefined: the working copy. */
  readonly runtime: TrialRuntime | undefined;
  /** Whose parameters and time the working copy has; undefined: its own. */
  readonly started: Started | undefined;
  readonly tried: Tried;
}

/**
 * Makes the scratch run, with copies of what a run left, and finds out what is to be run there.
 * That run, wherever it was, is only read.
 */
export async function prepareTrial(
  host: Host,
  session: Pick<ReleaseSession, "platform" | "environment">,
  { project, release }: { readonly project: Project; readonly release: Release },
  wishes: TrialWishes,
): Promise<Result<PreparedTrial, Failure>> {
  const role = trialsOf(session);
  if (!role.ok) return role;
  const trials = role.value;
  const filled = await fillPlace(host, session, trials, project.name, wishes);
  if (!filled.ok) return filled;
  const { place, source, ran, started } = filled.value;
  const before = ran === undefined ? started : asItRan(project, release, ran);
  const tried = triedNow({ project, release }, before, wishes.params, host.clock.now());
  if (!tried.ok) return tried;
  const runtime = ran?.runtime;
  return ok({ trials, place, source, runtime, started, tried: tried.value });
}

/**
 * The steps as they are, with the parameters that somebody gave over those of before.
 *
 * @param before what a run ran, or what it was started with; undefined: no run counts
 */
export function triedNow(
  current: { readonly project: Project; readonly release: Release },
  before: Tried | Started | undefined,
  params: readonly string[],
  now: number,
): Result<Tried, Failure> {
  const tried: Tried =
    before === undefined
      ? { ...current, params: {}, at: now }
      : "input" in before
        ? asStarted(current, before)
        : before;
  const wanted = { params, from: undefined, only: [], actor: "", origin: undefined };
  const input = runInput(tried.release, wanted);
  return input.ok ? ok({ ...tried, params: { ...tried.params, ...input.value.params } }) : input;
}

interface Filled {
  readonly place: TrialPlace;
  readonly source: string | undefined;
  readonly ran: Ran | undefined;
  readonly started: Started | undefined;
}

async function fillPlace(
  host: Host,
  session: Pick<ReleaseSession, "platform" | "environment">,
  trials: StepTrials,
  project: string,
  wishes: TrialWishes,
): Promise<Result<Filled, Failure>> {
  const { fromEnvironment } = wishes;
  if (fromEnvironment === undefined || fromEnvironment === session.environment) {
    const found = await sourceRun(session.platform, project, wishes);
    if (!found.ok) return found;
    const ran = await ranOf(session.platform, found.value, wishes);
    if (!ran.ok) return ran;
    const { origin } = found.value ?? {};
    const begun = await trials.begin(project, origin === undefined ? "kept" : { origin });
    if (!begun.ok) return failed(fromPlatform(begun.error));
    return ok({ place: begun.value, source: found.value?.run, ...ran.value });
  }
  const opened = await openWorkspace(host, fromEnvironment);
  if (!opened.ok) return opened;
  const elsewhere = await openPlatform(host, opened.value, {});
  if (!elsewhere.ok) return elsewhere;
  try {
    const found = await sourceRun(elsewhere.value, project, wishes);
    if (!found.ok) return found;
    const ran = await ranOf(elsewhere.value, found.value, wishes);
    if (!ran.ok) return ran;
    const begun = await trials.begin(project, "empty");
    if (!begun.ok) return failed(fromPlatform(begun.error));
    const { artifacts } = elsewhere.value;
    if (found.value !== undefined && artifacts !== undefined) {
      const copied = await copyArtifacts(artifacts, found.value, begun.value.artifacts);
      if (!copied.ok) return copied;
    }
    return ok({ place: begun.value, source: found.value?.run, ...ran.value });
  } finally {
    await elsewhere.value.close();
  }
}

/**
 * What the run ran, where that is wanted (an image is fetched), or what it was started with, where
 * somebody named it. Of a run that nobody named the artifacts count alone.
 */
async function ranOf(
  platform: Platform,
  run: RunSummary | undefined,
  { from, deployed, listener, signal }: TrialWishes,
): Promise<Result<Pick<Filled, "ran" | "started">, Failure>> {
  if (run === undefined || (from === undefined && !deployed)) {
    return ok({ ran: undefined, started: undefined });
  }
  const viewed = await viewRun(platform, run);
  if (!viewed.ok) return viewed;
  const { release, view } = viewed.value;
  if (!deployed) return ok({ ran: undefined, started: { run, input: view.input } });
  const id = runId(run.run);
  const fetched = await platform.runImages?.fetch(id, {
    output: (text) => listener({ stream: "system", text }),
    signal,
  });
  if (fetched?.ok === false) return failed(fromPlatform(fetched.error));
  const runtime: TrialRuntime =
    fetched === undefined ? { kind: "run", run: id } : { kind: "image", image: fetched.value };
  return ok({ ran: { run, release, input: view.input, runtime }, started: undefined });
}

async function sourceRun(
  platform: Platform,
  project: string,
  { from, deployed }: Pick<TrialWishes, "from" | "deployed">,
): Promise<Result<RunSummary | undefined, Failure>> {
  if (from === undefined) {
    const latest = await latestRun(platform, project);
    if (!latest.ok || latest.value !== undefined || !deployed) return latest;
    return notFound(
      `${project} has not run in ${platform.environment} yet, so that there is nothing to run as it ran`,
      "Leave out --deployed: then your working copy runs.",
    );
  }
  const found = await findRun(platform, from, [project]);
  if (!found.ok || found.value.project === project) return found;
  return refused(
    `${found.value.run} is a run of ${found.value.project}`,
    `Name a run of ${project}: \`esteira runs ${project}\` lists them.`,
  );
}
