import {
  DeregisterContainerInstanceCommand,
  ListTasksCommand,
  paginateListContainerInstances,
  StopTaskCommand,
} from "@aws-sdk/client-ecs";
import { ListExecutionsCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";

import { mapConcurrently } from "../../core/concurrency.ts";
import type { Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isNotFound } from "../sdk/error-names.ts";
import { untilThere } from "../sdk/retry.ts";
import type { Work } from "./kind.ts";

/** Stops every execution that runs. */
export function stopExecutions(
  { context, waiting }: Work,
  stateMachineArn: string,
): Promise<Result<void, PlatformError>> {
  const { sfn } = context.clients;
  return callAws(
    context.environment.name,
    `stop the executions of ${stateMachineArn}`,
    async () => {
      let nextToken: string | undefined;
      do {
        const page = await sfn.send(
          new ListExecutionsCommand({
            stateMachineArn,
            statusFilter: "RUNNING",
            maxResults: 1000,
            ...(nextToken === undefined ? {} : { nextToken }),
          }),
        );
        await mapConcurrently(page.executions ?? [], 8, async ({ executionArn }) => {
          waiting.signal?.throwIfAborted();
          await sfn.send(
            new StopExecutionCommand({
              executionArn,
              error: "Esteira.Destroyed",
              cause: `Stopped by ${context.actor}: the project is destroyed`,
            }),
          );
        });
        ({ nextToken } = page);
      } while (nextToken !== undefined);
    },
  );
}

/** Stops every task, and waits until they have stopped. */
export function stopTasks(
  { context, waiting }: Work,
  cluster: string,
): Promise<Result<void, PlatformError>> {
  const stopped = new Set<string>();
  return callAws(context.environment.name, `stop the tasks of ${cluster}`, async () => {
    const none = await untilThere(
      async () => {
        const tasks = await listTasks(context, cluster);
        for (const task of tasks) {
          if (stopped.has(task)) continue;
          stopped.add(task);
          await context.clients.ecs.send(
            new StopTaskCommand({ cluster, task, reason: "the project is destroyed" }),
          );
        }
        return tasks.length === 0 ? true : undefined;
      },
      `the tasks of ${cluster} have stopped`,
      { capMs: 10 * 60_000, firstMs: 2000, longestMs: 15_000 },
      waiting,
    );
    if (none === undefined) throw new Error("they still run after ten minutes");
  });
}

async function listTasks(context: AwsContext, cluster: string): Promise<string[]> {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await context.clients.ecs.send(
      new ListTasksCommand({
        cluster,
        desiredStatus: "RUNNING",
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
    );
    arns.push(...(page.taskArns ?? []));
    ({ nextToken } = page);
  } while (nextToken !== undefined);
  return arns;
}

/**
 * Instances that have ended stay registered until their agents are missed; nobody has to wait for
 * that.
 */
export function releaseInstances(
  { context }: Work,
  cluster: string,
): Promise<Result<void, PlatformError>> {
  const { ecs } = context.clients;
  return callAws(context.environment.name, `release the instances of ${cluster}`, async () => {
    const instances: string[] = [];
    const pages = paginateListContainerInstances({ client: ecs }, { cluster });
    for await (const page of pages) instances.push(...(page.containerInstanceArns ?? []));
    await mapConcurrently(instances, 4, async (containerInstance) => {
      try {
        await ecs.send(
          new DeregisterContainerInstanceCommand({ cluster, containerInstance, force: true }),
        );
      } catch (thrown) {
        if (!isNotFound(thrown)) throw thrown;
      }
    });
  });
}
