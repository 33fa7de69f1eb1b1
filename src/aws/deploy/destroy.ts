import {
  DeregisterContainerInstanceCommand,
  ListTasksCommand,
  paginateListContainerInstances,
  StopTaskCommand,
} from "@aws-sdk/client-ecs";
import { ListExecutionsCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";

import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Steps } from "./steps.ts";
import { callAws } from "../sdk/call.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isNotFound } from "../sdk/errors.ts";
import type { PreparedProject } from "./prepared.ts";
import { removalOrder } from "./prepare-removal.ts";
import type { Work } from "../resources/kind.ts";
import { untilThere } from "../sdk/retry.ts";
import type { Session } from "./session.ts";
import { stages } from "./stages.ts";
import type { ProjectState } from "./state.ts";

/**
 * Removes what a project has, from what starts things to what they run on. What runs is stopped
 * first: AWS deletes nothing under a running execution or task. Interrupted, it goes on where it
 * was: each thing that is gone is passed by.
 */
export async function removeProject(
  { images }: Pick<Session, "images">,
  steps: Steps,
  { plan, names, state }: Extract<PreparedProject, { kind: "remove" }>,
): Promise<Result<void, PlatformError>> {
  let left: ProjectState = state;
  for (const key of removalOrder) {
    const stage = stages.find((stage) => stage.key === key);
    if (stage === undefined) throw new Error(`there is no stage ${key}`);
    if (left[key] === undefined) continue;
    const name = stage.name(names);
    const change = plan.changes.find(
      (change) => change.kind === stage.kind && change.name === name,
    );
    if (change?.action !== "remove") continue;
    const removed = await steps.step(change, "remove", async (work) => {
      const emptied = await empty(work, key, left);
      return emptied.ok ? stage.remove(work, left) : emptied;
    });
    if (!removed.ok) return removed;
    left = removed.value;
  }
  const change = plan.changes.find(({ kind }) => kind === "images");
  const { cleanUp } = images;
  if (change === undefined || cleanUp === undefined) return ok(undefined);
  const cleaned = await steps.step(change, "remove", () =>
    cleanUp({ project: plan.project, names }, new Set(), false),
  );
  return cleaned.ok ? ok(undefined) : cleaned;
}

/** What has to end before this can go. */
async function empty(
  work: Work,
  key: keyof ProjectState,
  state: ProjectState,
): Promise<Result<void, PlatformError>> {
  if (key === "stateMachine" && state.stateMachine !== undefined) {
    return stopExecutions(work, state.stateMachine.arn);
  }
  // The tasks before their capacity is taken away; the instances, which take a while to say
  // goodbye, before their cluster.
  if (key === "clusterCapacity" && state.cluster !== undefined) {
    return stopTasks(work, state.cluster.name);
  }
  if (key === "cluster" && state.cluster !== undefined) {
    return releaseInstances(work, state.cluster.name);
  }
  return ok(undefined);
}

function stopExecutions(
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

function stopTasks(
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
function releaseInstances(
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
