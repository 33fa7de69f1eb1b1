import { describe, expect, test } from "vitest";
import type { ForEach } from "../../src/config/model.ts";
import { stepId } from "../../src/core/ids.ts";
import { compilePipeline } from "../../src/pipeline/compile.ts";
import { project, step, target } from "../../src/pipeline/fixtures/project.ts";
import { diagnose } from "../../src/runs/diagnose.ts";
import { endedInFail } from "../../src/runs/ended-in-fail.ts";
import { foldRun } from "../../src/runs/fold.ts";
import { run } from "./run.ts";

function items(count: number, maxConcurrency = 40): ForEach {
  return { kind: "items", items: Array.from({ length: count }, (_, n) => `${n}`), maxConcurrency };
}

function modes(...each: readonly ForEach[]): Record<string, unknown> {
  const steps = each.map((forEach, n) => step(`s${n}`, { forEach }));
  const { States } = compilePipeline(project({ steps }), target) as {
    States: Record<string, { ItemProcessor: { ProcessorConfig: { Mode: string } } }>;
  };
  // Steps beside each other are in a Parallel.
  const text = JSON.stringify(States);
  return {
    inline: text.split('"INLINE"').length - 1,
    apart: text.split('"DISTRIBUTED"').length - 1,
  };
}

describe("where a step runs for its items", () => {
  test("in the run's own history as long as that holds all tries of all of them", () => {
    expect(modes(items(500, 10))).toEqual({ inline: 1, apart: 0 });
    expect(modes(items(6000, 10))).toEqual({ inline: 0, apart: 1 });
  });

  test("counted over the run: the longest list is the first to get separate histories", () => {
    expect(modes(items(500, 10), items(400, 10))).toEqual({ inline: 1, apart: 1 });
    expect(modes(items(2000, 10), items(2000, 10))).toEqual({ inline: 0, apart: 2 });
  });

  test("more in flight than an inline Map can have is distributed", () => {
    expect(modes(items(41, 40))).toEqual({ inline: 1, apart: 0 });
    expect(modes(items(41, 41))).toEqual({ inline: 0, apart: 1 });
    expect(modes(items(40, 10_000))).toEqual({ inline: 1, apart: 0 });
  });
});

describe("items that are executions by themselves", () => {
  const parameters = [{ name: "day", default: "1.10", description: "" }];
  const steps = (forEach: ForEach, retries = 0) => [
    step("list"),
    step("each", { after: ["list"], forEach, retries }),
    step("end", { after: ["each"] }),
  ];

  test("get what inline ones get: the run's name, its artifacts, its parameters, their item", async () => {
    const input = {
      params: { day: "7" },
      origin: "recsys-before",
      scheduled_time: "2026-01-31T03:00:00Z",
    };
    const { status, attempts, order, history } = await run(
      project({ steps: steps(items(3000)), parameters }),
      input,
    );
    expect({ status, last: order.at(-1), tasks: order.length }).toEqual({
      status: "SUCCEEDED",
      last: "end",
      tasks: 3002,
    });
    const each = attempts.filter((one) => one["ESTEIRA_STEP"] === "each");
    expect(each[2999]).toEqual({
      ESTEIRA_STEP: "each",
      ESTEIRA_RUN_ID: "simulation",
      ESTEIRA_SCHEDULED_TIME: "2026-01-31T03:00:00Z",
      ESTEIRA_SCHEDULED_DATE: "2026-01-31",
      ESTEIRA_ARTIFACTS_URI: "s3://bucket/artifacts/recsys/recsys-before/",
      ESTEIRA_PARAM_DAY: "7",
      ESTEIRA_ITEM: "2999",
    });
    const view = foldRun(
      history,
      ["list", "each", "end"].map((id) => ({ id, name: id })),
    );
    expect(view.steps.map(({ id, status: one, attempts: all }) => [id, one, all.length])).toEqual([
      ["list", "succeeded", 1],
      ["each", "succeeded", 3000],
      ["end", "succeeded", 1],
    ]);
    expect(view.steps[1]?.attempts.map(({ item }) => item)).toEqual(
      Array.from({ length: 3000 }, (_, n) => n),
    );
  }, 120_000);

  const few: ForEach = {
    kind: "artifact",
    step: stepId("list"),
    file: "list.json",
    maxConcurrency: 2,
    maxItems: 10_000,
  };
  const read = { state: "Read items of each", output: { Body: '["a", "b", 1234567890123456]' } };
  const failing = { state: "Item of each", error: "States.TaskFailed", cause: "no" };

  test("of a list that a step leaves, as many as `max_items` says", async () => {
    const { status, order } = await run(project({ steps: steps(few) }), {}, [read]);
    expect({ status, order }).toEqual({
      status: "SUCCEEDED",
      order: ["list", "each[a]", "each[b]", "each[1234567890123456]", "end"],
    });
    const long = { ...read, output: { Body: JSON.stringify(Array(10_001).fill(1)) } };
    expect((await run(project({ steps: steps(few) }), {}, [long])).cause).toBe(
      "list/list.json has 10001 items; the step runs for at most 10000: set for_each.max_items to as many as the list may have",
    );
  }, 120_000);

  test("have their own retries; one that fails for good ends the run and is named", async () => {
    expect(await run(project({ steps: steps(few, 1) }), {}, [read, failing])).toMatchObject({
      status: "SUCCEEDED",
    });
    const failed = await run(project({ steps: steps(few, 1) }), {}, [
      read,
      failing,
      failing,
      failing,
    ]);
    expect({ status: failed.status, error: failed.error }).toEqual({
      status: "FAILED",
      error: "States.ExceedToleratedFailureThreshold",
    });
    const view = foldRun(
      failed.history,
      ["list", "each", "end"].map((id) => ({ id, name: id })),
    );
    expect(view.steps.map(({ id, status }) => [id, status])).toEqual([
      ["list", "succeeded"],
      ["each", "failed"],
      ["end", "pending"],
    ]);
    expect(diagnose(view)).toMatchInlineSnapshot(`
      {
        "code": "run/failed",
        "help": "The events of the run say more.",
        "message": "each (item 1) failed: States.TaskFailed: no",
        "step": "each",
      }
    `);
    // It is continued in a new run, like any step that failed for good.
    expect(endedInFail(failed.history)).toBe(true);
  });
});
