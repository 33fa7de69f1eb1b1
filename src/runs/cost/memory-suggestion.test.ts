import { expect, test } from "vitest";

import { suggestedMemory } from "./memory-suggestion.ts";

const gib = 1024 ** 3;

test.each([
  ["far too much", 1.1, 8, 2],
  ["a trace of memory", 0.01, 4, 0.5],
  ["half of it is used", 4, 8, undefined],
  ["little would be free", 0.2, 2, undefined],
  ["nobody measured it", undefined, 8, undefined],
  ["nobody knows the limit", 1, undefined, undefined],
] as const)("%s", (_name, peak, limit, wanted) => {
  const bytes = (of: number | undefined) => (of === undefined ? undefined : of * gib);
  expect(suggestedMemory(bytes(peak), bytes(limit))).toBe(wanted);
});
