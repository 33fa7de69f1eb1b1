import { join } from "node:path";

import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Trial } from "../../platform/roles/trials.ts";
import type { Release } from "../../release/release.ts";
import type { LocalContext } from "../context.ts";
import { takeSnapshot } from "../deploy/snapshot.ts";
import { markEnvironmentUsed } from "../deploy/tidy.ts";
import { readSecrets } from "../engine/secrets.ts";
import type { Executor, PreparedRuntime } from "../executors/port.ts";
import { listedRequirements } from "../executors/requirements.ts";

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
  { packages, signal, listener }: Pick<Trial, "packages" | "signal" | "listener">,
): Promise<Result<Ready, PlatformError>> {
  const { layout } = context;
  const { project, task } = release;
  const choice = await context.choose(release);
  if (!choice.ok) return choice;
  const taken = await takeSnapshot(layout, release);
  if (!taken.ok) return taken;
  const secrets = readSecrets(layout, project, task.secrets, context.processEnvironment);
  if (secrets.missing !== undefined) {
    return err({
      reason: "refused",
      message: secrets.missing,
      help: "`esteira secrets set` keeps a value.",
    });
  }
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
  return ok({ executor, runtime: runtime.value, snapshot, secrets: secrets.values });
}
