import { all, err, ok, type Result } from "../core/result.ts";
import type { PlatformError } from "../platform/port.ts";
import { type Asked, type Document, mayPass, readAnswer } from "./answers.ts";
import { type Access, accessTo } from "./credentials.ts";
import { exchange, type HttpRequest } from "./http.ts";
import { type ModelEntry, modelEntry, runFacts, versionsOf } from "./mlflow-documents.ts";
import { isExclusive, type ModelRegistry, type ModelVersion, type RunFacts } from "./registry.ts";
import { mapConcurrently } from "../core/concurrency.ts";

/** Requests to a tracking server at the same time: it is a team's own, and small. */
const atATime = 8;

export interface MlflowOptions {
  readonly trackingUri: string;
  /** The process's environment: where MLflow's own variables stand. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly sleep: (ms: number) => Promise<void>;
  /** For one answer, in milliseconds; absent: eight seconds. */
  readonly timeoutMs?: number;
}

/** What is asked for twice is asked for three times; then the registry counts as not there. */
const pausesMs = [250, 1000];
/**
 * Asking for each model alone is the smaller answer up to here; beyond, the registry's models are
 * read page by page.
 */
const askedAlone = 4;
/** MLflow gives no more registered models at once. */
const modelsAtOnce = 1000;
/** A registry with more registered models than this many pages hold is asked model by model. */
const mostModelPages = 10;
/** A server whose pages go on after this many has no last one. */
const mostPages = 100;
const versionsAtOnce = 1000;
const runsAtOnce = 200;

/**
 * MLflow's registry and its runs, by its REST API 2.0, which 2.x and 3.x servers have
 * (https://mlflow.org/docs/latest/rest-api.html). Reads that fail in passing are tried again;
 * writes never are.
 */
export async function openMlflow(
  options: MlflowOptions,
): Promise<Result<MlflowRegistry, PlatformError>> {
  const access = await accessTo(options.trackingUri, options.variables);
  return access.ok ? ok(registryOf(access.value, options)) : access;
}

export interface MlflowRegistry extends ModelRegistry {
  readonly warnings: readonly string[];
}

function registryOf(access: Access, options: MlflowOptions): MlflowRegistry {
  const { timeoutMs = 8000, sleep } = options;
  const { address } = access;
  const asked: Asked = { address, timeoutMs, authorized: access.authorization !== undefined };

  const send = async (
    method: HttpRequest["method"],
    path: string,
    given: Readonly<Record<string, string | number | boolean | readonly string[]>>,
    { again = method === "GET" } = {},
  ): Promise<Result<Document | undefined, PlatformError>> => {
    const url = new URL(`${address}/api/2.0/mlflow/${path}`);
    const reads = method === "GET";
    if (reads)
      for (const [key, value] of Object.entries(given)) url.searchParams.set(key, String(value));
    const request: HttpRequest = {
      method,
      url,
      timeoutMs,
      headers: {
        accept: "application/json",
        "user-agent": "esteira",
        ...(access.authorization === undefined ? {} : { authorization: access.authorization }),
        ...(reads ? {} : { "content-type": "application/json" }),
      },
      ...(reads ? {} : { body: JSON.stringify(given) }),
    };
    let outcome = await exchange(request, access.connection);
    for (const pause of again ? pausesMs : []) {
      if (!mayPass(outcome)) break;
      await sleep(pause);
      outcome = await exchange(request, access.connection);
    }
    return readAnswer(outcome, asked);
  };

  /**
   * What a search gives, page by page, under a key; undefined where there are more pages than
   * `most`.
   */
  const everyPage = async (
    path: string,
    key: string,
    given: Readonly<Record<string, string | number>>,
    most = mostPages,
  ): Promise<Result<readonly Document[] | undefined, PlatformError>> => {
    const found: Document[] = [];
    let token: string | undefined;
    for (let pages = 0; pages < most; pages += 1) {
      const next = token === undefined ? {} : { page_token: token };
      const page = await send("GET", path, { ...given, ...next });
      if (!page.ok) return page;
      found.push(...listOf(page.value?.[key]));
      token = nextOf(page.value);
      if (token === undefined) return ok(found);
    }
    return ok(undefined);
  };

  const endless = (): Result<never, PlatformError> =>
    err({
      reason: "unavailable",
      message: `MLflow at ${address} gives page after page without a last one`,
      help: "look whether what stands before the server passes on `page_token`",
    });

  /** A registered model with its aliases, which searches for versions leave out. */
  const registeredModel = async (
    model: string,
  ): Promise<Result<ModelEntry | undefined, PlatformError>> => {
    const found = await send("GET", "registered-models/get", { name: model });
    if (!found.ok) return found;
    const document = found.value?.["registered_model"];
    return ok(document === undefined ? undefined : modelEntry(document as Document));
  };

  const everyVersion = async (
    entry: ModelEntry,
  ): Promise<Result<readonly ModelVersion[], PlatformError>> => {
    const name = quoted(entry.name);
    if (!name.ok) return name;
    const found = await everyPage("model-versions/search", "model_versions", {
      filter: `name=${name.value}`,
      max_results: versionsAtOnce,
    });
    if (!found.ok) return found;
    return found.value === undefined ? endless() : ok(versionsOf(found.value, entry.aliases));
  };

  /** All registered models; undefined where there are too many of them. */
  const everyModel = (): Promise<Result<readonly Document[] | undefined, PlatformError>> =>
    everyPage(
      "registered-models/search",
      "registered_models",
      { max_results: modelsAtOnce },
      mostModelPages,
    );

  /** Runs are searched in experiments that are named, so these are listed first. */
  const searchRuns = async (
    runs: readonly string[],
  ): Promise<Result<readonly RunFacts[], PlatformError>> => {
    const listed = await everyPage("experiments/search", "experiments", {
      max_results: modelsAtOnce,
    });
    if (!listed.ok) return listed;
    if (listed.value === undefined) return endless();
    const experiments = listed.value.map(({ experiment_id: id }) => String(id));
    const found: RunFacts[] = [];
    for (let from = 0; from < runs.length; from += runsAtOnce) {
      const some = runs.slice(from, from + runsAtOnce).map((run) => `'${run}'`);
      const page = await send(
        "POST",
        "runs/search",
        {
          experiment_ids: experiments,
          filter: `attributes.run_id IN (${some.join(", ")})`,
          max_results: runsAtOnce,
        },
        { again: true },
      );
      if (!page.ok) return page;
      found.push(...listOf(page.value?.["runs"]).map(runFacts));
    }
    return ok(found);
  };

  /**
   * Where an alias is on an older version, or the newest of a stage isn't ready, only all of a
   * model's versions tell.
   */
  const whole = (entry: ModelEntry): Promise<Result<readonly ModelVersion[], PlatformError>> =>
    entry.unlisted || entry.latest.some(({ status }) => status !== "READY")
      ? everyVersion(entry)
      : Promise.resolve(ok(entry.latest));

  return {
    address,
    warnings: access.warnings,

    async versions(model) {
      const entry = await registeredModel(model);
      if (!entry.ok) return entry;
      return entry.value === undefined ? ok(undefined) : everyVersion(entry.value);
    },

    async latest(models) {
      const wanted = [...new Set(models)];
      const every = wanted.length <= askedAlone ? ok(undefined) : await everyModel();
      if (!every.ok) return every;
      const listed = new Map(every.value?.map(modelEntry).map((entry) => [entry.name, entry]));
      const answers = await mapConcurrently(wanted, atATime, async (name) => {
        const entry =
          every.value === undefined ? await registeredModel(name) : ok(listed.get(name));
        if (!entry.ok) return entry;
        const versions = entry.value === undefined ? ok(undefined) : await whole(entry.value);
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
    },

    async runs(runs) {
      const wanted = [...new Set(runs)];
      const searched = wanted.length <= askedAlone ? ok([]) : await searchRuns(wanted);
      if (!searched.ok) return searched;
      const found = new Map(searched.value.map((facts) => [facts.run, facts]));
      const rest = wanted.filter((run) => !found.has(run));
      const answers = all(
        await mapConcurrently(rest, atATime, (run) => send("GET", "runs/get", { run_id: run })),
      );
      if (!answers.ok) return answers;
      for (const [index, document] of answers.value.entries()) {
        if (document === undefined) continue;
        found.set(rest[index] ?? "", runFacts(document["run"]));
      }
      return ok(found);
    },

    async put(model, version, place) {
      const done =
        place.kind === "stage"
          ? await send("POST", "model-versions/transition-stage", {
              name: model,
              version,
              stage: place.stage,
              archive_existing_versions: isExclusive(place),
            })
          : await send("POST", "registered-models/alias", {
              name: model,
              alias: place.alias,
              version,
            });
      if (!done.ok) return done;
      return done.value === undefined
        ? err({
            reason: "not-found",
            message: `MLflow at ${address} has no version ${version} of the model ${model}`,
            help: "`esteira model list` shows what there is",
          })
        : ok(undefined);
    },
  };
}

function listOf(value: unknown): Document[] {
  return Array.isArray(value) ? (value as Document[]) : [];
}

function nextOf(document: Document | undefined): string | undefined {
  const token = document?.["next_page_token"];
  return typeof token === "string" && token !== "" ? token : undefined;
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
