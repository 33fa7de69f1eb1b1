import { mapConcurrently } from "../core/concurrency.ts";
import { all, err, ok, type Result } from "../core/result.ts";
import type { PlatformError } from "../platform/port.ts";
import { type Document, unavailable } from "./answers.ts";
import {
  everyPage,
  type MlflowApi,
  read,
  requestsAtOnce,
  wholeSearch,
  write,
  writeByDelete,
} from "./mlflow-api.ts";
import { type ModelEntry, modelEntry, versionsOf } from "./mlflow-documents.ts";
import { isExclusive, type ModelVersion, type Place } from "./registry.ts";

/**
 * Asking for each model alone is the smaller answer up to here; beyond, the registry's models are
 * read page by page.
 */
const askedAlone = 4;
/** MLflow gives no more registered models at once. */
const modelsAtOnce = 1000;
/** A registry with more registered models than this many pages hold is asked model by model. */
const mostModelPages = 10;
const versionsAtOnce = 1000;

/** All versions of a model; undefined when there is no such model. */
export async function versionsOfModel(
  api: MlflowApi,
  model: string,
): Promise<Result<readonly ModelVersion[] | undefined, PlatformError>> {
  const entry = await registeredModel(api, model);
  if (!entry.ok) return entry;
  return entry.value === undefined ? ok(undefined) : everyVersion(api, entry.value);
}

/**
 * Of each model that there is the versions that are somewhere: with an alias, or the newest of a
 * stage.
 */
export async function latestVersions(
  api: MlflowApi,
  models: readonly string[],
): Promise<Result<ReadonlyMap<string, readonly ModelVersion[]>, PlatformError>> {
  const wanted = [...new Set(models)];
  const every = wanted.length <= askedAlone ? ok(undefined) : await everyModel(api);
  if (!every.ok) return every;
  const listed = new Map(every.value?.map(modelEntry).map((entry) => [entry.name, entry]));
  const answers = await mapConcurrently(wanted, requestsAtOnce, async (name) => {
    const entry =
      every.value === undefined ? await registeredModel(api, name) : ok(listed.get(name));
    if (!entry.ok) return entry;
    const versions = entry.value === undefined ? ok(undefined) : await placed(api, entry.value);
    return versions.ok ? ok([name, versions.value] as const) : versions;
  });
  const found = all(answers);
  if (!found.ok) return found;
  return ok(
    new Map(
      found.value.flatMap(([name, versions]) =>
        versions === undefined ? [] : [[name, versions] as const],
      ),
    ),
  );
}

/**
 * Puts a version of a model at a stage or under an alias.
 *
 * @param beside archive nothing that is in the stage
 */
export async function putVersion(
  api: MlflowApi,
  model: string,
  version: string,
  place: Place,
  beside: boolean,
): Promise<Result<undefined, PlatformError>> {
  const done =
    place.kind === "stage"
      ? await write(api, "model-versions/transition-stage", {
          name: model,
          version,
          stage: place.stage,
          archive_existing_versions: isExclusive(place) && !beside,
        })
      : await write(api, "registered-models/alias", { name: model, alias: place.alias, version });
  if (!done.ok) return done;
  return done.value === undefined
    ? err({
        reason: "not-found",
        message: `MLflow at ${api.access.address} has no version ${version} of the model ${model}`,
        help: "`esteira model list` shows what there is",
      })
    : ok(undefined);
}

/** Takes an alias away; one that nobody has is none already. */
export async function removeAlias(
  api: MlflowApi,
  model: string,
  alias: string,
): Promise<Result<undefined, PlatformError>> {
  const done = await writeByDelete(api, "registered-models/alias", { name: model, alias });
  return done.ok ? ok(undefined) : done;
}

/** A registered model with its aliases, which searches for versions leave out. */
async function registeredModel(
  api: MlflowApi,
  model: string,
): Promise<Result<ModelEntry | undefined, PlatformError>> {
  const found = await read(api, "registered-models/get", { name: model });
  if (!found.ok) return found;
  const document = found.value?.["registered_model"];
  if (document === undefined) return ok(undefined);
  if (typeof document === "object" && document !== null) return ok(modelEntry(document));
  return err(
    unavailable(
      `MLflow at ${api.access.address} answers to a question for the model ${model} without one`,
      "look whether the server is well, and that `mlflow.tracking_uri` in esteira.yaml is its address",
    ),
  );
}

/** All registered models; undefined where there are too many of them. */
function everyModel(
  api: MlflowApi,
): Promise<Result<readonly Document[] | undefined, PlatformError>> {
  const path = "registered-models/search";
  return everyPage(api, path, "registered_models", { max_results: modelsAtOnce }, mostModelPages);
}

/**
 * Where an alias is on an older version, or the newest of a stage isn't ready, only all of a
 * model's versions say.
 */
function placed(
  api: MlflowApi,
  entry: ModelEntry,
): Promise<Result<readonly ModelVersion[], PlatformError>> {
  return entry.unlisted || entry.latest.some(({ status }) => status !== "READY")
    ? everyVersion(api, entry)
    : Promise.resolve(ok(entry.latest));
}

async function everyVersion(
  api: MlflowApi,
  entry: ModelEntry,
): Promise<Result<readonly ModelVersion[], PlatformError>> {
  const name = quoted(entry.name);
  if (!name.ok) return name;
  const found = await wholeSearch(api, "model-versions/search", "model_versions", {
    filter: `name=${name.value}`,
    max_results: versionsAtOnce,
  });
  return found.ok ? ok(versionsOf(found.value, entry.aliases)) : found;
}

/** A name as a text in MLflow's filters, which know no escape. */
function quoted(name: string): Result<string, PlatformError> {
  if (!name.includes("'")) return ok(`'${name}'`);
  if (!name.includes('"')) return ok(`"${name}"`);
  return err({
    reason: "invalid",
    message: `MLflow can't be asked for a model of the name ${name}`,
    help: "give it a name without quotes",
  });
}
