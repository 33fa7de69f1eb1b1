import { postWebhook } from "../../platform/watch/webhook.ts";
import { isWebhook } from "../../runs/delivery.ts";
import { webhookPayload } from "../../runs/webhook/payload.ts";
import type { AwsContext } from "../sdk/context.ts";
import type { Send } from "./deliver.ts";
import { sendBySes, sendBySns } from "./mail.ts";

/** How long a webhook may take, in milliseconds. */
const webhookTimeoutMs = 10_000;

/** Notifies people by the environment's mail transport, and by webhooks. */
export function sendFrom(context: AwsContext): Send {
  const { mail } = context.environment;
  return async (recipient, notification) => {
    if (isWebhook(recipient)) {
      const payload = webhookPayload(recipient, notification);
      return postWebhook(recipient, payload, { timeoutMs: webhookTimeoutMs });
    }
    switch (mail?.transport) {
      case "ses":
        return sendBySes(context, mail.from, recipient, notification);
      case "sns":
        return sendBySns(context, recipient, notification);
      default:
        return "nobody";
    }
  };
}
