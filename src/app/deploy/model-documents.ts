import type { ModelComparison } from "../../model-registry/compare.ts";
import { type Promotion } from "../../model-registry/promotion.ts";
import { type ModelVersion, placeText } from "../../model-registry/registry.ts";
import type { DocumentOf } from "../documents/documents.ts";
import type { DeployedModel } from "./deployed-model.ts";
import type { ModelSession } from "./model-session.ts";
import type { ModelStanding } from "./model-standing.ts";

/** The versions of a project's model, as `--json` gives them. */
export function modelListDocument(session: ModelSession): DocumentOf<"model-list"> {
  return {
    ...subjectOf(session),
    registry: session.registry.address,
    versions: session.versions.map(versionDocument),
  };
}

/** How a project's model stands, as `--json` gives it. */
export function modelShowDocument(
  session: ModelSession,
  { answer, facts, placed, wanted }: ModelStanding,
  deployed: DeployedModel,
): DocumentOf<"model-show"> {
  const { model } = session.project;
  return {
    ...subjectOf(session),
    registry: session.registry.address,
    gate: session.environment.mlflow?.gate,
    required: model.required,
    accepts: wanted,
    version: answer.version,
    place: answer.place,
    promotion: answer.promotion,
    refusal: answer.refusal,
    uri: answer.version === undefined ? undefined : `models:/${model.name}/${answer.version}`,
    deployedUri: deployed.kind === "deployed" ? deployed.uri : undefined,
    metrics: facts?.metrics,
    parameters: facts?.parameters,
    versions: placed.map(versionDocument),
  };
}

/** Two versions beside each other, as `--json` gives them. */
export function modelCompareDocument(
  session: ModelSession,
  { before, after, metrics, parameters }: ModelComparison,
): DocumentOf<"model-compare"> {
  return {
    ...subjectOf(session),
    before: versionDocument(before),
    after: versionDocument(after),
    metrics,
    parameters,
  };
}

/**
 * A promotion, as `--json` gives it.
 *
 * @param undo the commands that undo it, in their order; none where nothing was changed
 */
export function modelPromoteDocument(
  session: ModelSession,
  { version, to, replaces, done }: Promotion,
  undo: readonly string[],
): DocumentOf<"model-promote"> {
  return {
    ...subjectOf(session),
    model: version.model,
    version: version.version,
    to: placeText(to),
    from: version.stage,
    replaced: replaces.map(versionDocument),
    changed: !done,
    undo: undo.length === 0 ? undefined : undo.join(" && "),
  };
}

/**
 * An alias that was taken away, as `--json` gives it.
 *
 * @param holder the version that had it; undefined where none had
 * @param undo the command that undoes it
 */
export function modelRemoveAliasDocument(
  session: ModelSession,
  alias: string,
  holder: ModelVersion | undefined,
  undo: string | undefined,
): DocumentOf<"model-remove-alias"> {
  const changed = holder !== undefined;
  return { ...subjectOf(session), alias, version: holder?.version, changed, undo };
}

function subjectOf({ environment, project }: ModelSession) {
  return { environment: environment.name, project: project.name, model: project.model.name };
}

export function versionDocument(
  version: ModelVersion,
): DocumentOf<"model-list">["versions"][number] {
  const { version: number, stage, aliases, status, run, description, createdAt } = version;
  return { version: number, stage, aliases, status, run, description, createdAt };
}
