import * as z from "zod";

import type { WebhookDocument } from "../../runs/webhook/document.ts";
import { document, text, textOrNull, time } from "./fields.ts";

/**
 * What a webhook gets that takes no form of a chat's; `docs/reference/webhook.md` is made of it.
 */
export const webhookDocument = document({
  kind: z
    .enum(["run", "watch", "test", "backfill"])
    .describe(
      "The end of a run, what watching found, a message of `notify test`, or the end of a backfill",
    ),
  outcome: z
    .enum(["success", "failure", "recovery"])
    .describe("`recovery`: the first success after a failure; a test is a success"),
  workspace: textOrNull().describe("Name of the workspace; of a run only"),
  environment: textOrNull().describe("Name of the environment"),
  project: textOrNull().describe("Name of the project"),
  version: textOrNull().describe("Version of the project; of a run only"),
  run: textOrNull().describe("Id of the run"),
  status: z
    .enum(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"])
    .nullable()
    .describe("Of the run, as AWS Step Functions has it"),
  startedAt: time().nullable(),
  endedAt: time().nullable(),
  step: textOrNull().describe("The step that failed"),
  diagnosis: textOrNull().describe("Code of the [diagnosis](diagnoses.md) of a failure"),
  url: textOrNull().describe("Page of the run, where it has one"),
  subject: text().describe("One line: what a mail has as its subject"),
  body: text().describe("The message as plain text, at most 35,000 characters"),
  text: text().describe("Subject and body in Slack's form, for chats that show `text`"),
}) satisfies z.ZodType<WebhookDocument>;
