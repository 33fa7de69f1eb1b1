import { DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";

import type { Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { callAws } from "../sdk/call.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";

/**
 * Digests of the images that task definition revisions name, active or not: an execution continues
 * pulling the image of the revision that it was started with.
 *
 * @param revisions ARNs, or `family:7`; those that are gone count for nothing
 */
export function imagesOfRevisions(
  context: AwsContext,
  revisions: readonly string[],
): Promise<Result<readonly string[], PlatformError>> {
  return callAws(context.environment.name, "read which images task definitions use", async () => {
    const images = await mapConcurrently(revisions, 4, (revision) => imagesOf(context, revision));
    return images.flat().flatMap((image) => image.split("@")[1] ?? []);
  });
}

async function imagesOf(context: AwsContext, revision: string): Promise<string[]> {
  try {
    const { taskDefinition } = await context.clients.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: revision }),
    );
    return (taskDefinition?.containerDefinitions ?? []).flatMap(({ image }) => image ?? []);
  } catch (thrown) {
    // `ClientException: Unable to describe task definition.` is AWS's "not found".
    if (isError(thrown, "ClientException: unable to describe task definition")) return [];
    throw thrown;
  }
}
