import type { Json, JsonObject } from "../../core/json.ts";
import type {
  Evaluate,
  FailState,
  PassState,
  ResourceKind,
  SucceedState,
  TaskState,
  WaitState,
} from "../machine.ts";
import { type Base, handled, resultFlow } from "./handlers.ts";
import { numeric, reference, template, typedField, type Place } from "./fields.ts";
import { compileUntil } from "./wait.ts";

export function compilePass(base: Base, state: JsonObject, place: Place): PassState {
  return {
    ...base,
    ...resultFlow(state, place),
    resultSelector: undefined,
    kind: "pass",
    entered: "PassStateEntered",
    exited: "PassStateExited",
    result: place.language === "JSONPath" ? state["Result"] : undefined,
  };
}

export function compileTask(base: Base, state: JsonObject, place: Place): TaskState {
  const resource = state["Resource"] as string;
  return {
    ...base,
    ...resultFlow(state, place),
    ...handled(state, place),
    kind: "task",
    entered: "TaskStateEntered",
    exited: "TaskStateExited",
    resource,
    resourceKind: resourceKindOf(resource),
    arguments: place.language === "JSONata" ? template(place, state, "Arguments") : undefined,
    timeoutSeconds: numeric(place, state, "TimeoutSeconds"),
    heartbeatSeconds: numeric(place, state, "HeartbeatSeconds"),
    credentials: template(place, state, "Credentials"),
  };
}

/**
 * How a Task's resource is called.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
 */
export function resourceKindOf(resource: string): ResourceKind {
  const integration = /^arn:[^:]*:states:[^:]*:[^:]*:([^:]+(?::[^:.]+)?):(\w+(?:\..+)?)$/.exec(
    resource,
  );
  const service = integration?.[1];
  const action = integration?.[2];
  if (service !== undefined && action !== undefined && service !== "activity") {
    const pattern = action.endsWith(".waitForTaskToken")
      ? "token"
      : /\.sync(:2)?$/.test(action)
        ? "sync"
        : "request";
    return { kind: "integration", service, action, pattern };
  }
  return /^arn:[^:]*:lambda:/.test(resource) ? { kind: "lambda" } : { kind: "activity" };
}

export function compileWait(base: Base, state: JsonObject, place: Place): WaitState {
  return {
    ...base,
    kind: "wait",
    entered: "WaitStateEntered",
    exited: "WaitStateExited",
    until: compileUntil(state, place),
  };
}

export function compileSucceed(base: Base): SucceedState {
  return {
    ...base,
    next: undefined,
    kind: "succeed",
    entered: "SucceedStateEntered",
    exited: "SucceedStateExited",
  };
}

export function compileFail(base: Base, state: JsonObject, place: Place): FailState {
  return {
    ...base,
    next: undefined,
    kind: "fail",
    entered: "FailStateEntered",
    exited: "FailStateEntered",
    error: failText(state, place, "Error"),
    cause: failText(state, place, "Cause"),
  };
}

function failText(state: JsonObject, place: Place, field: "Error" | "Cause"): Evaluate | undefined {
  const path = state[`${field}Path`];
  if (place.language === "JSONata") return typedField(place, state, field, "string");
  if (path !== undefined) return reference(place, path, `${field}Path`);
  const value: Json | undefined = state[field];
  return value === undefined ? undefined : () => value;
}
