import { expect, test } from "vitest";

import { compareVersions, nextVersion, versionAbove } from "./version-order.ts";

test.each([
  ["1.0.0", "1.0.1"],
  ["2", "3"],
  ["1.9", "1.10"],
  ["1.0.0-rc", "1.0.0-rc-2"],
])("after %s comes %s", (version, next) => {
  expect(nextVersion(version)).toBe(next);
});

test.each([
  ["1.0.0", [], "1.0.1"],
  ["1.0.0", ["1.0.0", "1.0.1", "1.10.0", "1.9.9"], "1.10.1"],
  ["1.0.0", ["1.0.0-rc"], "1.0.1"],
  ["1.0.0-rc", [], "1.0.0"],
  ["2026-a", ["2026-b"], "2026"],
  ["blue", ["blue", "blue-2"], "blue-3"],
])("above %s and %j is %s", (version, others, next) => {
  expect(versionAbove(version, others)).toBe(next);
});

test.each([
  ["1.10", "1.9", 1],
  ["1.0", "1.0.0", 0],
  ["1.0.0-rc.2", "1.0.0-rc.10", -1],
  ["1.0.0-rc", "1.0.0", -1],
  ["v2", "1.0", 1],
  ["blue", "1.0", undefined],
])("%s against %s", (a, b, order) => {
  const found = compareVersions(a, b);
  expect(found === undefined ? undefined : Math.sign(found)).toBe(order);
});
