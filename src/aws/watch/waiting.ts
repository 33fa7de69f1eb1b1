import { DescribeTasksCommand } from "@aws-sdk/client-ecs";

import type { Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isNotFound } from "../sdk/error-names.ts";

/** ECS describes at most so many tasks in one request. */
const mostTasks = 100;

/**
 * Since when a task waits for an instance: those that ECS has taken and found no place for are
 * PROVISIONING
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html).
 *
 * @param tasks ids of tasks of the project's cluster; of very many the first hundred are looked at
 * @returns milliseconds since the epoch of the one that waits longest; undefined when none does
 */
export function waitingSince(
  { clients: { ecs }, environment }: AwsContext,
  project: string,
  tasks: readonly string[],
): Promise<Result<number | undefined, PlatformError>> {
  const cluster = `ml-cluster-${project}${environment.suffix}`;
  return callAws(environment.name, `read the tasks of ${cluster}`, async () => {
    try {
      const found = await ecs.send(
        new DescribeTasksCommand({ cluster, tasks: tasks.slice(0, mostTasks) }),
      );
      const waiting = (found.tasks ?? []).flatMap(({ lastStatus, createdAt }) =>
        lastStatus === "PROVISIONING" && createdAt !== undefined ? createdAt.getTime() : [],
      );
      return waiting.length === 0 ? undefined : Math.min(...waiting);
    } catch (thrown) {
      if (isNotFound(thrown)) return undefined;
      throw thrown;
    }
  });
}
