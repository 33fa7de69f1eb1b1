import { join } from "node:path";

import { cacheFolder } from "../config/cache-folder.ts";
import { dependencyForm } from "../config/dependency-files.ts";
import { keptIn } from "../config/kept-values.ts";
import type { Project } from "../config/model.ts";
import type { Stamps } from "../config/stamps.ts";
import { mapConcurrently } from "../core/concurrency.ts";
import type { Diagnostic } from "../core/diagnostic.ts";
import { checkPackage } from "../release/project-sources.ts";
import { sourceChecks } from "../release/kept-source-checks.ts";

/** Projects whose folders are walked together. */
const atATime = 8;

/**
 * What a deploy would find wrong with the files that go into the projects' images.
 *
 * @param projects the same one in several environments counts once a Dockerfile
 * @param stamps what loading the workspace has looked at already
 */
export async function sourceDiagnostics(
  root: string,
  projects: readonly Project[],
  stamps: Stamps,
): Promise<readonly Diagnostic[]> {
  const builds = new Map(
    projects.map(({ directory, runtime: { dockerfile } }) => [
      `${directory}\0${dockerfile}`,
      { directory, dockerfile },
    ]),
  );
  const kept = keptIn(cacheFolder(root), "checked-sources.tsv", 5000);
  const check = sourceChecks(kept, stamps);
  const found = await mapConcurrently([...builds.values()], atATime, ({ directory, dockerfile }) =>
    check(join(root, directory), { dockerfile, shownAs: directory }),
  );
  kept.save();
  found.push(await unusableLocks(root, projects));
  const shared = new Set(projects.flatMap(({ runtime }) => runtime.packages ?? []));
  found.push(...(await mapConcurrently([...shared], atATime, (path) => checkPackage(root, path))));
  const once = new Map(found.flat().map((one) => [JSON.stringify(one), one]));
  return [...once.values()];
}

/** Locks that no deploy on this machine could install from. */
async function unusableLocks(
  root: string,
  projects: readonly Project[],
): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const { directory, runtime } of projects) {
    const file = runtime.requirementsFile ?? runtime.dependencyFile;
    if (file === undefined || dependencyForm(file) === "requirements") continue;
    const { readDependencies } = await import("../local/executors/dependencies.ts");
    const read = await readDependencies(join(root, directory), file);
    if (read?.refused === undefined) continue;
    const help = read.refusedHelp ?? "replace it by an ordinary file inside the project";
    found.push({
      code: "source/dependencies",
      severity: "error",
      message: read.refused,
      help,
      location: { file: `${directory}/${file}` },
    });
  }
  return found;
}
