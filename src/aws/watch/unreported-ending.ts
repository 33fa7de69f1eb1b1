import type { Message } from "@aws-sdk/client-sqs";

import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { UnreportedEnding } from "../../runs/watch/facts.ts";
import { requestOf } from "../notifier/events.ts";

/**
 * Reads a message about a run's end that the notifier did not receive, as EventBridge leaves it
 * (the event itself, with attributes:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html), or that it failed at,
 * as Lambda does (a record of the call:
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).
 *
 * @param suffix the environment's: other environments' runs are none of ours
 * @returns undefined for any other message
 */
export function unreportedEnding(
  { MessageId = "", Body = "", MessageAttributes = {} }: Message,
  suffix: string,
): UnreportedEnding | undefined {
  const body = jsonOf(Body);
  if (body === undefined) return undefined;
  const record = isJsonObject(body["requestPayload"]) ? body["requestPayload"] : undefined;
  const request = requestOf(record ?? body);
  if (request.kind !== "run-ended") return undefined;
  // …:execution:recsys-workflow:recsys-20260131T030000Z-4f9a1c
  const [machine = "", run = ""] = request.event.executionArn.split(":").slice(-2);
  const end = `${suffix}-workflow`;
  if (!machine.endsWith(end) || machine.length === end.length || run === "") return undefined;
  const attribute = (name: string): string => MessageAttributes[name]?.StringValue ?? "";
  const at = Date.parse(text(body["timestamp"]) || text(body["time"]));
  const error =
    record === undefined
      ? [attribute("ERROR_CODE"), attribute("ERROR_MESSAGE")]
          .filter((part) => part !== "")
          .join(": ")
      : text(isJsonObject(body["responsePayload"]) ? body["responsePayload"]["errorMessage"] : "");
  return {
    id: MessageId,
    project: machine.slice(0, -end.length),
    run,
    at: Number.isNaN(at) ? undefined : at,
    error: error === "" ? "an error that it doesn't name" : error,
  };
}

function jsonOf(body: string): JsonObject | undefined {
  try {
    const value = JSON.parse(body) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
