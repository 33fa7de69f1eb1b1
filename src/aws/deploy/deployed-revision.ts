import type { Release } from "../../release/release.ts";
import type { ObservedCluster } from "../resources/cluster.ts";
import { revisionTag } from "../sdk/ownership.ts";

/** The revision of a task definition that a deploy has left. */
export interface DeployedRevision {
  /** `recsys:42` */
  readonly name: string;
  /** Runs can start it. */
  readonly active: boolean;
}

/**
 * The revision that a project's runs start, as its cluster's tags name it; undefined where nothing
 * to run is deployed. A family may have active revisions though this one isn't.
 *
 * @param clusters by name
 * @param revisions the active ones of each family
 */
export function deployedRevision(
  { definition, names }: Release,
  clusters: ReadonlyMap<string, ObservedCluster>,
  revisions: ReadonlyMap<string, ReadonlySet<string>>,
): DeployedRevision | undefined {
  const revision = clusters.get(names.cluster)?.tags[revisionTag];
  if (revision === undefined || definition === undefined) return undefined;
  return {
    name: `${names.taskFamily}:${revision}`,
    active: revisions.get(names.taskFamily)?.has(revision) === true,
  };
}
