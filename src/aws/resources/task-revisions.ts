import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
} from "@aws-sdk/client-ecs";

import { batches } from "../../core/concurrency.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";
import { everyPage, type Listing } from "./listings.ts";

/** ARNs of a family's active revisions, the newest first. */
export function activeRevisions(
  context: AwsContext,
  family: string,
): Promise<Result<string[], PlatformError>> {
  return callAws(context.environment.name, `list the revisions of ${family}`, async () => {
    const arns: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await context.clients.ecs.send(
        new ListTaskDefinitionsCommand({
          familyPrefix: family,
          status: "ACTIVE",
          sort: "DESC",
          maxResults: 100,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      // The filter's name says less than its description: nothing of another family may slip in,
      // since what is found is removed.
      const ofFamily = (arn: string) => arn.split("/").at(-1)?.split(":")[0] === family;
      arns.push(...(page.taskDefinitionArns ?? []).filter(ofFamily));
      ({ nextToken } = page);
    } while (nextToken !== undefined);
    return arns;
  });
}

/** Makes revisions inactive: what runs continues, nothing new starts from them. */
export async function deregister(
  context: AwsContext,
  revisions: readonly string[],
): Promise<Result<void, PlatformError>> {
  for (const revision of revisions) {
    const done = await callAws(context.environment.name, `deregister ${revision}`, async () => {
      try {
        await context.clients.ecs.send(
          new DeregisterTaskDefinitionCommand({ taskDefinition: revision }),
        );
      } catch (thrown) {
        if (!isError(thrown, "ClientException: not found", "ClientException: does not exist")) {
          throw thrown;
        }
      }
    });
    if (!done.ok) return done;
  }
  return ok(undefined);
}

/**
 * Deletes revisions that are inactive; AWS waits with it while something runs from them, and says
 * so in an answer of success.
 */
export function deleteRevisions(
  context: AwsContext,
  revisions: readonly string[],
): Promise<Result<void, PlatformError>> {
  return callAws(context.environment.name, "delete revisions of task definitions", async () => {
    for (const taskDefinitions of batches(revisions, 10)) {
      await context.clients.ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions }));
    }
  });
}

/**
 * The active revisions of each family that has any. Asked for without a family, so that a hundred
 * revisions take one request, whosever they are.
 */
export const revisionListing: Listing<ReadonlySet<string>> = {
  action: "list task definitions",
  async read({ clients }, projects) {
    const [only, ...others] = projects;
    const found = new Map<string, Set<string>>();
    await everyPage(async (nextToken) => {
      const page = await clients.ecs.send(
        new ListTaskDefinitionsCommand({
          status: "ACTIVE",
          maxResults: 100,
          ...(only === undefined || others.length > 0 ? {} : { familyPrefix: only.taskFamily }),
          nextToken,
        }),
      );
      for (const arn of page.taskDefinitionArns ?? []) {
        const [family = "", revision = ""] = arn.split("/").at(-1)?.split(":") ?? [];
        found.set(family, (found.get(family) ?? new Set()).add(revision));
      }
      return page.nextToken;
    });
    return found;
  },
};
