import type { Notification } from "./model.ts";

/**
 * Characters of a message that Slack shows at most, with room for what is around them:
 * https://docs.slack.dev/changelog/2018-truncating-really-long-messages
 */
const longest = 35_000;

/**
 * What a webhook gets: `{text}`, which Slack, Mattermost and Teams take. The body is a block of
 * code, so that its columns stay aligned, and nothing in it can be read as markup: a log line may
 * say `<!channel>`. Escapes: https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export function webhookPayload(notification: Pick<Notification, "subject" | "body">): {
  readonly text: string;
} {
  const { subject, body } = notification;
  const block = escaped(body.trimEnd()).replaceAll("```", "'''");
  return { text: `*${escaped(subject)}*\n\`\`\`\n${cut(block)}\n\`\`\`` };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function cut(text: string): string {
  return text.length <= longest
    ? text
    : `${text.slice(0, longest).replace(/(?<![^\n])[^\n]*$/, "")}…`;
}
