import { expect, test } from "vitest";

import type { AttemptView, StepView } from "../../runs/model.ts";
import type { CacheUse } from "../../runs/step-cache.ts";
import { cachedSteps } from "./run-cache.ts";

const step = (
  uses: readonly (readonly [number | undefined, CacheUse | undefined])[],
): StepView => ({
  id: "score",
  name: "score",
  status: "succeeded",
  startedAt: undefined,
  endedAt: undefined,
  retryAt: undefined,
  timeoutSeconds: undefined,
  memoryBytes: undefined,
  attempts: uses.map(([item, cache]) => ({ item, cache }) as AttemptView),
});
const taken: CacheUse = { outcome: "taken", run: "r-1", madeAt: 1 };
const first: CacheUse = { outcome: "missed", reason: "first" };

test("a step that has no cache isn't among them", () => {
  expect(cachedSteps([step([[undefined, undefined]])])).toEqual([]);
});

test("a step without items says its own", () => {
  expect(cachedSteps([step([[undefined, taken]])])).toEqual([
    { step: "score", items: undefined, taken: 1, from: ["r-1"], missed: [], more: 0 },
  ]);
  expect(cachedSteps([step([[undefined, first]])])).toMatchObject([
    { items: undefined, taken: 0, missed: [{ items: [], more: 0 }] },
  ]);
});

test("items are named by reason, as the last attempt of each says it, and no more than can be read", () => {
  const many = Array.from({ length: 1_000 }, (_, item) => {
    const run = `r-${Math.max(0, item - 900)}`;
    const miss: CacheUse = { outcome: "missed", reason: "inputs", names: ["a.csv"], run };
    return [item, miss] as const;
  });
  const [found] = cachedSteps([step([[3, first], ...many, [3, taken], [1_001, taken]])]);
  expect(found).toMatchObject({ items: 1_001, taken: 2, from: ["r-1"], more: 80 });
  expect(found?.missed).toHaveLength(20);
  expect(found?.missed[0]).toEqual({
    text: "the inputs differ from run r-0: a.csv",
    items: [0, 1, 2, ...Array.from({ length: 17 }, (_, index) => index + 4)],
    more: 880,
  });
});
