import { ok, type Result } from "../../core/result.ts";
import type { DeployedRelease, PlatformError } from "../../platform/port.ts";
import type { UnstartableProject } from "../../runs/watch/facts.ts";
import { deployedRevision } from "../deploy/deployed-revision.ts";
import type { FindLostImages } from "../images/lost-images.ts";
import { clusterListing } from "../resources/cluster.ts";
import { listingsOf } from "../resources/listings.ts";
import { revisionListing } from "../resources/task-revisions.ts";
import type { AwsContext } from "../sdk/context.ts";

/**
 * Deployed projects of which no run can start: somebody has deregistered the revision of the task
 * definition that is deployed, or the registry no longer has its image. In a request for a hundred
 * projects each. Of a registry that refuses to answer, nothing is said.
 */
export async function unstartableProjects(
  context: AwsContext,
  deployed: readonly DeployedRelease[],
  findLost: FindLostImages,
): Promise<Result<readonly UnstartableProject[], PlatformError>> {
  const running = deployed.filter(({ release }) => release.definition !== undefined);
  if (running.length === 0) return ok([]);
  const listings = listingsOf(
    context,
    running.map(({ release }) => release.names),
  );
  const uris = running.flatMap(({ decided }) => decided["image"] ?? []);
  const [clusters, revisions, lost] = await Promise.all([
    listings.of(clusterListing),
    listings.of(revisionListing),
    findLost(uris),
  ]);
  if (!clusters.ok) return clusters;
  if (!revisions.ok) return revisions;
  return ok(
    running.flatMap(({ release, decided }): UnstartableProject[] => {
      const { project } = release;
      const revision = deployedRevision(release, clusters.value, revisions.value);
      const image = decided["image"] ?? "";
      return [
        ...(revision === undefined || revision.active
          ? []
          : [{ project, lacks: "revision" as const, name: revision.name }]),
        ...(lost.ok && lost.value.has(image)
          ? [{ project, lacks: "image" as const, name: image }]
          : []),
      ];
    }),
  );
}
