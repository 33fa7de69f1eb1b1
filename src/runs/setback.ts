import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import {
  LOST_CODES,
  LOST_INSTANCE_RETRIES,
  LOST_REASON,
  NEVER_STARTED,
  NO_REASON,
  NO_ROOM,
  NOT_PLACED_ERROR,
  type Setback,
} from "../core/task-loss.ts";
import type { AttemptView, SetbackView } from "./model.ts";
import type { OpenStep } from "./open-step.ts";

/**
 * Why a task ended, where it is nothing that its step did: judged from its document, just as the
 * compiled definition judges it (`src/pipeline/tries.ts`).
 *
 * @param cause as an event has it: the document as JSON text, or prose
 */
export function setbackOf(
  error: string | undefined,
  cause: string | undefined,
): Setback | undefined {
  if (error === NOT_PLACED_ERROR) {
    return new RegExp(NO_ROOM).test(cause ?? "") ? "no-capacity" : undefined;
  }
  const task = documentIn(cause);
  if (task === undefined) return undefined;
  const { StopCode: code, StoppedReason: reason, StartedAt: startedAt } = task;
  const said = typeof reason === "string" ? reason : "";
  if (typeof code === "string" && LOST_CODES.includes(code)) return "instance-lost";
  if (new RegExp(LOST_REASON).test(said)) return "instance-lost";
  if (code !== NEVER_STARTED || startedAt !== undefined) return undefined;
  const containers = Array.isArray(task["Containers"]) ? (task["Containers"] as Json[]) : [];
  if (containers.some((one) => isJsonObject(one) && "Reason" in one)) return undefined;
  return new RegExp(`${NO_ROOM}|${NO_REASON}`).test(said) ? "no-capacity" : undefined;
}

/**
 * An attempt's setback with its place in the budget.
 *
 * @param attempt whose end was just read
 */
export function setbackIn(step: OpenStep, attempt: AttemptView): SetbackView | undefined {
  if (attempt.status !== "failed") return undefined;
  const kind = setbackOf(attempt.error, attempt.cause);
  if (kind === undefined) return undefined;
  const before = [...step.attempts.values()].filter(
    ({ item, task, setback }) =>
      item === attempt.item &&
      task > step.countedFrom &&
      task < attempt.task &&
      setback?.kind === kind,
  );
  if (kind === "no-capacity") return { kind };
  const of = step.declared.lostInstanceRetries ?? LOST_INSTANCE_RETRIES;
  return { kind, number: before.length + 1, of };
}

function documentIn(cause: string | undefined): JsonObject | undefined {
  if (cause?.startsWith("{") !== true) return undefined;
  try {
    const read = JSON.parse(cause) as Json;
    return isJsonObject(read) ? read : undefined;
  } catch {
    return undefined; // AWS cuts a cause after 32,768 characters
  }
}
