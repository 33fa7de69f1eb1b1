import { expect, test } from "vitest";

import { composeTest } from "./test-message.ts";

test("says who tries what, in one line of limited length, whatever the name", () => {
  expect(composeTest({ environment: "dev", project: "recsys", actor: "ana" })).toEqual({
    subject: "[dev] Esteira: a test message",
    body: "ana tries whether notifications of recsys in dev reach you.\nThey do. There is nothing to do.\n",
  });
  const { body } = composeTest({
    environment: "dev",
    project: undefined,
    actor: `eve\r\n\r\nYour password: ${"x".repeat(5000)}`,
  });
  expect(body.split("\n")).toHaveLength(3);
  expect(body.length).toBeLessThan(220);
});
