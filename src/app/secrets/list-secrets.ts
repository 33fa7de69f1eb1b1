import { ok, type Result } from "../../core/result.ts";
import { areShared } from "../../config/shared-secrets.ts";
import type { SecretStore, StoredAt } from "../../platform/roles/secrets.ts";
import type { DocumentOf } from "../documents/documents.ts";
import { failed, fromPlatform, type Failure } from "../failure.ts";
import type { NamedSecret } from "./named-secret.ts";

/** A secret of an environment, without its value. */
export interface SecretRow extends StoredAt {
  /** Variable of the steps; undefined: no config names the secret. */
  readonly variable: string | undefined;
  /** Whose steps get it. */
  readonly projects: readonly string[];
  readonly shared: boolean;
  readonly state: SecretState;
  /** Milliseconds since the epoch; undefined where it isn't kept, or nobody knows. */
  readonly changedAt: number | undefined;
}

/**
 * `environment`: on this machine a variable of the process's environment goes before what is kept;
 * `unused`: kept, and named by no config.
 */
export type SecretState = "set" | "environment" | "missing" | "unused";

/** All secrets that configs name, and those that are kept without being named. */
export async function listSecrets(
  store: SecretStore,
  named: readonly NamedSecret[],
): Promise<Result<readonly SecretRow[], Failure>> {
  const stored = await store.stored(named);
  if (!stored.ok) return failed(fromPlatform(stored.error));
  const left = new Map(stored.value.map((one) => [keyOf(one), one]));
  const used = new Set<string>();
  const rows = named.map((secret): SecretRow => {
    const { variable, projects, owner } = secret;
    const place = store.placeOf(secret);
    const found = left.get(keyOf(place));
    used.add(keyOf(place));
    const state = store.isOverridden(variable)
      ? "environment"
      : found === undefined
        ? "missing"
        : "set";
    const shared = areShared(owner);
    return { ...place, variable, projects, shared, state, changedAt: found?.changedAt };
  });
  const unused = stored.value.flatMap((one): SecretRow[] => {
    if (used.has(keyOf(one))) return [];
    const { where, name, owner, changedAt } = one;
    const shared = areShared(owner);
    const projects = shared ? [] : [owner];
    return [{ where, name, variable: undefined, projects, shared, state: "unused", changedAt }];
  });
  return ok([...rows, ...unused]);
}

function keyOf({ where, name }: StoredAt): string {
  return `${where}\0${name}`;
}

/** The list as `--json` gives it. */
export function secretsDocument(
  environment: string,
  secrets: readonly SecretRow[],
): DocumentOf<"secrets"> {
  return { environment, secrets };
}

/** A secret that was set or removed, as `--json` gives it. */
export function secretDocument(
  environment: string,
  secret: NamedSecret,
  place: StoredAt,
  outcome: "created" | "replaced" | "removed" | "absent",
): DocumentOf<"secret"> {
  const { variable, projects, owner } = secret;
  return { environment, variable, projects, shared: areShared(owner), ...place, outcome };
}
