import type { EdgeError } from "../core/edge-error.ts";
import type { Result } from "../core/result.ts";
import type { Change, ModelDecision } from "./plan.ts";

/** Moves a version to the stage that its decision names; done already is done. */
export type PromoteModel = (decision: ModelDecision) => Promise<Result<void, EdgeError>>;

/** The model that a deploy was made with, as `decided` keeps it. */
export interface DecidedModel {
  /** Its version. */
  readonly model?: string;
  /** What steps find in ESTEIRA_MODEL_URI: `models:/recsys/3`. */
  readonly model_uri?: string;
}

/**
 * The model that a deploy leads to. Where nothing is known of the registry the one stays that was
 * deployed: an outage takes no model away.
 *
 * @param before what the standing deploy decided
 */
export function decidedModel(
  decision: ModelDecision | undefined,
  before: Readonly<Record<string, string>> | undefined,
): DecidedModel {
  if (decision?.version !== undefined) {
    const { model, version } = decision;
    return { model: version, model_uri: `models:/${model}/${version}` };
  }
  const { model, model_uri } = before ?? {};
  return {
    ...(model === undefined ? {} : { model }),
    ...(model_uri === undefined ? {} : { model_uri }),
  };
}

/**
 * The model's line in a plan. A promotion in the registry alone changes nothing that was deployed:
 * it is reported, and no change.
 *
 * @param before what the current deploy decided; undefined where there is none, `{}` where nobody
 *   knows
 * @param deploys whether the project will be deployed for another reason, or was asked to be looked
 *   at closely
 */
export function modelChange(
  decision: ModelDecision,
  before: DecidedModel | undefined,
  deploys: boolean,
): Change | undefined {
  const { model, version, place, promotion } = decision;
  if (version === undefined) return undefined;
  const base = { kind: "model", name: `${model} ${version}`, drift: false };
  const where = place === undefined ? {} : { note: noteOf(decision, place) };
  if (before === undefined) return { ...base, ...where, action: "create", fields: [] };
  const moved =
    before.model_uri !== undefined && before.model_uri !== `models:/${model}/${version}`;
  const fields = [
    ...(moved && (deploys || promotion !== undefined)
      ? [{ path: "version", before: before.model ?? null, after: version }]
      : []),
    ...(promotion === undefined
      ? []
      : [{ path: "stage", before: place ?? null, after: promotion.to }]),
  ];
  if (fields.length > 0) return { ...base, ...where, action: "update", fields };
  if (!moved) return { ...base, ...where, action: "unchanged", fields };
  return {
    ...base,
    name: `${model} ${before.model ?? "?"}`,
    action: "unchanged",
    fields,
    note: `version ${version} is in ${place ?? "the registry"} now`,
  };
}

/** What a plan says where the registry has moved on and the project stays as it is. */
export function movedText(
  { model, version, place, promotion }: ModelDecision,
  before: DecidedModel | undefined,
  deploys: boolean,
): string | undefined {
  const deployed = before?.model_uri;
  if (deploys || promotion !== undefined || version === undefined || deployed === undefined) {
    return undefined;
  }
  if (deployed === `models:/${model}/${version}`) return undefined;
  return `version ${version} of the model ${model} is in ${place ?? "the registry"} now; steps get ${deployed} until the project is deployed again, which \`--refresh\` does without another change`;
}

/** `recsys 4 to Production, in place of 3`: for the audit trail and for people. */
export function promotionText({ model, version, promotion }: ModelDecision): string {
  const replaced = promotion?.replaces === undefined ? "" : `, in place of ${promotion.replaces}`;
  return `${model} ${version ?? "?"} to ${promotion?.to ?? "?"}${replaced}`;
}

function noteOf({ promotion }: ModelDecision, place: string): string {
  if (promotion === undefined) return `in ${place}`;
  const replaced = promotion.replaces === undefined ? "" : `, in place of ${promotion.replaces}`;
  return `in ${place}; promoted to ${promotion.to} when all is done${replaced}`;
}
