import { expect, test } from "vitest";

import { maskOf } from "./mask.ts";

const secret = "s3cr3t/with+signs é";
const mask = maskOf([secret]);

test.each([
  ["as it is", secret],
  ["for URLs", encodeURIComponent(secret)],
  ["in base64", Buffer.from(secret).toString("base64").replace(/=+$/, "")],
  ["in base64 for URLs", Buffer.from(secret).toString("base64url")],
])("a secret %s is masked, wherever it stands", (_how, form) => {
  expect(mask(form)).toBe("***");
  expect(mask(`a ${form} b ${form}`)).toBe("a *** b ***");
});

test.each(["", "u", "us", "user:"])(
  "what was encoded with %j before it is masked too",
  (before) => {
    const encoded = Buffer.from(`${before}${secret}:after`).toString("base64");
    const shown = mask(encoded);
    expect(shown).toContain("***");
    expect(Buffer.from(shown.replace(/.*\*\*\*/, ""), "base64").toString()).not.toContain("s3cr");
    expect(shown.length).toBeLessThan(encoded.length - 18);
  },
);

test("secrets that overlap go whole", () => {
  expect(maskOf(["abcdef", "defghi"])("-abcdefghi-")).toBe("-***-");
  expect(maskOf(["abcabc"])("abcabcabc")).toBe("***");
});

test("of a secret with line breaks each line is one", () => {
  const key = "-----BEGIN KEY-----\r\nMIIEvQIBADANBg\r\nshort\r\n-----END KEY-----\n";
  expect(key.split("\n").map(maskOf([key]))).toEqual(["***\r", "***\r", "short\r", "***", ""]);
});

test("what is too short to be a secret stays, as does text without any", () => {
  expect(maskOf(["true", "12345", ""])("true 12345")).toBe("true 12345");
  expect(mask("nothing here")).toBe("nothing here");
});
