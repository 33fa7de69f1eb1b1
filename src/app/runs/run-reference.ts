import { nearest } from "../../config/suggest.ts";
import { projectName, type RunId, runId } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import { allPages } from "../../platform/all-pages.ts";
import type { Platform } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import { isOfWorkingCopy } from "../../release/working-copy.ts";
import type { RunSummary } from "../../runs/model.ts";
import { failed, fromPlatform, notFound, refused, type Failure } from "../failure.ts";
import { suggestion } from "../names.ts";

const pageSize = 200;
/** How far back a part of an id is looked for; a whole id is found however old it is. */
const searched = 5000;

/**
 * The run that a person means: a whole id, `latest`, the name of a project (its latest run), or a
 * beginning or end that only one id has.
 *
 * @param projects names that are projects of the workspace, so that one that never ran is
 *   distinguished from a mistyped id
 */
export async function findRun(
  platform: Platform,
  reference: string,
  projects: readonly string[],
): Promise<Result<RunSummary, Failure>> {
  if (reference === "latest") {
    const latest = await latestRun(platform, undefined);
    if (!latest.ok) return latest;
    if (latest.value !== undefined) return ok(latest.value);
    return notFound(
      `nothing has run in ${platform.environment} yet`,
      "Start something with `esteira run PROJECT`.",
    );
  }
  const exact = await platform.run(runId(reference));
  if (exact.ok) return exact;
  if (exact.error.reason !== "not-found") return failed(fromPlatform(exact.error));
  const ofProject = await latestRun(platform, reference);
  if (!ofProject.ok) return ofProject;
  if (ofProject.value !== undefined) return ok(ofProject.value);
  if (projects.includes(reference)) {
    const deployed = await platform.deployed(projectName(reference));
    if (!deployed.ok) return failed(fromPlatform(deployed.error));
    const verb = deployed.value === undefined ? "deploy" : "run";
    const typed = suggestion(platform.environment, verb, reference);
    return notFound(
      `${reference} has not run in ${platform.environment} yet`,
      verb === "deploy" ? `It isn't deployed there: \`${typed}\`.` : `Start it with \`${typed}\`.`,
    );
  }
  return searchPart(platform, reference, projects);
}

/** The newest run, of a project or of all. */
export async function latestRun(
  platform: Platform,
  project: string | undefined,
): Promise<Result<RunSummary | undefined, Failure>> {
  const filter = project === undefined ? {} : { project: projectName(project) };
  const page = await platform.runs(filter, { limit: 1 });
  return page.ok ? ok(page.value.items[0]) : failed(fromPlatform(page.error));
}

/**
 * The run whose artifacts a run of this release continues with, where it leaves steps out: the
 * newest one. What is deployed never continues with what a working copy has left.
 */
export async function runToContinue(
  platform: Platform,
  release: Pick<Release, "project" | "version">,
): Promise<Result<RunSummary | undefined, Failure>> {
  const { project } = release;
  if (isOfWorkingCopy(release)) return latestRun(platform, project);
  const deployed = (run: RunSummary): boolean => !isOfWorkingCopy(run);
  const runs = await allPages((page) => platform.runs({ project }, page), deployed, 1);
  return runs.ok ? ok(runs.value.find(deployed)) : failed(fromPlatform(runs.error));
}

async function searchPart(
  platform: Platform,
  part: string,
  projects: readonly string[],
): Promise<Result<RunSummary, Failure>> {
  const found = await idsWith(platform, part);
  if (!found.ok) return found;
  const [first, ...others] = found.value;
  if (first === undefined) {
    const meant = nearest(part, projects);
    return notFound(
      `there is no run ${part} in ${platform.environment}`,
      meant !== undefined
        ? `Did you mean ${meant}?`
        : "`esteira runs` lists them; a beginning or end of an id is enough, or a project's name for its latest run.",
    );
  }
  if (others.length === 0) {
    const run = await platform.run(first);
    return run.ok ? run : failed(fromPlatform(run.error));
  }
  const some = found.value.slice(0, 5);
  const more = found.value.length > some.length ? ", …" : "";
  return refused(
    `${part} is part of ${found.value.length} ids`,
    `Say more of the one that you mean: ${some.join(", ")}${more}`,
  );
}

async function idsWith(
  platform: Platform,
  part: string,
): Promise<Result<readonly RunId[], Failure>> {
  if (platform.runSearch !== undefined) {
    const found = await platform.runSearch.matching(part, searched);
    return found.ok ? found : failed(fromPlatform(found.error));
  }
  const matches: RunId[] = [];
  let cursor: string | undefined;
  for (let seen = 0; seen < searched;) {
    const page = await platform.runs(
      {},
      cursor === undefined ? { limit: pageSize } : { limit: pageSize, cursor },
    );
    if (!page.ok) return failed(fromPlatform(page.error));
    const { items, next } = page.value;
    const ids = items.map(({ run }) => runId(run));
    matches.push(...ids.filter((run) => run.startsWith(part) || run.endsWith(part)));
    seen += items.length;
    cursor = next;
    if (next === undefined || items.length === 0) break;
  }
  return ok(matches);
}
