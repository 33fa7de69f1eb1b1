import { GetResourcesCommand } from "@aws-sdk/client-resource-groups-tagging-api";

import type { Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { callAws } from "./call.ts";
import { batches, mapConcurrently } from "../../core/concurrency.ts";
import type { AwsContext } from "./context.ts";
import { fromUpperTags, ownershipTags, type Tags } from "./ownership.ts";

/**
 * The tags of many resources by ARN, a hundred a request. The service behind it lags: an ARN that
 * was tagged a moment ago may be absent or have old tags, one deleted a moment ago may still be
 * there.
 */
export function laggingTags(
  context: AwsContext,
  arns: readonly string[],
): Promise<Result<ReadonlyMap<string, Tags>, PlatformError>> {
  return callAws(context.environment.name, "read the tags of resources", async () => {
    const pages = await mapConcurrently(batches(arns, 100), 4, (batch) =>
      context.clients.tagging.send(new GetResourcesCommand({ ResourceARNList: batch })),
    );
    return new Map(
      pages.flatMap(({ ResourceTagMappingList = [] }) =>
        ResourceTagMappingList.map(({ ResourceARN = "", Tags }): [string, Tags] => [
          ResourceARN,
          fromUpperTags(Tags),
        ]),
      ),
    );
  });
}

/**
 * Everything of these types that this workspace and environment own, with its tags: one sweep
 * instead of a request a resource. It lags as `laggingTags` does.
 *
 * @param types as the tagging service names them: `states:stateMachine`
 */
export function sweep(
  context: AwsContext,
  types: readonly string[],
): Promise<Result<ReadonlyMap<string, Tags>, PlatformError>> {
  const tags = ownershipTags({
    workspace: context.workspace,
    project: undefined,
    environment: context.environment.name,
  });
  return callAws(context.environment.name, "look for what is deployed", async () => {
    const found = new Map<string, Tags>();
    let token: string | undefined;
    do {
      const page = await context.clients.tagging.send(
        new GetResourcesCommand({
          ResourceTypeFilters: [...types],
          TagFilters: Object.entries(tags).map(([Key, Value]) => ({ Key, Values: [Value] })),
          // By tags and not by resources: the default of 100 tags would end a page after twenty of
          // ours.
          TagsPerPage: 500,
          ...(token === undefined ? {} : { PaginationToken: token }),
        }),
      );
      for (const { ResourceARN = "", Tags } of page.ResourceTagMappingList ?? []) {
        found.set(ResourceARN, fromUpperTags(Tags));
      }
      token = page.PaginationToken === "" ? undefined : page.PaginationToken;
    } while (token !== undefined);
    return found;
  });
}
