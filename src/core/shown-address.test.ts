import { expect, test } from "vitest";

import { shownAddress } from "./shown-address.ts";

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
