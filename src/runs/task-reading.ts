import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import { type AttemptFigures, readFigures } from "./task-facts.ts";

/**
 * What a task document says about how a task ended, on both platforms: `task-document.ts` describes
 * its shape.
 */
export interface TaskReading {
  /** Of the container that failed, else of the first one; undefined when it never ran. */
  readonly exitCode: number | undefined;
  /** Why that container ended: `OutOfMemoryError: …`; empty when ECS gives none. */
  readonly reason: string;
  /** `EssentialContainerExited`, `TaskFailedToStart`, `SpotInterruption`, … or empty. */
  readonly stopCode: string;
  readonly stoppedReason: string;
  /** Names its log: the last part of its ARN. */
  readonly id: string | undefined;
  /** Milliseconds between the container's start and its end; undefined where it isn't known. */
  readonly lastedMs: number | undefined;
  readonly figures: AttemptFigures;
}

/**
 * Reads a task document: the output of a task that succeeded, the cause of one that failed, or
 * RunTask's answer, of which the first task is taken. Undefined when it is none of these.
 */
export function readTask(payload: Json | undefined): TaskReading | undefined {
  const document = taskOf(payload);
  if (document === undefined) return undefined;
  const containers = objects(document["Containers"]);
  const container =
    containers.find((one) => typeof one["ExitCode"] === "number" && one["ExitCode"] !== 0) ??
    containers.find((one) => text(one["Reason"]) !== "") ??
    containers[0];
  const exitCode = container?.["ExitCode"];
  return {
    exitCode: typeof exitCode === "number" ? exitCode : undefined,
    reason: text(container?.["Reason"]),
    stopCode: text(document["StopCode"]),
    stoppedReason: text(document["StoppedReason"]),
    id: text(document["TaskArn"]).replace(/^.*\//, "") || undefined,
    lastedMs: lasted(document),
    figures: readFigures(document),
  };
}

/**
 * The task that a failure's cause describes; undefined when the cause is prose, as it is for errors
 * of services.
 */
export function readCause(cause: string | undefined): TaskReading | undefined {
  if (cause?.startsWith("{") !== true) return undefined;
  try {
    return readTask(JSON.parse(cause) as Json);
  } catch {
    return undefined; // AWS cuts a cause after 32,768 characters
  }
}

/** A failure's cause as text: recordings have JSON text as the value that it says. */
export function causeOf(details: JsonObject): string | undefined {
  const cause = details["cause"];
  if (cause === undefined || typeof cause === "string") return cause;
  return JSON.stringify(cause);
}

/** The value of a variable that a task's parameters put into its container. */
export function variableOf(parameters: Json | undefined, name: string): string | undefined {
  const overrides = isJsonObject(parameters) ? parameters["Overrides"] : undefined;
  const [container] = objects(
    isJsonObject(overrides) ? overrides["ContainerOverrides"] : undefined,
  );
  const variable = objects(container?.["Environment"]).find((one) => one["Name"] === name);
  const value = variable?.["Value"];
  return typeof value === "string" ? value : undefined;
}

function taskOf(payload: Json | undefined): JsonObject | undefined {
  if (!isJsonObject(payload)) return undefined;
  if (Array.isArray(payload["Tasks"])) return objects(payload["Tasks"])[0];
  return Array.isArray(payload["Containers"]) || "StopCode" in payload ? payload : undefined;
}

function lasted({ StartedAt: from, StoppedAt: to }: JsonObject): number | undefined {
  return typeof from === "number" && typeof to === "number" ? Math.max(0, to - from) : undefined;
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isJsonObject) : [];
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
