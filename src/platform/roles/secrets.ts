import type { SecretReference } from "../../config/runtime-model.ts";
import type { Result } from "../../core/result.ts";
import type { EdgeError } from "../../core/edge-error.ts";

/** A secret as a config names it. */
export interface SecretAddress {
  /** The project, or `_shared`. */
  readonly owner: string;
  /** Variable that a step has it in. */
  readonly variable: string;
  readonly reference: SecretReference;
}

/** Where a secret is kept. */
export interface StoredAt {
  /** A file, relative to the workspace, or the path of a parameter or secret. */
  readonly where: string;
  /** What it is called there. */
  readonly name: string;
}

export interface StoredSecret extends StoredAt {
  readonly owner: string;
  /** Milliseconds since the epoch; undefined where nobody keeps it. */
  readonly changedAt: number | undefined;
}

/** Keeps the values of an environment's secrets. None of them comes out again. */
export interface SecretStore {
  placeOf(address: SecretAddress): StoredAt;
  /** Whether steps get the variable from the process's own environment, whatever is kept. */
  isOverridden(variable: string): boolean;
  /** All that are kept in the environment, and of those in other services the ones asked for. */
  stored(wanted: readonly SecretAddress[]): Promise<Result<readonly StoredSecret[], EdgeError>>;
  /** Keeps a value in the place of the one before; says whether there was one. */
  set(address: SecretAddress, value: string): Promise<Result<"created" | "replaced", EdgeError>>;
  remove(address: SecretAddress): Promise<Result<"removed" | "absent", EdgeError>>;
}
