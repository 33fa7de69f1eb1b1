import { wordsOf } from "../message/words.ts";
import type { Notification } from "../model.ts";

/**
 * Bytes that a card's lines may have together. Teams documents 28 KB for a message, and flows were
 * seen to fail from 21 KB on; the rest is for what is around the lines.
 * https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 */
const roomForLines = 17_000;
/** UTF-16 code units of a line, and of the title. */
const longestLine = 1000;
const longestTitle = 300;

/**
 * What a Workflow of Microsoft Teams takes ("When a Teams webhook request is received"): a message
 * with one Adaptive Card, and nothing else.
 *
 * Its texts are runs of text, in which no Markdown is read, so nothing in a log line is a link or a
 * heading; who isn't among a card's own entities can't be mentioned. Each line is a block, because
 * clients differ in what they do with line breaks.
 * https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format
 */
export function teamsPayload({ outcome, subject, body, message }: Notification): object {
  const url = message?.url;
  const color = outcome === "failure" ? "Attention" : "Good";
  const title = subject.slice(0, longestTitle).toWellFormed();
  return {
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          fallbackText: title,
          msteams: { width: "Full" },
          body: [
            block(title, "Default", { weight: "Bolder", size: "Medium", color }),
            ...linesOf(body),
          ],
          ...(url === undefined || url.length > longestLine
            ? {}
            : {
                actions: [
                  {
                    type: "Action.OpenUrl",
                    title: wordsOf(message?.language ?? "en").next.open,
                    url,
                  },
                ],
              }),
        },
      },
    ],
  };
}

/** The body's lines as blocks, as many as there is room for. */
function linesOf(body: string): readonly object[] {
  const blocks: object[] = [];
  let room = roomForLines;
  let spacing: Spacing = "Default";
  for (const line of body.trimEnd().split("\n")) {
    if (line.trim() === "") {
      spacing = "Default";
      continue;
    }
    const made = monospace(line.slice(0, longestLine).toWellFormed(), spacing);
    room -= Buffer.byteLength(JSON.stringify(made)) + 1;
    if (room < 0) return [...blocks, monospace("…", "None")];
    blocks.push(made);
    spacing = "None";
  }
  return blocks;
}

type Spacing = "Default" | "None";

/** Blanks that keep columns aligned don't break, or they would become one. */
function monospace(line: string, spacing: Spacing): object {
  const aligned = line.replaceAll(/^ +| {2,}/g, (blanks) => "\u00A0".repeat(blanks.length));
  return block(aligned, spacing, { fontType: "Monospace", size: "Small" });
}

function block(text: string, spacing: Spacing, style: object): object {
  return { type: "RichTextBlock", spacing, inlines: [{ type: "TextRun", text, ...style }] };
}
