import { mapConcurrently } from "../core/concurrency.ts";
import { all, ok, type Result } from "../core/result.ts";
import type { PlatformError } from "../platform/port.ts";
import {
  listOf,
  type MlflowApi,
  read,
  requestsAtOnce,
  readByPost,
  wholeSearch,
} from "./mlflow-api.ts";
import { runFacts } from "./mlflow-documents.ts";
import type { RunFacts } from "./registry.ts";

/**
 * Asking for each run alone is the smaller answer up to here; beyond, they are searched together.
 */
const askedAlone = 4;
/** MLflow gives no more experiments at once. */
const experimentsAtOnce = 1000;
const runsAtOnce = 200;

/** What MLflow knows of these runs, by their ids; a run that it has no more is left out. */
export async function factsOfRuns(
  api: MlflowApi,
  runs: readonly string[],
): Promise<Result<ReadonlyMap<string, RunFacts>, PlatformError>> {
  const wanted = [...new Set(runs)];
  const searched = wanted.length <= askedAlone ? ok([]) : await searchRuns(api, wanted);
  if (!searched.ok) return searched;
  const found = new Map(searched.value.map((facts) => [facts.run, facts]));
  const rest = wanted.filter((run) => !found.has(run));
  const answers = all(
    await mapConcurrently(rest, requestsAtOnce, (run) => read(api, "runs/get", { run_id: run })),
  );
  if (!answers.ok) return answers;
  for (const [index, document] of answers.value.entries()) {
    if (document === undefined) continue;
    found.set(rest[index] ?? "", runFacts(document["run"]));
  }
  return ok(found);
}

/** Runs are searched in experiments that are named, so these are listed first. */
async function searchRuns(
  api: MlflowApi,
  runs: readonly string[],
): Promise<Result<readonly RunFacts[], PlatformError>> {
  const listed = await wholeSearch(api, "experiments/search", "experiments", {
    max_results: experimentsAtOnce,
  });
  if (!listed.ok) return listed;
  const experiments = listed.value.map(({ experiment_id: id }) => String(id));
  const found: RunFacts[] = [];
  for (let from = 0; from < runs.length; from += runsAtOnce) {
    const some = runs.slice(from, from + runsAtOnce).map((run) => `'${run}'`);
    const page = await readByPost(api, "runs/search", {
      experiment_ids: experiments,
      filter: `attributes.run_id IN (${some.join(", ")})`,
      max_results: runsAtOnce,
    });
    if (!page.ok) return page;
    found.push(...listOf(page.value?.["runs"]).map(runFacts));
  }
  return ok(found);
}
