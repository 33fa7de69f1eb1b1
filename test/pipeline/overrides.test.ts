import { expect, test } from "vitest";

import type { Json } from "../../src/core/json.ts";
import { project, sequence, step } from "../../src/pipeline/fixtures/project.ts";
import { foldRun } from "../../src/runs/fold.ts";
import { limits } from "./limits.ts";
import { run } from "./run.ts";

const declared = (id: string) => ({
  timeout: 7200,
  memory: 2048,
  command: [`exec timeout -k 30 3600 python steps/${id}.py`],
});

test("a run's overrides take the place of what a step declares, field by field", async () => {
  const steps = sequence("a", "b", "c");
  const { history, status } = await run(project({ steps }), {
    overrides: { b: { memory_gb: 0.7, timeout_seconds: 90_000 }, c: { memory_gb: 4 } },
  });
  expect(status).toBe("SUCCEEDED");
  expect(limits(history)).toEqual([
    declared("a"),
    { timeout: 93_600, memory: 717, command: ["exec timeout -k 30 90000 python steps/b.py"] },
    { ...declared("c"), memory: 4096 },
  ]);
  const view = foldRun(history, steps);
  expect(view.steps.map((one) => [one.timeoutSeconds, (one.memoryBytes ?? 0) / 1024 ** 3])).toEqual(
    [
      [3600, 2],
      [90_000, 0.7],
      [3600, 4],
    ],
  );
});

test.each<[Json]>([[null], [7], ["a"], [[]], [{ a: 1 }], [{ a: { memory_gb: "4" } }]])(
  "%j as overrides is as good as none",
  async (overrides) => {
    const { history, status } = await run(project({ steps: [step("a")] }), { overrides });
    expect([status, limits(history)]).toEqual(["SUCCEEDED", [declared("a")]]);
  },
);

test("items get them, in the run's own history and as executions by themselves", async () => {
  for (const maxConcurrency of [1, 41]) {
    const items = Array.from({ length: maxConcurrency }, (_, n) => `${n}`);
    const forEach = { kind: "items", items, maxConcurrency } as const;
    const { history, status } = await run(project({ steps: [step("a", { forEach })] }), {
      overrides: { a: { memory_gb: 4 } },
    });
    expect(status).toBe("SUCCEEDED");
    expect(limits(history)).toEqual(items.map(() => ({ ...declared("a"), memory: 4096 })));
  }
});
