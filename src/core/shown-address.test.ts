import { expect, test } from "vitest";

import { threadMs } from "./fixtures/thread-time.ts";
import { shownAddress, withoutSecretAddresses } from "./shown-address.ts";

test.each([
  ["https://hooks.example.com/services/T0/secret?key=1", "https://hooks.example.com/…"],
  ["https://ana:password@hooks.example.com", "https://hooks.example.com/…"],
  ["http://hooks.example.com#secret", "http://hooks.example.com/…"],
  ["https:/hooks.example.com/secret", "https:…"],
  ["hooks.example.com/services/secret", "hooks.example.com/…"],
  ["ana@example.com", "ana@example.com"],
  ["ana", "ana"],
])("%s is shown as %s", (text, shown) => {
  expect(shownAddress(text)).toBe(shown);
});

test.each([
  [
    '  on_failure: ["https://hooks.example.com/services/T0/x?key=1", https://h.example.com/a]',
    '  on_failure: ["https://hooks.example.com/*******************", https://h.example.com/*]',
  ],
  ["registry: ana:secret@registry.example.com/ml", "registry: **********@registry.example.com/ml"],
  [
    "uri: postgresql://ana:secret@db.example.com/prices",
    "uri: postgresql://**********@db.example.com/prices",
  ],
  [
    "--index-url=https://x:y@pypi.example.com/simple",
    "--index-url=https://***@pypi.example.com/******",
  ],
  [
    "mail: ana@example.com # at 03:00, ops@example.com",
    "mail: ana@example.com # at 03:00, ops@example.com",
  ],
  ["smtp: { password: abc, port: 25 }", "smtp: { password: ***, port: 25 }"],
  ["artifacts_uri: s3://bucket/prefix", "artifacts_uri: s3://bucket/prefix"],
  [
    "see https://example.com and https://example.com/",
    "see https://example.com and https://example.com/",
  ],
])("the line %s is shown as %s", (line, shown) => {
  expect(withoutSecretAddresses(line)).toBe(shown);
  expect(shown).toHaveLength(line.length);
});

test.each(["x:=", "a:b", "http://", "a:b@", "=a", "//@", "http:///"])(
  "a long line of %s takes no time",
  (part) => {
    const begin = threadMs();
    withoutSecretAddresses(part.repeat(100_000 / part.length));
    expect(threadMs() - begin).toBeLessThan(1000);
  },
);
