import type { Notification } from "../model.ts";

/**
 * Characters of a message that Slack shows at most, with room for what is around them:
 * https://docs.slack.dev/changelog/2018-truncating-really-long-messages
 */
export const LONGEST_TEXT = 35_000;

type Message = Pick<Notification, "subject" | "body">;

/**
 * A message as Slack and Mattermost take it in `text`. The body is a block of code in every chat,
 * so that its columns stay aligned, and nothing in it can be read as markup: a log line may say
 * `<!channel>`. Escapes: https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export function slackPayload({ subject, body }: Message): { readonly text: string } {
  return { text: `*${escaped(subject)}*\n${codeBlock(escaped(body), LONGEST_TEXT)}` };
}

/** Characters: https://discord.com/developers/docs/resources/webhook#execute-webhook */
const longestOfDiscord = 2000;

/**
 * As Discord takes it. Without `allowed_mentions`, a log line could call everybody of the channel.
 */
export function discordPayload({ subject, body }: Message): object {
  const title = `**${subject.replaceAll(/[\\*_~`|>]/g, String.raw`\$&`).slice(0, 500)}**\n`;
  const content = title + codeBlock(body, longestOfDiscord - title.length);
  return { content, allowed_mentions: { parse: [] } };
}

/**
 * Bytes of a message, with room for what JSON makes of it:
 * https://developers.google.com/workspace/chat/limits
 */
const longestOfGoogleChat = 30_000;

/** As Google Chat takes it, which knows no escapes, and takes `<users/all>` for everybody. */
export function googleChatPayload({ subject, body }: Message): object {
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
export function cut(text: string, room: number): string {
  if (text.length <= room) return text;
  const end = text.slice(0, Math.max(0, room)).lastIndexOf("\n");
  return `${text.slice(0, end + 1)}…`;
}
