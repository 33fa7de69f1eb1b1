import { expect, test } from "vitest";

import { addressed } from "./addressed.ts";

test("each is named once, and the forms that webhooks were configured with are beside", () => {
  expect(
    addressed([
      { kind: "email", address: "ana@example.com" },
      { kind: "webhook", url: "https://a.example/x", format: "teams" },
      { kind: "webhook", url: "https://b.example/x" },
      { kind: "email", address: "ana@example.com" },
      { kind: "webhook", url: "https://a.example/x", format: "json" },
    ]),
  ).toEqual({
    recipients: ["ana@example.com", "https://a.example/x", "https://b.example/x"],
    formats: { "https://a.example/x": "teams" },
  });
});

test("without a form there is no field for them", () => {
  expect(addressed([{ kind: "webhook", url: "https://b.example/x" }])).toEqual({
    recipients: ["https://b.example/x"],
  });
});
