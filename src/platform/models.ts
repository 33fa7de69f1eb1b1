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
  /**
   * The stage that the deploy was to promote it to; taken out once that is done. While it is here,
   * the registry may have given the place to another version.
   */
  readonly model_promotion?: string;
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
    const { model, version, promotion } = decision;
    return {
      model: version,
      model_uri: uriOf(model, version),
      ...(promotion === undefined ? {} : { model_promotion: promotion.to }),
    };
  }
  const { model, model_uri, model_promotion } = before ?? {};
  return {
    ...(model === undefined ? {} : { model }),
    ...(model_uri === undefined ? {} : { model_uri }),
    ...(model_promotion === undefined ? {} : { model_promotion }),
  };
}

/** What a deploy decided, once its model is where it was to be promoted. */
export function promotedModel(
  decided: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { model_promotion: _done, ...rest } = decided;
  return rest;
}

/** Why a deploy was made without the model gate, for the audit trail; empty where it asked it. */
export function withoutGate(model: ModelDecision | undefined): { readonly reason?: string } {
  return model?.without === undefined ? {} : { reason: `without the model gate: ${model.without}` };
}

function uriOf(model: string, version: string): string {
  return `models:/${model}/${version}`;
}

/**
 * Whether the version that the registry has is a reason to deploy: a project that was deployed
 * without one gets it, and so does one whose own promotion lost against another version. A
 * promotion by somebody else is none: until the next deploy all runs use the same version.
 */
function isWanted(decision: ModelDecision, before: DecidedModel): boolean {
  const { model, version, promotion, refusal } = decision;
  if (version === undefined) return false;
  if (promotion !== undefined) return true;
  if (refusal !== undefined || before.model_uri === uriOf(model, version)) return false;
  return before.model_uri === undefined || before.model_promotion !== undefined;
}

/**
 * The model's line in a plan. A promotion in the registry alone changes nothing that was deployed:
 * it is reported, and no change. The first version of a project that was deployed without one is a
 * change, and so is the version that a promotion of the last deploy lost against.
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
  const moved = before.model_uri !== uriOf(model, version);
  const fields = [
    ...(moved && (deploys || isWanted(decision, before))
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
    name: `${model} ${before.model ?? "none"}`,
    action: "unchanged",
    fields,
    note: `version ${version} is in ${place ?? "the registry"} now`,
  };
}

/** What a plan says where the registry has moved on and the project stays as it is. */
export function movedText(
  decision: ModelDecision,
  before: DecidedModel | undefined,
  deploys: boolean,
): string | undefined {
  const { model, version, place } = decision;
  const deployed = before?.model_uri;
  if (deploys || version === undefined || before === undefined || deployed === undefined) {
    return undefined;
  }
  if (isWanted(decision, before) || deployed === uriOf(model, version)) return undefined;
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
