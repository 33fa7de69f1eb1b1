import type { Document } from "./answers.ts";
import type { ModelVersion, RunFacts } from "./registry.ts";

/**
 * A `RegisteredModel` of
 * https://github.com/mlflow/mlflow/blob/master/mlflow/protos/model_registry.proto.
 */
export interface ModelEntry {
  readonly name: string;
  /** The newest version of each stage, the newest first. */
  readonly latest: readonly ModelVersion[];
  /** Alias to version. */
  readonly aliases: ReadonlyMap<string, string>;
  /** An alias is on a version that isn't among the latest. */
  readonly unlisted: boolean;
}

export function modelEntry(answered: unknown): ModelEntry {
  const document = record(answered);
  const aliases = new Map(
    list(document["aliases"]).flatMap((entry) => {
      const { alias, version } = record(entry);
      return typeof alias === "string" ? [[alias, text(version) ?? ""] as const] : [];
    }),
  );
  const latest = versionsOf(list(document["latest_versions"]).map(record), aliases);
  const listed = new Set(latest.map(({ version }) => version));
  return {
    name: text(document["name"]) ?? "",
    latest,
    aliases,
    unlisted: [...aliases.values()].some((version) => !listed.has(version)),
  };
}

/**
 * `ModelVersion`s of the same protocol, the newest first; they are given without the aliases that
 * their model has.
 */
export function versionsOf(
  documents: readonly Document[],
  aliases: ModelEntry["aliases"],
): readonly ModelVersion[] {
  return documents
    .map((document): ModelVersion => {
      const version = text(document["version"]) ?? "";
      return {
        model: text(document["name"]) ?? "",
        version,
        stage: text(document["current_stage"]) ?? "None",
        aliases: [...aliases].flatMap(([alias, named]) => (named === version ? [alias] : [])),
        status: text(document["status"]) ?? "READY",
        statusMessage: text(document["status_message"]),
        run: text(document["run_id"]),
        description: text(document["description"]) ?? "",
        createdAt: number(document["creation_timestamp"]),
        changedAt: number(document["last_updated_timestamp"]),
      };
    })
    .toSorted((a, b) => Number(b.version) - Number(a.version));
}

/** A `Run` of https://github.com/mlflow/mlflow/blob/master/mlflow/protos/service.proto. */
export function runFacts(document: unknown): RunFacts {
  const run = record(document);
  const data = record(run["data"]);
  return {
    run: text(record(run["info"])["run_id"]) ?? "",
    metrics: Object.fromEntries(
      list(data["metrics"]).flatMap((entry) => {
        const { key, value } = record(entry);
        return typeof key === "string" ? [[key, metric(value)] as const] : [];
      }),
    ),
    parameters: Object.fromEntries(texts(data["params"])),
    ...esteiraTags(new Map(texts(data["tags"]))),
  };
}

/** What steps' helper has written into the tags of the runs that they start. */
function esteiraTags(tags: ReadonlyMap<string, string>): Pick<RunFacts, "madeBy" | "blocked"> {
  const named = (name: string) => tags.get(`esteira.${name}`) ?? "";
  const [project, environment, run, step] = ["project", "environment", "run", "step"].map(named);
  const blocked = [...tags].flatMap(([key, value]) =>
    key.startsWith("esteira.blocked.") ? [value] : [],
  );
  return {
    ...(project && environment && run && step
      ? { madeBy: { project, environment, run, step } }
      : {}),
    ...(blocked.length === 0 ? {} : { blocked }),
  };
}

function texts(entries: unknown): (readonly [string, string])[] {
  return list(entries).flatMap((entry) => {
    const { key, value } = record(entry);
    return typeof key === "string" && typeof value === "string" ? [[key, value] as const] : [];
  });
}

/**
 * JSON has no word for what isn't a number; MLflow writes it as text, in Python's or Protobuf's
 * spelling.
 */
function metric(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return Number.NaN;
  return /^-?inf/i.test(value) ? (value.startsWith("-") ? -Infinity : Infinity) : Number(value);
}

function record(value: unknown): Document {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Document)
    : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function text(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function number(value: unknown): number | undefined {
  const found = Number(value);
  return value === undefined || value === null || Number.isNaN(found) ? undefined : found;
}
