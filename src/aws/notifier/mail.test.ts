import { expect, test } from "vitest";

import type { AwsContext } from "../sdk/context.ts";
import { sendBySes, sendBySns } from "./mail.ts";

const hostile = "\u001B]52;c;ZXZpbA==\u0007\u001B[2J\u009B5mowned\u202E";

/** Keeps what is sent; what is asked of it otherwise has the answer of a confirmed subscription. */
function contextOf(sent: unknown[]): AwsContext {
  const subscription = { Protocol: "email", Endpoint: "ana@example.com", SubscriptionArn: "arn:x" };
  const client = {
    send: (command: { readonly input: unknown }) => {
      sent.push(command.input);
      return Promise.resolve({ TopicArn: "arn:topic", Subscriptions: [subscription] });
    },
  };
  return {
    clients: { ses: client, sns: client },
    environment: { name: "dev", region: "us-east-1" },
    workspace: "ml",
  } as unknown as AwsContext;
}

const message = { subject: `s ${hostile}`, body: `b ${hostile}` } as Parameters<
  typeof sendBySns
>[2];

test("SES gets no text that commands a terminal", async () => {
  const sent: unknown[] = [];
  await sendBySes(contextOf(sent), "ml@example.com", "ana@example.com", message);
  expect(sent).toMatchObject([
    { Content: { Simple: { Subject: { Data: "s owned" }, Body: { Text: { Data: "b owned" } } } } },
  ]);
});

test("SNS gets no text that commands a terminal", async () => {
  const sent: unknown[] = [];
  await sendBySns(contextOf(sent), "ana@example.com", message);
  expect(sent.at(-1)).toMatchObject({ Subject: "s owned", Message: "b owned" });
});
