import type { WebhookFormat } from "../core/webhook-format.ts";
import type { Notification } from "./model.ts";
import type { Recipient } from "./notification-facts.ts";

/**
 * People as a notification names them, each once, with the forms that webhooks were configured
 * with. Where one is configured twice, the first counts.
 */
export function addressed(
  people: readonly Recipient[],
): Pick<Notification, "recipients" | "formats"> {
  const formats = new Map<string, WebhookFormat | undefined>();
  for (const one of people) {
    const [address, format] =
      one.kind === "email" ? [one.address, undefined] : [one.url, one.format];
    if (!formats.has(address)) formats.set(address, format);
  }
  const chosen = [...formats].filter(
    (entry): entry is [string, WebhookFormat] => entry[1] !== undefined,
  );
  return {
    recipients: [...formats.keys()],
    ...(chosen.length === 0 ? {} : { formats: Object.fromEntries(chosen) }),
  };
}
