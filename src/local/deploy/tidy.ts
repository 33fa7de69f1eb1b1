import { existsSync, renameSync } from "node:fs";
import { readdir, stat, utimes } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { isErrno } from "../errno.ts";
import { removeTree } from "../executors/packages/tree.ts";
import { keptDecisions } from "../store/deployments.ts";
import type { DeployContext } from "./context.ts";

/**
 * For so long a run that came to no good end can be resumed on what it was started from, in
 * milliseconds.
 */
const resumableMs = 30 * 24 * 3600_000;

/**
 * What was used within this time is left alone, named or not: a deploy or a test may be about to
 * name it. In milliseconds.
 */
const settledMs = 24 * 3600_000;

/** Removed things on their way out, should the removal be interrupted. */
const trash = ".gone-";

/** Says that what is there is used now; where nothing is it says nothing. */
export async function markUsed(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch((error: unknown) => {
    if (!isErrno(error, "ENOENT")) throw error;
  });
}

/**
 * Says the same of the virtual environment that a deploy has decided for; images are the Docker
 * engine's.
 */
export async function markEnvironmentUsed(decided: Decided): Promise<void> {
  for (const folder of [decided["virtual_environment"], decided["layer"]]) {
    if (folder !== undefined) await markUsed(dirname(folder));
  }
}

type Decided = Readonly<Record<string, string>>;

/**
 * Removes snapshots and virtual environments that nothing needs any more, and what a killed test
 * left. Kept is what these name: the deployed releases and the last few before them, runs that go,
 * and runs that failed within a month. Processes that deploy at the same time are safe: names are
 * looked up and folders moved away under the store's lock, and a deploy looks under the same lock
 * whether what it is about to name is still there.
 */
export async function tidyUp(context: DeployContext): Promise<void> {
  const { layout } = context;
  await removeUnnamed(context, layout.snapshots, ({ snapshot }) => snapshot);
  // One of a folder's environments is complete, the folder goes as a whole.
  await removeUnnamed(context, layout.environments, ({ virtual_environment: environment }) =>
    environment === undefined ? undefined : basename(dirname(environment)),
  );
  await removeUnnamed(context, layout.layers, ({ layer }) =>
    layer === undefined ? undefined : basename(dirname(layer)),
  );
  await removeUnnamed(context, layout.tests, () => undefined);
}

async function removeUnnamed(
  { store, clock }: DeployContext,
  folder: string,
  nameOf: (decided: Decided) => string | undefined,
): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const used = await stat(path).catch(() => undefined);
    if (used === undefined || used.mtimeMs > clock.now() - settledMs) continue;
    const gone = name.startsWith(trash) ? path : join(folder, `${trash}${name}`);
    const away = store.write(() => {
      const kept = keptDecisions(store, clock.now() - resumableMs).map(nameOf);
      if (kept.includes(name)) return false;
      if (gone !== path && existsSync(path)) renameSync(path, gone);
      return true;
    });
    if (away) await removeTree(gone).catch(() => undefined); // The next deploy finds it again.
  }
}
