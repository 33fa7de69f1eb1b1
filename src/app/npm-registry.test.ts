import { expect, test } from "vitest";

import { isNewer } from "./npm-registry.ts";

test.each([
  ["0.10.0", "0.9.1", true],
  ["1.0.0", "0.9.1", true],
  ["0.9.1", "0.10.0", false],
  ["0.1.0", "0.1.0", false],
  ["0.2.0-rc.1", "0.1.0", true],
])("%s is newer than %s: %s", (version, than, newer) => {
  expect(isNewer(version, than)).toBe(newer);
});
