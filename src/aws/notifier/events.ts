import type { BackfillEnd } from "../../runs/backfill-report.ts";
import { backfillEndOf } from "./backfill-end.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { poolCallOf, type PoolCall } from "./pool-calls.ts";
import type { ArrivalRequest } from "./serve-arrivals.ts";

/** What the hourly rule gives the function. */
export const watchEvent = { esteira: "watch" } as const;

/** What the rule of each minute gives it, where objects start projects. */
export const arrivalsEvent = { esteira: "arrivals" } as const;

/**
 * A run has ended:
 * https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export interface RunEvent {
  readonly executionArn: string;
  readonly stateMachineArn: string;
}

/** A run has begun, or goes again. */
export interface RunStart extends RunEvent {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Undefined where the event is without it: it may be too long for one. */
  readonly input: string | undefined;
  readonly redriveCount: number | undefined;
}

/** What the function can be asked. */
export type NotifierRequest =
  | { readonly kind: "run-ended"; readonly event: RunEvent }
  | { readonly kind: "run-started"; readonly event: RunStart }
  | { readonly kind: "watch" }
  /** A step's run asks for places of pools, or gives them back. */
  | PoolCall
  | ArrivalRequest
  /**
   * A message for trying, asked for by a person, to people that the project notifies; the answer is
   * the state of each recipient.
   */
  | {
      readonly kind: "test";
      readonly project: string;
      readonly recipients: readonly string[];
      readonly actor: string;
    }
  /** A backfill has ended, whose runs were not reported one by one. */
  | { readonly kind: "backfill"; readonly end: BackfillEnd }
  /**
   * Notify again who waits to be notified; of a run that is named, whom it had given up as well.
   */
  | {
      readonly kind: "retry";
      readonly run: { readonly project: string; readonly run: string } | undefined;
    }
  | { readonly kind: "unknown" };

/** Reads what the function was called with. */
export function requestOf(event: Json): NotifierRequest {
  if (!isJsonObject(event)) return { kind: "unknown" };
  switch (event["esteira"]) {
    case "watch":
      return { kind: "watch" };
    case "arrivals":
      return { kind: "look-at-arrivals" };
    case "test":
      return {
        kind: "test",
        project: text(event["project"]),
        recipients: texts(event["recipients"]),
        actor: text(event["actor"]),
      };
    case "backfill": {
      const end = backfillEndOf(event);
      return end === undefined ? { kind: "unknown" } : { kind: "backfill", end };
    }
    case "retry": {
      const [project, run] = [text(event["project"]), text(event["run"])];
      return { kind: "retry", run: run === "" ? undefined : { project, run } };
    }
    default:
  }
  const call = poolCallOf(event);
  if (call !== undefined) return call;
  const { detail } = event;
  if (event["source"] === "aws.s3") return objectOf(event);
  if (event["source"] !== "aws.states" || !isJsonObject(detail)) return { kind: "unknown" };
  const [executionArn, stateMachineArn] = [
    text(detail["executionArn"]),
    text(detail["stateMachineArn"]),
  ];
  if (executionArn === "" || stateMachineArn === "") return { kind: "unknown" };
  const run = { executionArn, stateMachineArn };
  if (detail["status"] !== "RUNNING") return { kind: "run-ended", event: run };
  const { startDate, input, redriveCount } = detail;
  if (typeof startDate !== "number") return { kind: "unknown" };
  return {
    kind: "run-started",
    event: {
      ...run,
      startedAt: startDate,
      input: typeof input === "string" ? input : undefined,
      redriveCount: typeof redriveCount === "number" ? redriveCount : undefined,
    },
  };
}

/** Where nothing else says which version it is, the event's own id does. */
function objectOf(event: JsonObject): NotifierRequest {
  const { detail, time } = event;
  const { bucket, object } = isJsonObject(detail) ? detail : {};
  if (!isJsonObject(bucket) || !isJsonObject(object)) return { kind: "unknown" };
  const [name, key] = [text(bucket["name"]), text(object["key"])];
  const at = Date.parse(text(time));
  if (name === "" || key === "" || Number.isNaN(at)) return { kind: "unknown" };
  const sequencer = text(object["sequencer"]) || text(event["id"]);
  return { kind: "object", object: { bucket: name, key, sequencer, at } };
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
