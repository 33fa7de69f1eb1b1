import { ok, type Result } from "../core/result.ts";
import type { PlatformError } from "../platform/port.ts";
import { accessTo } from "./credentials.ts";
import type { MlflowApi } from "./mlflow-api.ts";
import { latestVersions, putVersion, removeAlias, versionsOfModel } from "./mlflow-models.ts";
import { factsOfRuns } from "./mlflow-runs.ts";
import type { ModelRegistry } from "./registry.ts";

export interface MlflowOptions {
  readonly trackingUri: string;
  /** The process's environment: where MLflow's own variables are. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly sleep: (ms: number) => Promise<void>;
  /** For one answer, in milliseconds; absent: eight seconds. */
  readonly timeoutMs?: number;
}

export interface MlflowRegistry extends ModelRegistry {
  readonly warnings: readonly string[];
}

/**
 * MLflow's registry and its runs, by its REST API 2.0, which 2.x and 3.x servers have
 * (https://mlflow.org/docs/latest/rest-api.html). Reads that fail in passing are tried again;
 * writes never are.
 */
export async function openMlflow(
  options: MlflowOptions,
): Promise<Result<MlflowRegistry, PlatformError>> {
  const { trackingUri, variables, sleep, timeoutMs = 8000 } = options;
  const access = await accessTo(trackingUri, variables);
  return access.ok ? ok(registryOf({ access: access.value, sleep, timeoutMs })) : access;
}

function registryOf(api: MlflowApi): MlflowRegistry {
  return {
    address: api.access.address,
    warnings: api.access.warnings,
    versions: (model) => versionsOfModel(api, model),
    latest: (models) => latestVersions(api, models),
    runs: (runs) => factsOfRuns(api, runs),
    put: (model, version, place, { beside = false } = {}) =>
      putVersion(api, model, version, place, beside),
    removeAlias: (model, alias) => removeAlias(api, model, alias),
  };
}
