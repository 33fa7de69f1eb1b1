import { expect, test } from "vitest";

import { aboutNoRun } from "../../runs/about.ts";
import type { Notification } from "../../runs/model.ts";
import { webhookPayload } from "../../runs/webhook/payload.ts";
import { webhookDocument } from "./webhook.ts";

test.each<[string, Notification["about"] | undefined]>([
  ["a run", { ...aboutNoRun("watch", "prd", "recsys"), kind: "run", run: "recsys-1", endedAt: 1 }],
  ["a finding", aboutNoRun("watch", "prd", "recsys")],
  ["a test of no project", aboutNoRun("test", "prd", undefined)],
  ["what an earlier version kept", undefined],
])("the document of %s is as its schema says", (_, about) => {
  const sent = webhookPayload("https://hooks.example.com/x", {
    outcome: "failure",
    recipients: [],
    subject: "s",
    body: "b\n",
    ...(about === undefined ? {} : { about }),
  });
  expect(webhookDocument.parse(JSON.parse(JSON.stringify(sent)))).toEqual(sent);
});
