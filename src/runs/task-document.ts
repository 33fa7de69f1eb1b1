import type { Json, JsonObject } from "../core/json.ts";
import { type EndedBy, figureAttributes } from "./task-facts.ts";
import type { CacheUse } from "./step-cache.ts";
import type { CheckResult } from "./checks.ts";
import type { Undeclared } from "./undeclared.ts";

/**
 * What is known of a task before it ends. The documents made of it have the shape that
 * `ecs:runTask.sync` records in an execution's history:
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html with its names in
 * PascalCase.
 */
export interface TaskFacts {
  /** What comes after its last `/` names the attempt's log. */
  readonly taskArn: string;
  readonly cluster: string;
  readonly taskDefinition: string;
  readonly container: string;
  readonly image: string;
  readonly imageDigest?: string;
  /** CPU units: 1024 a virtual CPU. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  /** Seconds that the command may run; absent: not known. */
  readonly timeLimitSeconds?: number;
  /** Milliseconds since the epoch, as every time here. */
  readonly createdAt: number;
}

/** How a task's only container ended. */
export type TaskEnd =
  | {
      readonly kind: "exited";
      readonly exitCode: number;
      readonly outOfMemory: boolean;
      /** The time limit around the command was reached. */
      readonly timedOut: boolean;
      /** Somebody asked for its end. */
      readonly stopped: boolean;
      readonly startedAt: number;
      readonly stoppedAt: number;
      /** What else is known: how far the memory figure can be trusted, for instance. */
      readonly note?: string;
      /** Bytes; undefined: not measured. */
      readonly peakMemoryBytes?: number | undefined;
      readonly endedBy?: EndedBy | undefined;
      readonly undeclared?: Undeclared | undefined;
      readonly cache?: CacheUse | undefined;
      readonly checks?: readonly CheckResult[] | undefined;
    }
  /** It never ran; `reason` as ECS would say it: `CannotPullContainerError: …`. */
  | { readonly kind: "start-failed"; readonly reason: string; readonly stoppedAt: number };

/** Exit code with which `timeout` says that it ended the command. */
const TIMEOUT_EXIT_CODE = 124;
/** Exit code of a container that was killed: 128 and the number of SIGKILL. */
const KILLED_EXIT_CODE = 137;

/**
 * The task as ECS describes it when it has stopped: the output of a task that succeeded, the cause
 * of one that failed.
 */
export function taskDocument(task: TaskFacts, end: TaskEnd): JsonObject {
  const started = end.kind === "exited";
  return {
    ...common(task, "STOPPED", container(task, end)),
    ...(started ? { StartedAt: end.startedAt } : {}),
    ...attributesOf(task, end),
    StopCode: stopCode(end),
    StoppedAt: end.stoppedAt,
    StoppedReason: stoppedReason(end),
    StoppingAt: end.stoppedAt,
  };
}

function attributesOf(task: TaskFacts, end: TaskEnd): JsonObject {
  if (end.kind !== "exited") return {};
  const { peakMemoryBytes, endedBy, undeclared, cache, checks } = end;
  const { timeLimitSeconds } = task;
  const Attributes = figureAttributes({
    peakMemoryBytes,
    endedBy,
    timeLimitSeconds,
    undeclared,
    cache,
    checks,
  });
  return Attributes.length === 0 ? {} : { Attributes };
}

/** The answer of RunTask when it has taken the task: what the event `TaskSubmitted` holds. */
export function submittedDocument(task: TaskFacts): JsonObject {
  return {
    Failures: [],
    Tasks: [common(task, "PENDING", { LastStatus: "PENDING" })],
  };
}

export interface TaskFailure {
  readonly error: string;
  /** The document as JSON text. */
  readonly cause: string;
}

/**
 * What `.sync` makes of a stopped task: nothing when every container ended with exit code 0,
 * `States.TaskFailed` otherwise.
 */
export function failureOf(document: JsonObject): TaskFailure | undefined {
  const containers = Array.isArray(document["Containers"])
    ? (document["Containers"] as readonly JsonObject[])
    : [];
  if (containers.length > 0 && containers.every((one) => one["ExitCode"] === 0)) return undefined;
  return { error: "States.TaskFailed", cause: JSON.stringify(document) };
}

function common(task: TaskFacts, status: string, containerState: JsonObject): JsonObject {
  return {
    Attachments: [],
    ClusterArn: task.cluster,
    Containers: [
      {
        Name: task.container,
        Image: task.image,
        ...(task.imageDigest === undefined ? {} : { ImageDigest: task.imageDigest }),
        Cpu: String(task.cpu),
        Memory: String(task.memory),
        TaskArn: task.taskArn,
        ...containerState,
      },
    ],
    Cpu: String(task.cpu),
    CreatedAt: task.createdAt,
    DesiredStatus: status === "STOPPED" ? "STOPPED" : "RUNNING",
    Group: `family:${task.taskDefinition.replace(/^.*\//, "").replace(/:\d+$/, "")}`,
    LastStatus: status,
    LaunchType: "EC2",
    Memory: String(task.memory),
    StartedBy: "AWS Step Functions",
    Tags: [],
    TaskArn: task.taskArn,
    TaskDefinitionArn: task.taskDefinition,
  };
}

function container(task: TaskFacts, end: TaskEnd): Record<string, Json> {
  if (end.kind === "start-failed") return { LastStatus: "STOPPED", Reason: end.reason };
  const reason = end.outOfMemory
    ? ["OutOfMemoryError: Container killed due to memory usage", end.note]
    : [end.note];
  const text = reason.filter((part) => part !== undefined).join("; ");
  return {
    ExitCode: exitCode(end),
    LastStatus: "STOPPED",
    ...(text === "" ? {} : { Reason: text }),
    RuntimeId: task.taskArn.replace(/^.*\//, ""),
  };
}

function exitCode(end: Extract<TaskEnd, { kind: "exited" }>): number {
  if (end.outOfMemory) return KILLED_EXIT_CODE;
  if (end.timedOut && end.exitCode !== KILLED_EXIT_CODE) return TIMEOUT_EXIT_CODE;
  return end.exitCode;
}

function stopCode(end: TaskEnd): string {
  if (end.kind === "start-failed") return "TaskFailedToStart";
  return end.stopped ? "UserInitiated" : "EssentialContainerExited";
}

function stoppedReason(end: TaskEnd): string {
  if (end.kind === "start-failed") return end.reason;
  return end.stopped ? "Task stopped by user" : "Essential container in task exited";
}
