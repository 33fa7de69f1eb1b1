import type { ReleaseStep } from "../../release/release.ts";
import {
  failureOf,
  submittedDocument,
  taskDocument,
  type TaskEnd,
  type TaskFacts,
} from "../../runs/task-document.ts";
import type { EndedBy } from "../../runs/task-facts.ts";
import type { Signal } from "../../states/types.ts";
import type { AttemptResult } from "../executors/port.ts";
import type { DrivenRun } from "./context.ts";
import { clusterArn, taskArn, taskDefinitionArn } from "./identity.ts";
import type { TaskCommand } from "./work.ts";

/** ECS has taken the task. */
export function submittedSignal(
  run: DrivenRun,
  command: TaskCommand,
  step: ReleaseStep,
  at: number,
): Signal {
  const output = submittedDocument(factsOf(run, command, step, at));
  return { kind: "task-submitted", task: command.task, output };
}

/** How the attempt ended, as `.sync` gives it. */
export function resultSignal(
  run: DrivenRun,
  command: TaskCommand,
  step: ReleaseStep,
  result: AttemptResult,
): Signal {
  const at = result.kind === "exited" ? result.startedAt : result.at;
  const document = taskDocument(factsOf(run, command, step, at), endOf(result));
  const failure = failureOf(document);
  return failure === undefined
    ? { kind: "task-succeeded", task: command.task, output: document }
    : { kind: "task-failed", task: command.task, ...failure };
}

function factsOf(
  run: DrivenRun,
  command: TaskCommand,
  step: ReleaseStep,
  createdAt: number,
): TaskFacts {
  const { names } = run.deploy.release;
  const digest = run.deploy.decided["digest"];
  return {
    taskArn: taskArn(names.cluster, run.run, command.task),
    cluster: clusterArn(names.cluster),
    taskDefinition: taskDefinitionArn(names.taskFamily, run.deploy.id),
    container: names.base,
    image: run.deploy.decided["image"] ?? names.imageTag,
    ...(digest === undefined ? {} : { imageDigest: digest }),
    cpu: Math.round(step.resources.cpu * 1024),
    memory: Math.round(step.resources.memoryGb * 1024),
    timeLimitSeconds: step.timeoutSeconds,
    createdAt,
  };
}

function endOf(result: AttemptResult): TaskEnd {
  if (result.kind === "start-failed") {
    return { kind: "start-failed", reason: result.message, stoppedAt: result.at };
  }
  const { exitCode, outOfMemory, timedOut, stopped, startedAt, endedAt } = result;
  const note =
    result.signal === undefined || outOfMemory || timedOut
      ? {}
      : { note: `ended by ${result.signal}` };
  return {
    kind: "exited",
    exitCode,
    outOfMemory,
    timedOut,
    stopped,
    startedAt,
    stoppedAt: endedAt,
    peakMemoryBytes: result.peakMemoryBytes,
    endedBy: endedBy(result),
    undeclared: result.undeclared,
    cache: result.cache,
    checks: result.checks,
    ...note,
  };
}

/** On request is nobody's concern here: the run says who stopped it. */
export function endedBy(
  result: Extract<AttemptResult, { readonly kind: "exited" }>,
): EndedBy | undefined {
  const { lost, outOfMemory, timedOut, stopped } = result;
  if (lost !== undefined) return lost;
  if (outOfMemory) return "memory-limit";
  if (timedOut) return "time-limit";
  return stopped ? undefined : "itself";
}
