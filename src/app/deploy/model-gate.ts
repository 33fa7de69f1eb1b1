import { setTimeout as sleep } from "node:timers/promises";

import type { Environment } from "../../config/model.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { askForModels, noRegistry } from "../../model-registry/ask.ts";
import { type MlflowRegistry, openMlflow } from "../../model-registry/mlflow.ts";
import { promoteDecided } from "../../model-registry/promotion.ts";
import type { ModelDecision } from "../../platform/plan.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { FingerprintedRelease } from "../../release/release.ts";
import type { Host } from "../host.ts";
import type { Notices } from "../notices.ts";

/**
 * Opens the model registry of an environment; reports what is wrong with its address and
 * credentials.
 */
export async function openRegistry(
  host: Host,
  { mlflow, name }: Pick<Environment, "mlflow" | "name">,
  notices: Pick<Notices, "registry">,
): Promise<Result<MlflowRegistry, PlatformError>> {
  if (mlflow === undefined) return noRegistry(name);
  const opened = await openMlflow({
    trackingUri: mlflow.trackingUri,
    variables: host.environment,
    sleep: (ms) => sleep(ms),
  });
  if (!opened.ok) return opened;
  for (const text of opened.value.warnings) notices.registry(text);
  return opened;
}

/** What the gate says about these projects, by name. */
export async function askModels(
  host: Host,
  environment: Environment,
  releases: readonly FingerprintedRelease[],
  without: string | undefined,
  notices: Pick<Notices, "registry">,
): Promise<Readonly<Record<string, ModelDecision>>> {
  const decisions = await askForModels({
    environment,
    releases: releases.map(({ release }) => release),
    open: () => openRegistry(host, environment, notices),
    without,
  });
  return Object.fromEntries(decisions);
}

/** The last act of a project's deploy. */
export async function promoteFor(
  host: Host,
  environment: Environment,
  decision: ModelDecision,
): Promise<Result<void, PlatformError>> {
  // What there is to warn of was said when the gate was asked.
  const opened = await openRegistry(host, environment, { registry: () => undefined });
  if (!opened.ok) return opened;
  const promoted = await promoteDecided(opened.value, decision);
  if (promoted.ok) return ok(undefined);
  const { message, help } = promoted.error;
  return err({
    ...promoted.error,
    message: `the release is deployed, and its model is not promoted: ${message}`,
    help: help ?? "deploy again: only the promotion is left to do",
  });
}
