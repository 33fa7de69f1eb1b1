import { expect, test } from "vitest";

import type { Delivery } from "../../runs/delivery.ts";
import { renderDeliveries } from "./deliveries.ts";
import { styleFor } from "./style.ts";

const at = Date.UTC(2026, 0, 31, 12);
const around = { style: styleFor(false), width: 100, now: at, offset: () => 0 };

const delivery = (change: Partial<Delivery>): Delivery => ({
  recipient: "ana@example.com",
  state: "waiting",
  attempts: 1,
  nextTry: at + 60_000,
  sentAt: undefined,
  error: "mail.example.com:587 can't be used: connect ECONNREFUSED",
  ...change,
});

test("hundreds of messages to the same people are a line each", () => {
  const waiting = Array.from({ length: 300 }, (_, index) =>
    delivery({ nextTry: at + 60_000 * (301 - index) }),
  );
  const sent = Array.from({ length: 200 }, () =>
    delivery({ recipient: "bob@example.com", state: "sent", error: undefined, nextTry: undefined }),
  );
  expect(renderDeliveries([...waiting, ...sent], "local", around)).toEqual([
    "✓ Notified bob@example.com (200 messages).",
    "! Not notified: ana@example.com (300 messages): mail.example.com:587 can't be used: connect",
    "  ECONNREFUSED (next try 12:02:00)",
  ]);
});

test("what isn't alike is a separate line", () => {
  const lines = renderDeliveries([delivery({}), delivery({ error: "refused" })], "local", around);
  expect(lines).toEqual([
    "! Not notified: ana@example.com: mail.example.com:587 can't be used: connect ECONNREFUSED (next try",
    "  12:01:00)",
    "! Not notified: ana@example.com: refused (next try 12:01:00)",
  ]);
});
