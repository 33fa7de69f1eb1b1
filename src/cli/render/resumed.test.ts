import { expect, test } from "vitest";

import { howResumed } from "./resumed.ts";

const old = { version: "1.0.0", release: "a".repeat(64) };
const fixed = { version: "1.1.0", release: "b".repeat(64) };
const same = { version: "1.0.0", release: "c".repeat(64) };

test.each([
  [old, old, old, "Continues after the last finished step."],
  [old, old, undefined, "Continues after the last finished step."],
  [
    old,
    fixed,
    fixed,
    "Continues after the last finished step, with 1.1.0, which is deployed now; it was started from 1.0.0.",
  ],
  [
    old,
    same,
    same,
    "Continues after the last finished step, with 1.0.0 (cccccccc), which is deployed now; it was started from 1.0.0 (aaaaaaaa).",
  ],
  [
    { version: "", release: "" },
    fixed,
    fixed,
    "Continues after the last finished step, with 1.1.0, which is deployed now.",
  ],
  [
    old,
    old,
    fixed,
    "Continues after the last finished step, with what it was started from. `--release latest` continues with 1.1.0, which is deployed now.",
  ],
])("from %j with %j while %j is deployed", (before, now, deployed, text) => {
  expect(howResumed(before, now, deployed)).toBe(text);
});
