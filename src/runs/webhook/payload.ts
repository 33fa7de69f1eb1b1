import type { WebhookFormat } from "../../core/webhook-format.ts";
import type { Notification } from "../model.ts";
import { discordPayload, googleChatPayload, slackPayload } from "./chat.ts";
import { webhookDocument } from "./document.ts";
import { teamsPayload } from "./teams.ts";

/**
 * What a webhook gets: in the form that it was configured with, else in that of the service whose
 * host it is, else as a document for programs.
 *
 * @param url the webhook, as the notification's recipients have it
 */
export function webhookPayload(url: string, notification: Notification): object {
  const { formats = {} } = notification;
  const format = Object.hasOwn(formats, url) ? formats[url] : undefined;
  return payloads[format ?? formatOfHost(url)](notification);
}

const payloads: Readonly<Record<WebhookFormat, (notification: Notification) => object>> = {
  teams: teamsPayload,
  slack: slackPayload,
  discord: discordPayload,
  "google-chat": googleChatPayload,
  json: webhookDocument,
};

/** The hosts of Teams change: its format must be configured. */
function formatOfHost(url: string): WebhookFormat {
  const host = URL.parse(url)?.hostname ?? "";
  if (/^hooks\.slack(?:-gov)?\.com$/.test(host)) return "slack";
  if (/^(?:[a-z]+\.)?discord(?:app)?\.com$/.test(host)) return "discord";
  return host === "chat.googleapis.com" ? "google-chat" : "json";
}
