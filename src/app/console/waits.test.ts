import { expect, test } from "vitest";

import type { Platform } from "../../platform/port.ts";
import type { RunSummary } from "../../runs/model.ts";
import { keptWaitsOfRuns } from "./waits.ts";

test("what runs in progress wait for is read once for all who look at tonight", async () => {
  let histories = 0;
  const platform = {
    kind: "aws",
    releaseOf: () => Promise.resolve({ ok: true, value: { steps: [] } }),
    events: () => {
      histories += 1;
      return Promise.resolve({ ok: true, value: { items: [] } });
    },
  } as unknown as Platform;
  const runs = Array.from({ length: 50 }, (_, n) => ({ run: `recsys-${n}` }) as RunSummary);
  const now = Date.UTC(2026, 0, 31, 3);
  await Promise.all([1, 2, 3].map(() => keptWaitsOfRuns(platform, runs, now)));
  await keptWaitsOfRuns(platform, runs, now + 14_000);
  expect(histories).toBe(50);
  await keptWaitsOfRuns(platform, runs.slice(1), now + 14_000);
  expect(histories).toBe(99);
  await keptWaitsOfRuns(platform, runs.slice(1), now + 30_000);
  expect(histories).toBe(148);
});
