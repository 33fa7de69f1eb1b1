import { expect, test } from "vitest";

import { afterTry, oneLine, shownRecipient, shownRecipients, type Delivery } from "./delivery.ts";

const to = { recipient: "ana@example.com" };
const minute = 60_000;

test("a message that went out", () => {
  expect(afterTry(to, 1, { kind: "sent" }, 5)).toEqual({
    recipient: "ana@example.com",
    state: "sent",
    attempts: 1,
    nextTry: undefined,
    sentAt: 5,
    error: undefined,
  } satisfies Delivery);
});

test("who is refused is not asked again", () => {
  expect(afterTry(to, 1, { kind: "refused", why: "no such user" }, 5)).toEqual({
    recipient: "ana@example.com",
    state: "failed",
    attempts: 1,
    nextTry: undefined,
    sentAt: undefined,
    error: "no such user",
  } satisfies Delivery);
});

test("the waits between tries grow, and are over after a day", () => {
  const later = { kind: "later", why: "try later" } as const;
  const waits = Array.from({ length: 10 }, (_, index) => afterTry(to, index + 1, later, 0));
  expect(waits.map(({ nextTry }) => (nextTry === undefined ? "-" : nextTry / minute))).toEqual([
    1,
    5,
    15,
    30,
    60,
    120,
    240,
    480,
    480,
    "-",
  ]);
  expect(waits.at(-1)).toMatchObject({ state: "failed", error: "try later", attempts: 10 });
  const patient = afterTry(to, 1, { ...later, afterMs: 20 * minute }, 0);
  expect(patient.nextTry).toBe(20 * minute);
});

test.each([
  ["ana@example.com", "ana@example.com"],
  ["https://hooks.slack.com/services/T0/B0/secret", "https://hooks.slack.com/…"],
  ["https://user:secret@example.com:8443/?token=secret", "https://example.com:8443/…"],
])("%s is shown as %s", (recipient, shown) => {
  expect(shownRecipient(recipient)).toBe(shown);
});

test("webhooks of one host are distinguished in a list", () => {
  const hook = "https://hooks.slack.com/services/T0/B0/";
  const shown = shownRecipients([`${hook}one`, "ana@example.com", `${hook}two`, `${hook}one`]);
  expect(shown[1]).toBe("ana@example.com");
  expect(shown[0]).toMatch(/^https:\/\/hooks\.slack\.com\/… \(#[0-9a-f]{6}\)$/);
  expect(shown[2]).not.toBe(shown[0]);
  expect(shown[3]).toBe(shown[0]);
  expect(shownRecipients([`${hook}one`])).toEqual(["https://hooks.slack.com/…"]);
});

test("what others said becomes one line of bounded length", () => {
  expect(oneLine("550 no\r\n such\tuser\u0000 ")).toBe("550 no such user");
  expect(oneLine("x".repeat(300))).toBe(`${"x".repeat(199)}…`);
});
