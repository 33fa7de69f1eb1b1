import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release, ResourceNames } from "../../release/release.ts";
import type {
  Comparison,
  Presence,
  Removal,
  ResourceKind,
  Rights,
  Work,
} from "../resources/kind.ts";
import type { Owner } from "../sdk/ownership.ts";
import type { Listings } from "../resources/listings.ts";
import type { AwsContext } from "../sdk/context.ts";
import type { DeployInputs, Outputs } from "./desired.ts";
import type { ProjectState, StateKey } from "./state.ts";

/**
 * One resource of a project, whatever its kind: what planning and applying go through one after the
 * other.
 */
export interface Stage {
  readonly key: StateKey;
  readonly kind: string;
  readonly removal: Removal;
  readonly rights: Rights;
  /** False where what is there can't be somebody else's because it is part of another resource. */
  readonly owned: boolean;
  /** Another stage's observation holds it too; `observe` isn't needed. */
  readonly partOf?: (state: ProjectState) => ProjectState;
  name(names: ResourceNames): string;
  observe(
    context: AwsContext,
    names: readonly string[],
    listings: Listings,
  ): Promise<Result<ReadonlyMap<string, unknown>, PlatformError>>;
  /** Which names exist; undefined where it comes and goes with another resource. */
  readonly presence: ((listings: Listings) => Promise<Result<Presence, PlatformError>>) | undefined;
  /** Whether a deploy of the release leaves one behind. */
  expected(release: Release): boolean;
  ownerOf(state: ProjectState): Owner | undefined;
  /** Undefined where the release doesn't have it. */
  compare(
    inputs: DeployInputs,
    outputs: Outputs,
    state: ProjectState,
  ): Result<Compared | undefined, PlatformError>;
  ensure(
    work: Work,
    inputs: DeployInputs,
    outputs: Outputs,
    state: ProjectState,
  ): Promise<Result<ProjectState, PlatformError>>;
  /** Ends what would keep it from being removed. */
  empty(work: Work, state: ProjectState): Promise<Result<void, PlatformError>>;
  /** Nothing where nothing is. */
  remove(work: Work, state: ProjectState): Promise<Result<ProjectState, PlatformError>>;
  /** What others are made from. */
  outputs(state: ProjectState): Outputs;
}

export interface Compared {
  readonly comparison: Comparison | { readonly kind: "create" };
  /** What others will be made from, as far as it is known before the deploy. */
  readonly outputs: Outputs;
  readonly note?: string;
}

/** What makes a resource of a project out of its kind. */
interface Recipe<Key extends StateKey, Desired extends { readonly name: string }> {
  readonly key: Key;
  readonly kind: ResourceKind<Desired, NonNullable<ProjectState[Key]>>;
  readonly owned?: boolean;
  readonly partOf?: (state: ProjectState) => ProjectState;
  readonly name: (names: ResourceNames) => string;
  /** Absent: where the release has anything to run. */
  readonly expected?: (release: Release) => boolean;
  readonly desired: (
    inputs: DeployInputs,
    outputs: Outputs,
    observed: NonNullable<ProjectState[Key]> | undefined,
  ) => Result<Desired, PlatformError> | undefined;
  readonly note?: (
    desired: Desired,
    observed: NonNullable<ProjectState[Key]>,
  ) => string | undefined;
  /** @param change what will be done to it; undefined when it is as it will stay */
  readonly outputs?: (
    observed: NonNullable<ProjectState[Key]>,
    change: "update" | "replace" | undefined,
  ) => Outputs;
}

/** A resource of a project: its kind, and what of the project it is made from. */
export function stage<Key extends StateKey, Desired extends { readonly name: string }>(
  recipe: Recipe<Key, Desired>,
): Stage {
  const { key, kind } = recipe;
  type Observed = NonNullable<ProjectState[Key]>;
  const of = (state: ProjectState): Observed | undefined => state[key] as Observed | undefined;
  return {
    key,
    kind: kind.kind,
    removal: kind.removal,
    rights: kind.rights,
    owned: recipe.owned ?? true,
    ...(recipe.partOf === undefined ? {} : { partOf: recipe.partOf }),
    name: recipe.name,
    observe: (context, names, listings) => kind.observe(context, names, listings),
    presence: kind.presence?.bind(kind),
    expected: recipe.expected ?? (({ definition }) => definition !== undefined),
    ownerOf(state) {
      const observed = of(state);
      return observed === undefined ? undefined : kind.ownerOf(observed);
    },
    compare(inputs, outputs, state) {
      const observed = of(state);
      const desired = recipe.desired(inputs, outputs, observed);
      if (desired === undefined) return ok(undefined);
      if (!desired.ok) return desired;
      if (observed === undefined) return ok({ comparison: { kind: "create" }, outputs: {} });
      const comparison = kind.compare(desired.value, observed);
      // Other tags make no other version or revision.
      const change =
        comparison.kind === "same" ||
        comparison.fields.every(({ path }) => path.startsWith("tags."))
          ? undefined
          : comparison.kind;
      const note = recipe.note?.(desired.value, observed);
      return ok({
        comparison,
        outputs: recipe.outputs?.(observed, change) ?? {},
        ...(note === undefined ? {} : { note }),
      });
    },
    async ensure(work, inputs, outputs, state) {
      const observed = of(state);
      const desired = recipe.desired(inputs, outputs, observed);
      if (desired === undefined) return ok(state);
      if (!desired.ok) return desired;
      const ensured = await kind.ensure(work, desired.value, observed);
      return ensured.ok ? ok({ ...state, [key]: ensured.value }) : ensured;
    },
    async empty(work, state) {
      const observed = of(state);
      return observed === undefined || kind.empty === undefined
        ? ok(undefined)
        : kind.empty(work, observed);
    },
    async remove(work, state) {
      const observed = of(state);
      if (observed === undefined) return ok(state);
      const removed = await kind.remove(work, observed);
      if (!removed.ok) return removed;
      const { [key]: _gone, ...rest } = state;
      return ok(rest);
    },
    outputs(state) {
      const observed = of(state);
      return observed === undefined ? {} : (recipe.outputs?.(observed, undefined) ?? {});
    },
  };
}

/** From what starts things to what they run on: each is gone before what it needs. */
export function removalOrder(resources: readonly Stage[]): Stage[] {
  return resources.toSorted((a, b) => a.removal.rank - b.removal.rank);
}
