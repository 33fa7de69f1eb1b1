import type { Timing } from "../../../src/core/clock.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../src/core/json.ts";
import {
  failureOf,
  submittedDocument,
  taskDocument,
  type TaskEnd,
  type TaskFacts,
} from "../../../src/runs/task-document.ts";
import { variableOf } from "../../../src/runs/task-reading.ts";
import type { Command, Signal } from "../../../src/states/types.ts";

/** A task that a step has started. */
export interface ScriptedTask {
  /** The last part of its ARN, as the metadata of ECS gives it to the container. */
  readonly id: string;
  readonly project: string;
  readonly run: string;
  readonly step: string;
  readonly origin: string;
  /** 1 for the first in the execution, whatever has become of those before. */
  readonly attempt: number;
  /** What it was asked to do. */
  readonly command: string;
  /** The list of what has arrived; empty where its project doesn't wait for anything. */
  readonly arrived: string;
  /** That its step's override sets; those of the task definition aren't among them. */
  readonly variables: Readonly<Record<string, string>>;
}

/** What becomes of a task. */
export interface Scripted {
  /** What it writes; absent: it never comes to write anything. */
  readonly lines?: readonly string[];
  /**
   * Its exit code; that it continues until it is stopped; how it ended, as ECS has it, over a
   * document that ended with 1; or the answer of a service that didn't take it.
   */
  readonly end:
    | number
    | "waits"
    | { readonly document: JsonObject }
    | { readonly error: string; readonly cause: string };
  /** How long it takes. Milliseconds. */
  readonly takes?: number;
}

export type Script = (task: ScriptedTask) => Scripted | Promise<Scripted>;

/** Calls the notifier's function as a state does; throws what the state fails with. */
export type FunctionCall = (payload: Json) => Promise<void>;

export interface TaskWorld {
  readonly timing: Timing;
  readonly script: Script;
  /** What the function answers that a state calls; absent: nobody calls one. */
  readonly call?: FunctionCall;
  /** Aborted when nothing continues any more. */
  readonly closing: AbortSignal;
  /** Writes lines to a log stream. */
  readonly write: (
    group: string,
    stream: string,
    lines: readonly { readonly timestamp: number; readonly message: string }[],
  ) => Promise<void>;
}

/** The execution that a task is part of. */
export interface TaskParent {
  readonly arn: string;
  readonly name: string;
  /** How many tasks each step has had. */
  readonly attempts: Map<string, number>;
}

let tasks = 0;

/** Lets a task of ECS happen as its script says, and reports to the execution. */
export async function playTask(
  world: TaskWorld,
  parent: TaskParent,
  { task, parameters, state }: Extract<Command, { kind: "start-task" }>,
  deliver: (signal: Signal) => Promise<void>,
): Promise<void> {
  const { timing } = world;
  const step = variableOf(parameters, "ESTEIRA_STEP") ?? state;
  const attempt = (parent.attempts.get(step) ?? 0) + 1;
  parent.attempts.set(step, attempt);
  const origin = (variableOf(parameters, "ESTEIRA_ARTIFACTS_URI") ?? "").split("/").at(-2) ?? "";
  const facts = factsOf(parent, parameters, timing.now());
  const scripted = await world.script({
    id: facts.taskArn.split("/").at(-1) ?? "",
    project: facts.container,
    run: parent.name,
    step,
    origin,
    arrived: variableOf(parameters, "ESTEIRA_TRIGGER_URIS") ?? "",
    attempt,
    command: commandIn(parameters),
    variables: variablesIn(parameters),
  });
  // Nothing happens in the same millisecond as what led to it.
  if (!(await passes(world, 3))) return;
  await deliver({ kind: "task-started", task });
  const { end } = scripted;
  if (typeof end === "object" && "error" in end) {
    return deliver({ kind: "task-failed", task, ...end });
  }
  await deliver({ kind: "task-submitted", task, output: submittedDocument(facts) });
  const startedAt = timing.now();
  if (scripted.lines !== undefined) await writeLog(world, facts, scripted.lines);
  if (end === "waits" || !(await passes(world, scripted.takes ?? 10))) return;
  const code = typeof end === "number" ? end : 1;
  const ended = taskDocument(facts, exited(code, startedAt, timing.now()));
  const document = typeof end === "number" ? ended : { ...ended, ...end.document };
  const failure = failureOf(document);
  await deliver(
    failure === undefined
      ? { kind: "task-succeeded", task, output: document }
      : { kind: "task-failed", task, ...failure },
  );
}

/** False when nothing continues any more. */
async function passes({ timing, closing }: TaskWorld, ms: number): Promise<boolean> {
  try {
    await timing.sleep(ms, closing);
    return true;
  } catch {
    return false;
  }
}

async function writeLog(
  world: TaskWorld,
  { taskArn, container }: TaskFacts,
  lines: readonly string[],
): Promise<void> {
  await passes(world, 3);
  const timestamp = world.timing.now();
  await world.write(
    `/ecs/${container}`,
    `steps/${container}/${taskArn.split("/").at(-1)}`,
    lines.map((message) => ({ timestamp, message })),
  );
}

function factsOf({ arn }: TaskParent, parameters: Json, createdAt: number): TaskFacts {
  const { Cluster, TaskDefinition } = isJsonObject(parameters) ? parameters : {};
  const [, , , region, account] = arn.split(":");
  tasks += 1;
  const id = tasks.toString(16).padStart(32, "0");
  return {
    taskArn: `arn:aws:ecs:${region}:${account}:task/${text(Cluster)}/${id}`,
    cluster: `arn:aws:ecs:${region}:${account}:cluster/${text(Cluster)}`,
    taskDefinition: text(TaskDefinition),
    container: text(TaskDefinition).split("/").at(-1)?.split(":")[0] ?? "",
    image: "image",
    cpu: 1024,
    memory: 1024,
    createdAt,
  };
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function commandIn(parameters: Json): string {
  const [, command] = /"Command":\["(.*?)"\]/.exec(JSON.stringify(parameters)) ?? [];
  return command ?? "";
}

function variablesIn(parameters: Json): Readonly<Record<string, string>> {
  const [, listed = "[]"] = /"Environment":(\[.*?\}\])/.exec(JSON.stringify(parameters)) ?? [];
  const variables = JSON.parse(listed) as readonly { Name: string; Value: string }[];
  return Object.fromEntries(variables.map(({ Name, Value }) => [Name, Value]));
}

function exited(exitCode: number, startedAt: number, stoppedAt: number): TaskEnd {
  return {
    kind: "exited",
    exitCode,
    outOfMemory: false,
    timedOut: false,
    stopped: false,
    startedAt,
    stoppedAt,
  };
}
