import { existsSync } from "node:fs";
import { join } from "node:path";

import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Trial, TrialRuntime } from "../../platform/roles/trials.ts";
import type { Release } from "../../release/release.ts";
import type { LocalContext } from "../context.ts";
import { takeSnapshot } from "../deploy/snapshot.ts";
import { markEnvironmentUsed } from "../deploy/tidy.ts";
import { runtimeOf } from "../engine/context.ts";
import { readSecrets } from "../engine/secrets.ts";
import type { Executor, PreparedRuntime } from "../executors/port.ts";
import { listedRequirements } from "../executors/requirements.ts";
import { deployById } from "../store/deployments.ts";
import { findRun } from "../store/runs.ts";

/** A project as it is now, with all that its steps need. */
export interface Ready {
  readonly executor: Executor;
  readonly runtime: PreparedRuntime;
  /** Copy of its sources. */
  readonly snapshot: string;
  /** Values of its secrets, by their variables. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Copies the sources and makes the environment, as a deploy would, and records nothing. */
export async function readyFor(
  context: LocalContext,
  release: Release,
  trial: Pick<Trial, "packages" | "runtime" | "signal" | "listener">,
): Promise<Result<Ready, PlatformError>> {
  const { layout } = context;
  const { packages, signal, listener } = trial;
  if (trial.runtime !== undefined) return readyAsItRan(context, release, trial.runtime);
  const choice = await context.choose(release);
  if (!choice.ok) return choice;
  const taken = await takeSnapshot(layout, release);
  if (!taken.ok) return taken;
  const secrets = secretsOf(context, release);
  if (!secrets.ok) return secrets;
  const executor = context.executors[choice.value.executor];
  const snapshot = join(layout.snapshots, taken.value.hash);
  const added =
    packages.length === 0
      ? {}
      : { added: { title: "the debugger", requirements: listedRequirements(packages) } };
  const say = (text: string): void => listener({ stream: "system", text });
  const runtime = await executor.prepare(release, snapshot, say, signal, {
    ...added,
    packages: taken.value.packages,
  });
  if (!runtime.ok) return runtime;
  await markEnvironmentUsed(runtime.value.decided);
  return ok({ executor, runtime: runtime.value, snapshot, secrets: secrets.value });
}

/** What a run had: sources and environment of this machine, or an image. Nothing is made. */
function readyAsItRan(
  context: LocalContext,
  release: Release,
  runtime: TrialRuntime,
): Result<Ready, PlatformError> {
  const { layout, store, environment, executors } = context;
  const secrets = secretsOf(context, release);
  if (!secrets.ok) return secrets;
  if (runtime.kind === "image") {
    const { image } = runtime;
    const prepared = { executor: "docker", decided: { image, digest: image } } as const;
    return ok({
      executor: executors.docker,
      runtime: prepared,
      snapshot: layout.scratch,
      secrets: secrets.value,
    });
  }
  const row = findRun(store, environment, runtime.run);
  const deploy = row && deployById(store, row.deploy);
  if (deploy === undefined) throw new Error(`run ${runtime.run} vanished`);
  const snapshot = join(layout.snapshots, deploy.decided["snapshot"] ?? "");
  const prepared = runtimeOf(deploy);
  if (prepared.executor === "process" && !existsSync(snapshot)) {
    return err({
      reason: "not-found",
      message: `the sources that the run ${runtime.run} was started from are gone`,
      help: "Without --deployed, your working copy runs on what it left.",
      resource: `run ${runtime.run}`,
    });
  }
  const executor = executors[prepared.executor];
  return ok({ executor, runtime: prepared, snapshot, secrets: secrets.value });
}

/** Values on this machine of the secrets that a release of whichever environment declares. */
function secretsOf(
  { layout, processEnvironment }: LocalContext,
  { project, task }: Release,
): Result<Readonly<Record<string, string>>, PlatformError> {
  const found = readSecrets(layout, project, task.secrets, processEnvironment);
  if (found.missing === undefined) return ok(found.values);
  return err({
    reason: "refused",
    message: found.missing,
    help: "`esteira secrets set` keeps a value.",
  });
}
