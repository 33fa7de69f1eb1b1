import { type Check, failedBy } from "../../platform/check.ts";
import type { Release } from "../../release/release.ts";
import { deployedRevision } from "../deploy/deployed-revision.ts";
import { clusterListing } from "../resources/cluster.ts";
import { listingsOf } from "../resources/listings.ts";
import { revisionListing } from "../resources/task-revisions.ts";
import type { AwsContext } from "../sdk/context.ts";

/**
 * Whether runs can start the task definition that is deployed of each release: somebody may have
 * deregistered it since. Nothing is said of what isn't deployed.
 */
export async function checkRevisions(
  context: AwsContext,
  releases: readonly Release[],
): Promise<Check[]> {
  if (releases.length === 0) return [];
  const subject = "task definition";
  const listings = listingsOf(
    context,
    releases.map(({ names }) => names),
  );
  const [clusters, revisions] = await Promise.all([
    listings.of(clusterListing),
    listings.of(revisionListing),
  ]);
  if (!clusters.ok) return [failedBy({ project: undefined, subject }, clusters.error)];
  if (!revisions.ok) return [failedBy({ project: undefined, subject }, revisions.error)];
  return releases.flatMap((release): Check[] => {
    const { project, environment } = release;
    const deployed = deployedRevision(release, clusters.value, revisions.value);
    if (deployed === undefined) return [];
    if (deployed.active) {
      const message = `the deployed revision ${deployed.name} is active`;
      return [{ project, subject, outcome: "passed", message }];
    }
    return [
      {
        project,
        subject,
        outcome: "failed",
        message: `the deployed revision ${deployed.name} is no longer active: somebody has deregistered it, and no run can start`,
        help: `\`esteira deploy ${project} -e ${environment}\` registers another`,
      },
    ];
  });
}
