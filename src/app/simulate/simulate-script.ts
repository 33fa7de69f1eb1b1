import type { Json, JsonObject } from "../../core/json.ts";
import { ok, type Result } from "../../core/result.ts";
import { failureOf, taskDocument } from "../../runs/task-document.ts";
import { scriptOf } from "../../states/batch.ts";
import type { StartTask, TaskOutcome } from "../../states/simulate.ts";
import type { Host } from "../host.ts";
import { notFound, usage, type Failure } from "../failure.ts";
import { suggestName } from "../names.ts";
import { textOf, type Subject } from "./simulate-subject.ts";

/**
 * What AWS takes for the time limit of a state that has none:
 * https://states-language.net/spec.html#task-state
 */
const LONGEST_SECONDS = 99_999_999;

/** How long ECS lets a task wait for room, at most. */
const ECS_PATIENCE_SECONDS = 1800;

/**
 * What the tasks come to: first the failures that were asked for, then what the file says. States
 * may be named by their step.
 *
 * @param fail `STEP[=ERROR][xN]`, each
 * @param file a JSON list of `{state, output}` and `{state, error, cause}`
 */
export async function scriptFor(
  host: Host,
  subject: Subject,
  fail: readonly string[],
  file: string | undefined,
): Promise<Result<readonly TaskOutcome[], Failure>> {
  const script: TaskOutcome[] = [];
  for (const text of fail) {
    const failures = failuresOf(subject, text);
    if (!failures.ok) return failures;
    script.push(...failures.value);
  }
  if (file === undefined) return ok(script);
  const text = await textOf(host, file);
  if (!text.ok) return text;
  const read = readScript(text.value);
  if (typeof read === "string") {
    return usage(
      `${file} is not a list of outcomes: ${read.replace(/\.$/, "").toLowerCase()}`,
      'Write a JSON list of {"state": …, "output": …} and {"state": …, "error": …, "cause": …}.',
    );
  }
  for (const outcome of read) {
    const state = stateOf(subject, outcome.state);
    if (!state.ok) return state;
    script.push({ ...outcome, state: state.value });
  }
  return ok(script);
}

function readScript(text: string): readonly TaskOutcome[] | string {
  try {
    return scriptOf(JSON.parse(text) as Json);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function stateOf(subject: Subject, name: string): Result<string, Failure> {
  const state = subject.tasks.get(name);
  if (state !== undefined) return ok(state);
  if ([...subject.tasks.values()].includes(name)) return ok(name);
  const known = [...subject.tasks.keys()];
  return subject.kind === "project"
    ? notFound(
        `${subject.title} has no step ${name}`,
        suggestName(name, known, { have: "Its steps are", none: "It has no steps at all." }),
      )
    : notFound(
        `${subject.title} has no Task state ${name}`,
        suggestName(name, known, { have: "Its tasks are", none: "It has no tasks at all." }),
      );
}

function failuresOf(subject: Subject, text: string): Result<readonly TaskOutcome[], Failure> {
  const equals = text.indexOf("=");
  const named = equals === -1 ? text : text.slice(0, equals);
  const after = equals === -1 ? "" : text.slice(equals + 1);
  // A step may be named as if it were counted: then it is the step that is meant.
  const isName = subject.tasks.has(named) || [...subject.tasks.values()].includes(named);
  const counted = /^(.*)x(\d+)$/s.exec(equals === -1 && isName ? "" : text);
  const whole = counted?.[1] ?? text;
  const times = counted === null ? 1 : Number(counted[2]);
  if (times < 1 || times > 1000) {
    return usage(`--fail ${text}: it fails from 1 to 1000 times`, "Write it as STEP=ERRORx2.");
  }
  const name = equals === -1 ? whole : named;
  const error = equals === -1 ? "" : whole.slice(equals + 1);
  if (equals !== -1 && (after === "" || error === "")) {
    return usage(`--fail ${text} names no error`, "Write it as STEP, STEP=ERROR or STEP=ERRORx2.");
  }
  const state = stateOf(subject, name);
  if (!state.ok) return state;
  const outcome = failureAs(subject, state.value, error === "" ? "States.TaskFailed" : error);
  return ok(Array.from({ length: times }, () => outcome));
}

/** Names of failures that are none of the command's: what ECS would then say of the task. */
const SETBACKS = new Map<string, JsonObject>([
  [
    "lost-instance",
    {
      StopCode: "SpotInterruption",
      StoppedReason: "Host EC2 (instance i-00000000000000000) terminated.",
    },
  ],
  [
    "no-capacity",
    {
      Containers: [],
      CreatedAt: 0,
      StopCode: "TaskFailedToStart",
      StoppedAt: ECS_PATIENCE_SECONDS * 1000,
      StoppedReason: "TaskFailedToStart: RESOURCE:MEMORY",
    },
  ],
]);

function failureAs(subject: Subject, state: string, error: string): TaskOutcome {
  const setback = SETBACKS.get(error);
  if (setback !== undefined) {
    const { StartedAt: startedAt, ...never } = stopped(143);
    const started = error === "lost-instance" ? { StartedAt: startedAt ?? 0 } : {};
    const failure = failureOf({ ...never, ...started, ...setback });
    const seconds = error === "lost-instance" ? 1 : ECS_PATIENCE_SECONDS;
    return { state, error: "States.TaskFailed", cause: failure?.cause ?? "", seconds };
  }
  // It is the state's own time limit that ends it.
  if (error === "States.Timeout") return { state, error, seconds: LONGEST_SECONDS };
  if (subject.kind === "file" || error !== "States.TaskFailed") {
    return { state, error, cause: "Simulated failure" };
  }
  return { state, error, cause: failureOf(stopped(1))?.cause ?? "" };
}

/**
 * What a task comes to for which nothing is said: it succeeds, with an answer that fits what it
 * asks for.
 */
export function answerTo(command: StartTask): TaskOutcome {
  return { state: command.state, output: outputOf(command) };
}

function outputOf({ resource, parameters }: StartTask): Json {
  switch (resource) {
    case "arn:aws:states:::ecs:runTask.sync":
      return stopped(0);
    case "arn:aws:states:::aws-sdk:sfn:listExecutions":
      return { Executions: [] };
    case "arn:aws:states:::aws-sdk:s3:getObject":
      // A list of items that an earlier step would have left.
      return { Body: '["item 1", "item 2", "item 3"]', ContentType: "binary/octet-stream" };
    default:
      return parameters;
  }
}

function stopped(exitCode: number) {
  return taskDocument(
    {
      taskArn: "arn:aws:ecs:us-east-1:111111111111:task/simulated/simulated",
      cluster: "arn:aws:ecs:us-east-1:111111111111:cluster/simulated",
      taskDefinition: "arn:aws:ecs:us-east-1:111111111111:task-definition/simulated:1",
      container: "simulated",
      image: "simulated",
      cpu: 1024,
      memory: 2048,
      createdAt: 0,
    },
    {
      kind: "exited",
      exitCode,
      outOfMemory: false,
      timedOut: false,
      stopped: false,
      startedAt: 0,
      stoppedAt: 0,
    },
  );
}
