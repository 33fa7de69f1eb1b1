import type { Notification } from "./model.ts";

/**
 * Characters of a message that Slack shows at most, with room for what is around them:
 * https://docs.slack.dev/changelog/2018-truncating-really-long-messages
 */
const longest = 35_000;

type Message = Pick<Notification, "subject" | "body">;

/**
 * What a webhook gets, in the form of the service whose host it is. The body is a block of code, so
 * that its columns stay aligned, and nothing in it can be read as markup: a log line may say
 * `<!channel>`.
 *
 * @param url the webhook
 */
export function webhookPayload(url: string, message: Message): object {
  const host = URL.parse(url)?.hostname ?? "";
  if (/^(?:[a-z]+\.)?discord(?:app)?\.com$/.test(host)) return discordPayload(message);
  if (host === "chat.googleapis.com") return googleChatPayload(message);
  return textPayload(message);
}

/**
 * `{text}`, which Slack and Mattermost take. Escapes:
 * https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
function textPayload({ subject, body }: Message): { readonly text: string } {
  return { text: `*${escaped(subject)}*\n${codeBlock(escaped(body), longest)}` };
}

/** Characters: https://discord.com/developers/docs/resources/webhook#execute-webhook */
const longestOfDiscord = 2000;

/** Without `allowed_mentions`, a log line could call everybody of the channel. */
function discordPayload({ subject, body }: Message): object {
  const title = `**${subject.replaceAll(/[\\*_~`|>]/g, String.raw`\$&`).slice(0, 500)}**\n`;
  const content = title + codeBlock(body, longestOfDiscord - title.length);
  return { content, allowed_mentions: { parse: [] } };
}

/**
 * Bytes of a message, with room for what JSON makes of it:
 * https://developers.google.com/workspace/chat/limits
 */
const longestOfGoogleChat = 30_000;

/** It knows no escapes, and takes `<users/all>` for everybody. */
function googleChatPayload({ subject, body }: Message): object {
  const harmless = (text: string): string => text.replaceAll(/<(?=users\/|https?:)/g, "< ");
  const title = `*${harmless(subject).replaceAll("*", "")}*\n`;
  // A character has three bytes at most, or four in two units.
  const room = /^[\u0020-\u007e\s]*$/.test(body) ? longestOfGoogleChat : longestOfGoogleChat / 3;
  return { text: title + codeBlock(harmless(body), room - 3 * title.length) };
}

/** @param room characters for all of the block */
function codeBlock(body: string, room: number): string {
  const text = body.trimEnd().replaceAll("```", "'''");
  return `\`\`\`\n${cut(text, room - 10)}\n\`\`\``;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Whole lines as far as there is room. */
function cut(text: string, room: number): string {
  if (text.length <= room) return text;
  const end = text.slice(0, Math.max(0, room)).lastIndexOf("\n");
  return `${text.slice(0, end + 1)}…`;
}
