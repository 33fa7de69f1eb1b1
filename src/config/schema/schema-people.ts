import * as z from "zod";

import { WEBHOOK_FORMATS } from "../../core/webhook-format.ts";
import { text } from "./schema-fields.ts";

/** `owners` of config.yaml. */
export const owners = z
  .strictObject({
    tech_owner: text("E-mail address of who keeps the code running.").optional(),
    business_owner: text("E-mail address of who answers for the result.").optional(),
  })
  .describe("Who answers for the project.");

const recipient = z
  .union([
    text("E-mail address, or an https: webhook."),
    z
      .strictObject({
        url: text("The webhook, which starts with https://."),
        format: z
          .enum(WEBHOOK_FORMATS)
          .describe("The form of its messages, which an address alone gets by its host."),
      })
      .describe("A webhook whose host doesn't say which form it takes, such as one of Teams."),
  ])
  .describe("E-mail address, or an https: webhook; {url, format} where the form is chosen.");

const recipients = (description: string) =>
  z.array(recipient).max(50).describe(description).optional();

/** `notifications` of config.yaml. */
export const notifications = z
  .strictObject({
    on_success: recipients("Notified when a run succeeds."),
    on_failure: recipients("Notified when a run fails."),
  })
  .describe("Who is notified when a run ends.");

/** Somebody who is notified, as config.yaml has them. */
export type RawRecipient = z.infer<typeof recipient>;
