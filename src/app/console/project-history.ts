import { mapConcurrently } from "../../core/concurrency.ts";
import { projectName } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import { diffFields } from "../../platform/diff.ts";
import type { Platform, RunFilter } from "../../platform/port.ts";
import type { RunSummary, RunView } from "../../runs/model.ts";
import type { ConsoleDocumentOf } from "../documents/console.ts";
import { releasesDocument } from "../deploy/releases-document.ts";
import { failed, fromPlatform, notFound, type Failure } from "../failure.ts";
import { suggestion } from "../names.ts";
import type { PlatformSession } from "../workspace.ts";
import { briefRun } from "./brief-run.ts";
import type { ConsoleContext } from "./context.ts";
import { shownRelease } from "./project.ts";
import { viewOf } from "./run-view.ts";

/** A page of runs, of an environment or of one project, the newest first. */
export async function listRuns(
  { platform, environment }: PlatformSession,
  filter: RunFilter,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Result<ConsoleDocumentOf<"runs">, Failure>> {
  const { cursor, limit } = page;
  const found = await platform.runs(filter, {
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
  if (!found.ok) return failed(fromPlatform(found.error));
  return ok({ environment, runs: found.value.items, next: found.value.next });
}

/** Runs whose durations a chart shows. */
const chartedRuns = 60;

/** How long each step took in the last runs of a project. */
export async function readDurations(
  { platform, environment }: PlatformSession,
  project: string,
): Promise<Result<ConsoleDocumentOf<"durations">, Failure>> {
  const found = await platform.runs({ project: projectName(project) }, { limit: chartedRuns });
  if (!found.ok) return failed(fromPlatform(found.error));
  const runs = found.value.items.filter(({ skipped }) => !skipped).toReversed();
  const all = await mapConcurrently(runs, 8, (run) => durationsIn(platform, run));
  const steps = new Set(all.flatMap(({ order }) => order));
  const charted = runs.map((run, index) => ({
    run: briefRun(run),
    steps: all[index]?.steps ?? {},
  }));
  return ok({ environment, project, steps: [...steps], runs: charted });
}

interface Durations {
  /** The run's steps, in the order of its release. */
  readonly order: readonly string[];
  /** Milliseconds by step. */
  readonly steps: Readonly<Record<string, number>>;
}

/** Of runs that have ended, by platform and run: their histories are read once. */
const kept = new WeakMap<object, Map<string, Durations & { readonly mark: string }>>();
const mostKept = 20_000;

async function durationsIn(platform: Platform, run: RunSummary): Promise<Durations> {
  const known = kept.get(platform) ?? new Map<string, Durations & { readonly mark: string }>();
  kept.set(platform, known);
  // One that had ended and was resumed as itself has another end.
  const mark = `${run.status} ${run.endedAt}`;
  const before = known.get(run.run);
  if (before?.mark === mark) return before;
  const view = await viewOf(platform, run);
  if (!view.ok) return { order: [], steps: {} };
  const order = view.value.steps.map(({ id }) => id);
  const found = { order, steps: durationsOf(view.value), mark };
  if (run.endedAt !== undefined) {
    if (known.size >= mostKept) known.clear();
    known.set(run.run, found);
  }
  return found;
}

/** Milliseconds by step, of those that have ended. */
export function durationsOf({ steps }: RunView): Readonly<Record<string, number>> {
  return Object.fromEntries(
    steps.flatMap(({ id, startedAt, endedAt }) =>
      startedAt === undefined || endedAt === undefined ? [] : [[id, endedAt - startedAt]],
    ),
  );
}

/** Releases of a project, as `esteira releases` gives them. */
export async function listReleases(
  { platform, environment }: PlatformSession,
  project: string,
): Promise<Result<ConsoleDocumentOf<"releases">, Failure>> {
  const found = await platform.releases(projectName(project));
  if (!found.ok) return failed(fromPlatform(found.error));
  return ok(releasesDocument(environment, project, found.value));
}

/**
 * What differs between two releases, field by field. @param from and `to`: beginnings of
 * fingerprints, or versions
 */
export async function compareReleases(
  { platform, environment }: PlatformSession,
  project: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<Result<ConsoleDocumentOf<"compare-releases">, Failure>> {
  const found = await platform.releases(projectName(project));
  if (!found.ok) return failed(fromPlatform(found.error));
  const listed = releasesDocument(environment, project, found.value).releases;
  const placeOf = (wanted: string): number =>
    listed.findIndex(
      ({ fingerprint, version }) => fingerprint.startsWith(wanted) || version === wanted,
    );
  for (const wanted of [from, to]) {
    if (wanted === "" || placeOf(wanted) === -1) {
      return notFound(
        `${project} has no release ${wanted} in ${environment}`,
        `\`${suggestion(environment, "releases", project)}\` lists them.`,
      );
    }
  }
  const [before, after] = [placeOf(from), placeOf(to)];
  const [one, other] = [found.value[before], found.value[after]];
  const [fromRow, toRow] = [listed[before], listed[after]];
  if (!one || !other || !fromRow || !toRow) throw new Error("a release was listed and is gone");
  const fields = diffFields(
    shownRelease(one.document.release),
    shownRelease(other.document.release),
  );
  return ok({ environment, project, from: fromRow, to: toRow, fields });
}

/** What a deployed release made, each resource with how it differs from it now. */
export async function readResources(
  { host, observations }: ConsoleContext,
  { platform, environment }: PlatformSession,
  project: string,
): Promise<Result<ConsoleDocumentOf<"resources">, Failure>> {
  const observedAt = host.clock.now();
  const deployed = await platform.deployed(projectName(project));
  if (!deployed.ok) return failed(fromPlatform(deployed.error));
  if (deployed.value === undefined) {
    return ok({ environment, project, observedAt, release: undefined, resources: [] });
  }
  const { fingerprint } = deployed.value;
  const plan = await platform.plan([deployed.value], {
    known: undefined,
    prune: false,
    refresh: true,
    closely: true,
  });
  if (!plan.ok) return failed(fromPlatform(plan.error));
  const resources = plan.value.projects.find((one) => one.project === project)?.changes ?? [];
  const drifted = resources.filter(({ action }) => action !== "unchanged").length;
  observations.note(environment, project, { drift: { resources: drifted, observedAt } });
  return ok({ environment, project, observedAt, release: fingerprint, resources });
}
