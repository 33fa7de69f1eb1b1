import { setTimeout as sleep } from "node:timers/promises";

import type { Environment } from "../../config/model.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { askForModels, noRegistry } from "../../model-registry/ask.ts";
import { type MlflowRegistry, openMlflow } from "../../model-registry/mlflow.ts";
import { promoteDecided } from "../../model-registry/promotion.ts";
import type { ModelDecision } from "../../platform/models.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { FingerprintedRelease } from "../../release/release.ts";
import type { CliContext } from "../../cli/terminal/context.ts";

/** Opens the model registry of an environment; warns of what its address and credentials have wrong with them. */
export async function openRegistry(
  context: CliContext,
  { mlflow, name }: Pick<Environment, "mlflow" | "name">,
  json: boolean,
): Promise<Result<MlflowRegistry, PlatformError>> {
  if (mlflow === undefined) return noRegistry(name);
  const opened = await openMlflow({
    trackingUri: mlflow.trackingUri,
    variables: context.environment,
    sleep: (ms) => sleep(ms),
  });
  if (!opened.ok) return opened;
  const { errors } = context;
  if (!json)
    for (const text of opened.value.warnings) errors.line(errors.style.yellow(`! ${text}`));
  return opened;
}

/** What the gate says of these projects, by name. */
export async function askModels(
  context: CliContext,
  environment: Environment,
  releases: readonly FingerprintedRelease[],
  { without, json }: { readonly without: string | undefined; readonly json: boolean },
): Promise<Readonly<Record<string, ModelDecision>>> {
  const decisions = await askForModels({
    environment,
    releases: releases.map(({ release }) => release),
    open: () => openRegistry(context, environment, json),
    without,
  });
  return Object.fromEntries(decisions);
}

/** The last act of a project's deploy. */
export async function promoteFor(
  context: CliContext,
  environment: Environment,
  decision: ModelDecision,
): Promise<Result<void, PlatformError>> {
  // What there is to warn of was said when the gate was asked.
  const opened = await openRegistry(context, environment, true);
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
