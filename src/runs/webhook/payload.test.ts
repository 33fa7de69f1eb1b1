import { describe, expect, test } from "vitest";

import { WEBHOOK_FORMATS } from "../../core/webhook-format.ts";
import type { Notification } from "../model.ts";
import { webhookPayload } from "./payload.ts";

const notification = (changes: Partial<Notification>): Notification => ({
  outcome: "failure",
  recipients: [],
  subject: "s",
  body: "b\n",
  ...changes,
});

/** The message in the form that the host gets, or in one that was configured. */
function payloadOf(
  url: string,
  changes: Partial<Notification>,
  format?: (typeof WEBHOOK_FORMATS)[number],
): object {
  const formats = format === undefined ? {} : { formats: { [url]: format } };
  return webhookPayload(url, notification({ ...changes, ...formats }));
}

const slack = "https://hooks.slack.com/services/T0";
const discord = "https://discord.com/api/webhooks/1/secret";
const googleChat = "https://chat.googleapis.com/v1/spaces/S/messages?key=k&token=t";
const other = "https://hooks.example.com/x";
const workflow = "https://prod-1.example.logic.azure.com/workflows/1/run?sig=secret";

const fieldsOf = (payload: object): string[] => Object.keys(payload).toSorted();

test.each([
  [slack, ["text"]],
  ["https://hooks.slack-gov.com/services/T0", ["text"]],
  [discord, ["allowed_mentions", "content"]],
  ["https://ptb.discordapp.com/api/webhooks/1/secret", ["allowed_mentions", "content"]],
  [googleChat, ["text"]],
])("%s gets the form of its host", (url, fields) => {
  expect(fieldsOf(payloadOf(url, {}))).toEqual(fields);
});

test.each([other, workflow, "https://discord.com.example.com/x", "https://hooks.slack.com.evil/x"])(
  "%s, which is of no chat that is known by its host, gets the document",
  (url) => {
    expect(payloadOf(url, {})).toMatchObject({ schema: 1, kind: "run" });
  },
);

test("the form that was configured goes before the host's, and counts for its webhook alone", () => {
  const forms = WEBHOOK_FORMATS.map((format) => fieldsOf(payloadOf(slack, {}, format)));
  expect(forms.map((fields) => (fields.includes("schema") ? "document" : fields.join()))).toEqual([
    "attachments,type",
    "text",
    "allowed_mentions,content",
    "text",
    "document",
  ]);
  expect(fieldsOf(webhookPayload(slack, notification({ formats: { [other]: "teams" } })))).toEqual([
    "text",
  ]);
});

describe("the document", () => {
  const about = {
    kind: "run",
    workspace: "acme",
    environment: "prd",
    project: "recsys",
    version: "1.0.0",
    run: "recsys-1",
    status: "FAILED",
    startedAt: 1,
    endedAt: 2,
    step: "score",
    diagnosis: "run/exit-code",
  } as const;

  test("has what the notification is about, and its text twice", () => {
    expect(payloadOf(other, { subject: "[prd] a & b", body: "  no ```rows```\n", about })).toEqual({
      schema: 1,
      outcome: "failure",
      ...about,
      url: null,
      subject: "[prd] a & b",
      body: "  no ```rows```\n",
      text: "*[prd] a &amp; b*\n```\n  no '''rows'''\n```",
    });
  });

  test("of a notification that an earlier version kept has its text, and null for the rest", () => {
    expect(payloadOf(other, {})).toEqual({
      schema: 1,
      kind: "run",
      outcome: "failure",
      workspace: null,
      environment: null,
      project: null,
      version: null,
      run: null,
      status: null,
      startedAt: null,
      endedAt: null,
      step: null,
      diagnosis: null,
      url: null,
      subject: "s",
      body: "b\n",
      text: "*s*\n```\nb\n```",
    });
  });

  test("is never large", () => {
    const body = `${"x".repeat(99)}\n`.repeat(1000);
    const made = payloadOf(other, { body }) as { body: string; text: string };
    expect(made.body.length).toBeLessThanOrEqual(35_001);
    expect(made.body.endsWith("x\n…")).toBe(true);
    expect(made.text.length).toBeLessThan(36_000);
  });
});

describe("a card for Teams", () => {
  interface Block {
    readonly type: string;
    readonly spacing: string;
    readonly inlines: readonly { readonly type: string; readonly text: string }[];
  }
  interface Card {
    readonly attachments: readonly [
      { readonly content: { readonly body: readonly Block[]; readonly actions?: unknown } },
    ];
  }
  const cardOf = (changes: Partial<Notification>): Card =>
    payloadOf(workflow, changes, "teams") as Card;
  const contentOf = (changes: Partial<Notification>) => cardOf(changes).attachments[0].content;
  const linesOf = (changes: Partial<Notification>): string[] =>
    contentOf(changes).body.map(({ inlines }) => inlines.map(({ text }) => text).join(""));

  test("is a message with one Adaptive Card, a block a line", () => {
    const run = (text: string, spacing: string) => ({
      type: "RichTextBlock",
      spacing,
      inlines: [{ type: "TextRun", text, fontType: "Monospace", size: "Small" }],
    });
    expect(
      cardOf({ subject: "[prd] recsys failed", body: "Run  recsys-1\nEnded 1\n\nLog\n" }),
    ).toEqual({
      type: "message",
      attachments: [
        {
          contentType: "application/vnd.microsoft.card.adaptive",
          contentUrl: null,
          content: {
            $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
            type: "AdaptiveCard",
            version: "1.4",
            fallbackText: "[prd] recsys failed",
            msteams: { width: "Full" },
            body: [
              {
                type: "RichTextBlock",
                spacing: "Default",
                inlines: [
                  {
                    type: "TextRun",
                    text: "[prd] recsys failed",
                    weight: "Bolder",
                    size: "Medium",
                    color: "Attention",
                  },
                ],
              },
              run("Run\u00A0\u00A0recsys-1", "Default"),
              run("Ended 1", "None"),
              run("Log", "Default"),
            ],
          },
        },
      ],
    });
  });

  test("opens the run's page, in the message's language", () => {
    const message = {
      language: "pt-BR",
      tone: "good",
      title: "",
      headline: "",
      notes: [],
      cause: [],
      facts: [],
      steps: [],
      changes: [],
      log: undefined,
      next: [],
      url: "https://console.example.com/run",
    } as const;
    expect(contentOf({ message }).actions).toEqual([
      { type: "Action.OpenUrl", title: "Abrir", url: "https://console.example.com/run" },
    ]);
  });

  test("has its texts where no Markdown is read, and keeps the columns", () => {
    const body = "**b** [x](https://evil.example) <at>all</at> {{DATE(1)}}\n  # h   - i\n";
    const blocks = contentOf({ subject: "_s_ # a", body }).body;
    expect(new Set(blocks.map(({ type }) => type))).toEqual(new Set(["RichTextBlock"]));
    expect(new Set(blocks.flatMap(({ inlines }) => inlines.map(({ type }) => type)))).toEqual(
      new Set(["TextRun"]),
    );
    expect(linesOf({ subject: "_s_ # a", body })).toEqual([
      "_s_ # a",
      "**b** [x](https://evil.example) <at>all</at> {{DATE(1)}}",
      "\u00A0\u00A0# h\u00A0\u00A0\u00A0- i",
    ]);
  });

  test("says how it is by its colour", () => {
    const colors = (["failure", "success", "recovery"] as const).map(
      (outcome) => contentOf({ outcome }).body[0]?.inlines[0],
    );
    expect(colors).toMatchObject([{ color: "Attention" }, { color: "Good" }, { color: "Good" }]);
  });

  test.each([
    ["short lines", "x\n".repeat(5000)],
    ["lines of letters of three bytes", `${"漢".repeat(200)}\n`.repeat(500)],
    ["lines of emoji", `${"😀".repeat(200)}\n`.repeat(500)],
    ["characters that JSON escapes", `${String.raw`"\\`.repeat(200)}\n`.repeat(500)],
    ["blanks", `a${" ".repeat(900)}b\n`.repeat(500)],
    ["one line without an end", "x".repeat(100_000)],
  ])("stays below 20 kB: %s", (_, body) => {
    const changes = { subject: "漢".repeat(5000), body };
    expect(Buffer.byteLength(JSON.stringify(cardOf(changes)))).toBeLessThan(20_000);
    const lines = linesOf(changes);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines[0]).toBe("漢".repeat(300));
    expect(lines.at(-1)).toBe(body.includes("\n") ? "…" : "x".repeat(1000));
  });
});

test("a webhook's text can't call anybody or leave its block", () => {
  expect(
    payloadOf(slack, {
      subject: "[prd] a <b> failed",
      body: "What happened: <!channel> & ```rm```\n\n  aligned  text\n",
    }),
  ).toEqual({
    text: "*[prd] a &lt;b&gt; failed*\n```\nWhat happened: &lt;!channel&gt; &amp; '''rm'''\n\n  aligned  text\n```",
  });
  const long = { subject: "s", body: `${"x".repeat(99)}\n`.repeat(1000) };
  const { text } = payloadOf(slack, long) as { text: string };
  expect(text.length).toBeLessThan(36_000);
  expect(text.endsWith("x\n…\n```")).toBe(true);
});

test("Discord gets its own form, within 2,000 characters, and calls nobody", () => {
  expect(payloadOf(discord, { subject: "[prd] a_b failed", body: "@everyone ```rm```\n" })).toEqual(
    {
      content: "**[prd] a\\_b failed**\n```\n@everyone '''rm'''\n```",
      allowed_mentions: { parse: [] },
    },
  );
  const long = { subject: "*".repeat(300), body: `${"x".repeat(99)}\n`.repeat(100) };
  const { content } = payloadOf(discord, long) as { content: string };
  expect(content.length).toBeLessThanOrEqual(2000);
  expect(content.endsWith("x\n…\n```")).toBe(true);
});

test("Google Chat gets its own form, within 32,000 bytes, and calls nobody", () => {
  expect(payloadOf(googleChat, { subject: "a & b", body: "<users/all> <b>\n" })).toEqual({
    text: "*a & b*\n```\n< users/all> <b>\n```",
  });
  for (const sign of ["x", "é", "漢", "😀"]) {
    const long = { subject: sign.repeat(100), body: `${sign.repeat(99)}\n`.repeat(1000) };
    const { text } = payloadOf(googleChat, long) as { text: string };
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(32_000);
  }
});
