import type { Result } from "../core/result.ts";
import type { PlatformError } from "../platform/port.ts";

/** A version of a registered model. */
export interface ModelVersion {
  readonly model: string;
  /** A positive whole number, as text. */
  readonly version: string;
  /** `None`, `Staging`, `Production` or `Archived`. */
  readonly stage: string;
  readonly aliases: readonly string[];
  /** `READY`, `PENDING_REGISTRATION` or `FAILED_REGISTRATION`. */
  readonly status: string;
  /** Why it isn't ready, where the registry says. */
  readonly statusMessage: string | undefined;
  /** The run that made it; undefined when none did. */
  readonly run: string | undefined;
  readonly description: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number | undefined;
  /** When its stage or its description was last changed, milliseconds since the epoch. */
  readonly changedAt: number | undefined;
}

/** What was logged of a run. */
export interface RunFacts {
  readonly run: string;
  /** The newest value of each metric. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly parameters: Readonly<Record<string, string>>;
  /** The run of Esteira that started it; absent: none is known. */
  readonly madeBy?: MadeBy;
  /** Why checks keep its models from being promoted; absent: none does. */
  readonly blocked?: readonly string[];
}

/** The run of Esteira whose step started a run of MLflow, by the tags that it has. */
export interface MadeBy {
  readonly project: string;
  readonly environment: string;
  readonly run: string;
  readonly step: string;
}

/** Where a version is put: a stage, or an alias. */
export type Place =
  | { readonly kind: "stage"; readonly stage: string }
  | { readonly kind: "alias"; readonly alias: string };

/** What the gate and the `model` commands need of a model registry. */
export interface ModelRegistry {
  /** Its address, for messages; without credentials. */
  readonly address: string;
  /**
   * Of these models the newest version of each stage and those that have an alias, the newest
   * first, in few requests for however many models. A model that doesn't exist is not among the
   * keys.
   */
  latest(
    models: readonly string[],
  ): Promise<Result<ReadonlyMap<string, readonly ModelVersion[]>, PlatformError>>;
  /** All versions of a model, the newest first; undefined when there is no such model. */
  versions(model: string): Promise<Result<readonly ModelVersion[] | undefined, PlatformError>>;
  /**
   * What was logged of these runs, in few requests for however many; one that is gone is not among
   * the keys.
   */
  runs(runs: readonly string[]): Promise<Result<ReadonlyMap<string, RunFacts>, PlatformError>>;
  /**
   * Puts a version in a place. In Production and Staging, whatever was there is archived, unless it
   * is put beside that; an alias leaves the version that had it.
   */
  put(
    model: string,
    version: string,
    place: Place,
    options?: { readonly beside?: boolean },
  ): Promise<Result<void, PlatformError>>;
  /** Takes an alias away from whatever version has it. */
  removeAlias(model: string, alias: string): Promise<Result<void, PlatformError>>;
}

/** `Production`, `@champion`. */
export function placeText(place: Place): string {
  return place.kind === "stage" ? place.stage : `@${place.alias}`;
}

/** Whether a version is there. */
export function isIn(version: ModelVersion, place: Place): boolean {
  return place.kind === "stage"
    ? version.stage === place.stage
    : version.aliases.includes(place.alias);
}

/** Whether one version at a time is there: another one takes its place. */
export function isExclusive(place: Place): boolean {
  return place.kind === "alias" || place.stage === "Production" || place.stage === "Staging";
}
