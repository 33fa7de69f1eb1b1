import { join } from "node:path";

import { loadWorkspace } from "../../config/load.ts";
import { relative } from "../../core/text.ts";
import type { DeployedRelease } from "../../platform/port.ts";
import { isSameAuthored } from "../../release/authored.ts";
import { makeRelease } from "../../release/build.ts";
import { readProjectSources, sourcePlaces } from "../../release/project-sources.ts";
import { openKnownHashes } from "../../release/source-hashes.ts";
import type { Host } from "../host.ts";
import { suggestion } from "../names.ts";
import { findWorkspace, type PlatformSession } from "../workspace.ts";

/**
 * That a project's folder is newer than what is deployed of it, which is what runs. Only on this
 * machine: elsewhere a folder is somebody's work, and what is deployed comes from a branch.
 *
 * @param now milliseconds since the epoch
 * @returns undefined where nobody has changed anything, or the folder can't be deployed as it is
 */
export async function olderDeploy(
  host: Host,
  { environment, settings }: Pick<PlatformSession, "environment" | "settings">,
  deployed: DeployedRelease,
  now: number,
): Promise<string | undefined> {
  if (settings.platform !== "local") return undefined;
  const root = await findWorkspace(host);
  if (!root.ok) return undefined;
  const { context } = deployed.release.image;
  const loaded = await loadWorkspace(root.value, environment, {
    only: [context],
    onlyEnvironment: true,
  });
  const [project] = loaded.projects;
  if (project === undefined) return undefined;
  const hashes = openKnownHashes(join(loaded.root, ".esteira", "cache"), {
    now: Date.now,
    trust: true,
  });
  const sources = await readProjectSources(loaded.root, sourcePlaces(project), { hashes });
  if (!sources.ok) return undefined;
  const { hash, packages } = sources.value;
  const made = makeRelease(project, loaded.workspace, settings, hash, undefined, packages);
  if (isSameAuthored(deployed, made)) return undefined;
  const { project: name, version } = deployed.release;
  const deploys = suggestion(environment, "run", name, "--deploy");
  return `the folder of ${name} has changed since ${version} was deployed (${relative(deployed.deployedAt, now)}), which is what runs; to deploy it first: ${deploys}`;
}
