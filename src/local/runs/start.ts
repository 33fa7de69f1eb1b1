import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { makeRunId, type ProjectName, type RunId } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { checkInput } from "../../platform/check-input.ts";
import type { PlatformError, StartOptions } from "../../platform/port.ts";
import type { RunInput } from "../../runs/model.ts";
import type { LocalContext } from "../context.ts";
import { launch } from "./detach.ts";
import { notDeployed } from "../errors.ts";
import { audit } from "../store/audit.ts";
import { type Deploy, deployedNow } from "../store/deployments.ts";
import { type Claim, claimInside, claimRun } from "../store/ownership.ts";
import { findRun, insertRun } from "../store/runs.ts";
import { addStepHold } from "../store/step-holds.ts";

/** Starts a run of what is deployed. */
export async function startRun(
  context: LocalContext,
  project: ProjectName,
  input: RunInput,
  options: StartOptions,
): Promise<Result<RunId, PlatformError>> {
  const deploy = deployedNow(context.store, context.environment, project);
  if (deploy === undefined) return err(notDeployed(project, context.environment));
  return startFrom(context, deploy, input, "start", options);
}

interface Refused {
  readonly kind: "refused";
  readonly error: PlatformError;
}

/** Starts a run of a deploy, the current one or one of before. */
export async function startFrom(
  context: LocalContext,
  deploy: Deploy,
  input: RunInput,
  action: "start" | "resume",
  options: StartOptions & {
    /** Asked in the transaction that makes the run, before it: why the run must not be. */
    readonly refuse?: () => PlatformError | undefined;
    /** Done in the transaction that makes the run. */
    readonly within?: () => void;
    /** Of that transaction; its first events are durable before anything is done for the run. */
    readonly durability?: "durable" | "relaxed";
  },
): Promise<Result<RunId, PlatformError>> {
  const { store, environment, clock, layout } = context;
  const { release, fingerprint } = deploy;
  const { project } = release;
  const checked = checkInput(release, input);
  if (!checked.ok) return checked;
  const at = clock.now();
  const run = options.id ?? makeRunId(project, at, context.entropy());
  const origin = input.origin ?? run;
  mkdirSync(join(layout.artifacts, project, origin), { recursive: true });
  const enter = (): Claim | Refused | "there" | undefined => {
    if (options.id !== undefined && findRun(store, environment, run) !== undefined) return "there";
    const error = options.refuse?.();
    if (error !== undefined) return { kind: "refused", error };
    const id = insertRun(store, {
      run,
      environment,
      project,
      trigger: input.trigger,
      actor: input.actor,
      startedAt: at,
      scheduledTime: input.scheduled_time === null ? undefined : Date.parse(input.scheduled_time),
      origin,
      deploy: deploy.id,
      release: fingerprint,
      version: release.version,
      modelVersion: deploy.decided["model"],
      input: { ...input },
    });
    const details = { trigger: input.trigger, release: fingerprint };
    audit(store, { at, environment, actor: input.actor, action, project, subject: run, details });
    if (options.holdSeconds !== undefined) addStepHold(store, id, options.holdSeconds);
    options.within?.();
    // Claimed together with its beginning: there is no moment in which a death would leave it
    // waiting for a driver.
    return options.mode === "follow" ? claimInside(store, id, context.owner, at) : undefined;
  };
  const claim = store.write(enter, options.durability);
  if (claim === "there") return ok(run);
  if (claim?.kind === "refused") return err(claim.error);
  if (claim === undefined) return continueRun(context, run, options);
  const begun = await beginClaimed(context, run, claim);
  return begun.ok ? ok(run) : begun;
}

/** Drives a run that nobody drives, here or in a separate process. */
export async function continueRun(
  context: LocalContext,
  run: RunId,
  options: StartOptions,
): Promise<Result<RunId, PlatformError>> {
  const driven =
    options.mode === "detach" ? await launch(context, run) : await driveHere(context, run);
  return driven.ok ? ok(run) : driven;
}

/** Takes the run and begins to drive it. */
export async function driveHere(
  context: LocalContext,
  run: RunId,
): Promise<Result<void, PlatformError>> {
  const { store, environment, clock } = context;
  const row = findRun(store, environment, run);
  if (row === undefined) throw new Error(`run ${run} vanished`);
  return beginClaimed(context, run, claimRun(store, row.id, context.owner, clock.now()));
}

async function beginClaimed(
  context: LocalContext,
  run: RunId,
  claim: Claim,
): Promise<Result<void, PlatformError>> {
  switch (claim.kind) {
    case "ended":
      return err({
        reason: "refused",
        message: `run ${run} has already ended`,
        help: `See how: esteira status ${run}`,
        resource: `run ${run}`,
      });
    case "driven":
      return err({
        reason: "conflict",
        message: `run ${run} is driven by another process`,
        help: `Follow it: esteira logs ${run} --follow`,
        resource: `run ${run}`,
      });
    case "claimed": {
      const row = findRun(context.store, context.environment, run);
      if (row === undefined) throw new Error(`run ${run} vanished`);
      const drive = await context.drives.begin(row, claim.epoch);
      return drive.ok ? ok(undefined) : drive;
    }
  }
}
