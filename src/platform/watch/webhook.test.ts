import { expect, test } from "vitest";

import { webhookBody } from "./webhook.ts";

test("a webhook gets no text that commands the place where it is shown, however deep it is", () => {
  const hostile = "\u001B]52;c;ZXZpbA==\u0007\u001B[2J\u009B5mowned\u202E";
  const body = webhookBody({ text: `t ${hostile}`, blocks: [{ fields: [hostile], count: 1 }] });
  expect(body).toBe('{"text":"t owned","blocks":[{"fields":["owned"],"count":1}]}');
});
