import { DescribeTasksCommand, ListTasksCommand, type Task } from "@aws-sdk/client-ecs";

import { batches, mapConcurrently } from "../../core/concurrency.ts";
import { all, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { namesOf } from "../runs/execution.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isNotFound } from "../sdk/error-names.ts";
import { ownerOf } from "../sdk/ownership.ts";
import { sweep } from "../sdk/tags.ts";

/** A task of a run's step that nothing has begun to stop. */
export interface RunningTask {
  /** The last part of its ARN. */
  readonly id: string;
  readonly cluster: string;
  readonly project: string;
  readonly run: string;
  readonly step: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** What Step Functions gives ECS as who starts a task, whatever a definition says. */
const starter = "AWS Step Functions";
/** ECS describes at most so many tasks in one request. */
const mostTasks = 100;

/**
 * All of them in this environment's clusters: a request a cluster, and another a hundred tasks.
 * Tasks that somebody else has started, or that don't say which run and step they are of, are left
 * out.
 */
export async function runningTasks(
  context: AwsContext,
): Promise<Result<readonly RunningTask[], PlatformError>> {
  const owned = await sweep(context, ["ecs:cluster"]);
  if (!owned.ok) return owned;
  const projects = [...owned.value].flatMap(([arn, tags]) => {
    const project = ownerOf(tags)?.project;
    if (project === undefined) return [];
    return arn.endsWith(`/${namesOf(context, project).cluster}`) ? [project] : [];
  });
  const found = all(await mapConcurrently(projects, 4, (project) => tasksOf(context, project)));
  return found.ok ? ok(found.value.flat()) : found;
}

/** None where the cluster is gone: tags lag. */
function tasksOf(
  context: AwsContext,
  project: string,
): Promise<Result<readonly RunningTask[], PlatformError>> {
  const { cluster } = namesOf(context, project);
  const { ecs } = context.clients;
  return callAws(context.environment.name, `read the tasks of ${cluster}`, async () => {
    try {
      const ids: string[] = [];
      let nextToken: string | undefined;
      do {
        const page = await ecs.send(
          new ListTasksCommand({
            cluster,
            desiredStatus: "RUNNING",
            ...(nextToken === undefined ? {} : { nextToken }),
          }),
        );
        ids.push(...(page.taskArns ?? []));
        ({ nextToken } = page);
      } while (nextToken !== undefined);
      const pages = await mapConcurrently(batches(ids, mostTasks), 4, (tasks) =>
        ecs.send(new DescribeTasksCommand({ cluster, tasks })),
      );
      return pages.flatMap(({ tasks = [] }) =>
        tasks.flatMap((task) => runningTask(task, cluster, project) ?? []),
      );
    } catch (thrown) {
      if (isNotFound(thrown)) return [];
      throw thrown;
    }
  });
}

function runningTask(task: Task, cluster: string, project: string): RunningTask | undefined {
  const { taskArn = "", startedBy, desiredStatus, createdAt } = task;
  if (startedBy !== starter || desiredStatus !== "RUNNING" || createdAt === undefined) {
    return undefined;
  }
  const id = taskArn.split("/").at(-1) ?? "";
  const [run, step] = [variable(task, "ESTEIRA_RUN_ID"), variable(task, "ESTEIRA_STEP")];
  if (id === "" || run === "" || step === "") return undefined;
  return { id, cluster, project, run, step, createdAt: createdAt.getTime() };
}

/** The value of a variable that the state put into the task's one container; else empty. */
function variable({ overrides }: Task, name: string): string {
  const [container] = overrides?.containerOverrides ?? [];
  return container?.environment?.find((one) => one.name === name)?.value ?? "";
}
