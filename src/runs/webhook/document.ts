import type { Notification, NotificationAbout } from "../model.ts";
import { cut, LONGEST_TEXT, slackPayload } from "./chat.ts";

/**
 * What a webhook of an unknown host gets; `docs/reference/webhook.md` describes it to those who
 * read it. `null`: unknown, or there is none.
 */
export interface WebhookDocument extends Omit<NotificationAbout, "environment"> {
  readonly schema: 1;
  readonly outcome: Notification["outcome"];
  /** Of what was composed before it was kept, `null`. */
  readonly environment: string | null;
  /** Page of the run. */
  readonly url: string | null;
  readonly subject: string;
  /** Plain text. */
  readonly body: string;
  /** Subject and body in Slack's form: Mattermost and others that take it need no `format`. */
  readonly text: string;
}

/** A notification as programs read it. */
export function webhookDocument(notification: Notification): WebhookDocument {
  const { outcome, subject, body, message, about } = notification;
  return {
    schema: 1,
    // Picked: what was kept by another version may have other fields.
    kind: about?.kind ?? "run",
    outcome,
    workspace: about?.workspace ?? null,
    environment: about?.environment ?? null,
    project: about?.project ?? null,
    version: about?.version ?? null,
    run: about?.run ?? null,
    status: about?.status ?? null,
    startedAt: about?.startedAt ?? null,
    endedAt: about?.endedAt ?? null,
    step: about?.step ?? null,
    diagnosis: about?.diagnosis ?? null,
    url: message?.url ?? null,
    subject,
    body: cut(body, LONGEST_TEXT),
    ...slackPayload(notification),
  };
}
