import { err, ok, type Result } from "../core/result.ts";
import type { ModelDecision } from "../platform/plan.ts";
import type { PlatformError } from "../platform/port.ts";
import { whereIs } from "./gate.ts";
import {
  isExclusive,
  isIn,
  type ModelRegistry,
  type ModelVersion,
  type Place,
  placeText,
} from "./registry.ts";

/** What putting a version in a place changes. */
export interface Promotion {
  readonly version: ModelVersion;
  readonly to: Place;
  /** Versions that leave the place, the newest first: archived, or without the alias. */
  readonly replaces: readonly ModelVersion[];
  /** What is in the stage stays there. */
  readonly beside: boolean;
  /** It is there already, alone. */
  readonly done: boolean;
}

/**
 * Looks at what putting a version somewhere would change. Pure.
 *
 * @param beside what is in the stage stays there
 */
export function planPromotion(
  versions: readonly ModelVersion[],
  wanted: string,
  to: Place,
  beside = false,
): Result<Promotion, PlatformError> {
  const version = versions.find((one) => one.version === wanted);
  if (version === undefined) {
    const [newest] = versions;
    return err({
      reason: "not-found",
      message:
        newest === undefined
          ? `the model has no version ${wanted}: it has none at all`
          : `the model ${newest.model} has no version ${wanted}`,
      help:
        newest === undefined
          ? "register one"
          : `its newest is ${newest.version}; \`esteira model list\` shows all of them`,
    });
  }
  if (version.status !== "READY") {
    return err({
      reason: "refused",
      message: `version ${wanted} of the model ${version.model} is not ready (${version.status})`,
      help: "wait until its registration is done, or register it again",
    });
  }
  const replaces =
    isExclusive(to) && !beside ? versions.filter((one) => one !== version && isIn(one, to)) : [];
  return ok({ version, to, replaces, beside, done: isIn(version, to) && replaces.length === 0 });
}

/**
 * What restores the state before a promotion, in this order. A version that was replaced comes back
 * first, so that the place is never empty; the version that was promoted then goes where it was.
 *
 * @param versions all of the model, as they were before
 */
export function undoOf(
  { version, to, replaces, done }: Promotion,
  versions: readonly ModelVersion[],
): readonly Undo[] {
  if (done) return [];
  if (to.kind === "alias") {
    const [before] = replaces;
    return before === undefined
      ? [{ kind: "remove-alias", alias: to.alias }]
      : [{ kind: "put", version: before.version, to, beside: false }];
  }
  const stayed = version.stage === to.stage;
  const back = replaces.map((one, index): Undo => ({
    kind: "put",
    version: one.version,
    to,
    // The first archives the version that was promoted, and each other one is put beside it.
    beside: stayed || index > 0,
  }));
  const archivedByThat = back.length > 0 && version.stage === "Archived";
  if (stayed || archivedByThat) return back;
  const own: Place = { kind: "stage", stage: version.stage };
  const neighbours = isExclusive(own) && versions.some((one) => one !== version && isIn(one, own));
  return [...back, { kind: "put", version: version.version, to: own, beside: neighbours }];
}

/** One command that restores something. */
export type Undo =
  | {
      readonly kind: "put";
      readonly version: string;
      readonly to: Place;
      /** Beside what is in that stage then, which would be archived otherwise. */
      readonly beside: boolean;
    }
  | { readonly kind: "remove-alias"; readonly alias: string };

/** The last act of a deploy: looks again, for somebody may have been there since the plan. */
export async function promoteDecided(
  registry: ModelRegistry,
  { model, version, place, promotion }: ModelDecision,
): Promise<Result<void, PlatformError>> {
  if (version === undefined || promotion === undefined) return ok(undefined);
  const versions = await registry.versions(model);
  if (!versions.ok) return versions;
  const to: Place = { kind: "stage", stage: promotion.to };
  const found = versions.value ?? [];
  const standing = found.find((one) => isIn(one, to));
  if (standing?.version === version) return ok(undefined);
  const own = found.find((one) => one.version === version);
  const moved =
    standing?.version !== promotion.replaces
      ? `${standing === undefined ? "nothing" : `version ${standing.version}`} is in ${placeText(to)} now`
      : own === undefined || own.stage !== place
        ? `version ${version} is ${own === undefined ? "gone" : `in ${whereIs(own)} now`}`
        : undefined;
  if (moved !== undefined) {
    return err({
      reason: "conflict",
      message: `the model ${model} has moved since the plan was made: ${moved}; version ${version} was not promoted`,
      help: "everything else is deployed; deploy again to go by what is there now",
    });
  }
  return registry.put(model, version, to);
}
