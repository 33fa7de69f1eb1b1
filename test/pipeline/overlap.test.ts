import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../src/core/json.ts";
import { project, step } from "../../src/pipeline/fixtures/project.ts";
import { run } from "./run.ts";

const skipping = project({
  schedule: {
    enabled: true,
    cron: "0 3 * * *",
    timezone: "UTC",
    overlap: "skip",
    deadline: undefined,
  },
});
const scheduled = { trigger: "schedule", scheduled_time: "2026-01-01T00:00:00Z" };
const arn = (name: string) => `arn:aws:states:us-east-1:111111111111:execution:simulated:${name}`;
const me = execution("simulation", "2026-01-01T00:00:00.000Z");

function execution(name: string, start: string): Json {
  return {
    ExecutionArn: arn(name),
    Name: name,
    StartDate: start,
    StateMachineArn: "arn",
    Status: "RUNNING",
  };
}

function listed(...executions: readonly Json[]) {
  return [{ state: "List running executions", output: { Executions: executions } }];
}

const ran = { status: "SUCCEEDED", output: {}, order: ["extract_features", "score_model"] };
const skipped = { status: "SUCCEEDED", output: { esteira: "skipped" }, order: [] };

test.each<[string, readonly Json[], object]>([
  ["nothing else goes", [me], ran],
  ["the list is late and doesn't know this run", [], ran],
  ["one began before", [me, execution("x", "2025-12-31T23:59:59.999Z")], skipped],
  ["one began before, in whole seconds", [me, execution("x", "2025-12-31T23:59:59Z")], skipped],
  ["one began later", [execution("x", "2026-01-01T00:00:00.001Z"), me], ran],
  [
    "one of an earlier name began at the same time",
    [me, execution("a", "2026-01-01T00:00:00Z")],
    skipped,
  ],
  ["one of a later name began at the same time", [me, execution("z", "2026-01-01T00:00:00Z")], ran],
  [
    "one began before, this run isn't listed yet",
    [execution("x", "2025-12-31T00:00:00Z")],
    skipped,
  ],
  [
    "later ones and an earlier one",
    [
      execution("x", "2026-01-01T00:00:02Z"),
      me,
      execution("y", "2026-01-01T00:00:01Z"),
      execution("z", "2025-12-31T22:00:00Z"),
    ],
    skipped,
  ],
])("a scheduled run where %s", async (_, executions, outcome) => {
  expect(await run(skipping, scheduled, listed(...executions))).toMatchObject(outcome);
});

test.each(["manual", "backfill", "resume", null])(
  "a run whose trigger is %s gives way to none, and doesn't look",
  async (trigger) => {
    const result = await run(skipping, { trigger });
    expect(result).toMatchObject(ran);
    expect(result.history.map(({ details }) => details["resource"])).not.toContain(
      "listExecutions",
    );
  },
);

test("of two that look at each other, one continues", async () => {
  const both = [execution("a", "2026-01-01T00:00:00Z"), execution("b", "2026-01-01T00:00:00Z")];
  const outputs = await Promise.all(
    ["a", "b"].map(async (name) => {
      const { output } = await run(skipping, scheduled, listed(...both), {
        identity: { id: arn(name), name },
      });
      return output;
    }),
  );
  expect(outputs).toEqual([{}, { esteira: "skipped" }]);
});

test("a list that can't be had is asked for again, and then the run says so", async () => {
  const refused = {
    state: "List running executions",
    error: "Sfn.SfnException",
    cause: "not authorized",
  };
  const again = await run(skipping, scheduled, [refused, ...listed(me)]);
  expect(again).toMatchObject(ran);
  const never = await run(
    skipping,
    scheduled,
    Array.from({ length: 6 }, () => refused),
  );
  expect(never).toMatchObject({ status: "FAILED", error: "Sfn.SfnException", order: [] });
});

describe("of a project whose items are executions by themselves", () => {
  const forEach = { kind: "items", items: Array(3000).fill("x"), maxConcurrency: 1 } as const;
  const apart = { ...skipping, steps: [step("each", { forEach })] };
  const ended = (name: string, status: string): Json => ({
    ...(execution(name, "2025-12-31T00:00:00Z") as JsonObject),
    Status: status,
  });
  const outcomes = (...mapRuns: readonly Json[]) => [
    ...listed(me),
    {
      state: "List ended executions",
      output: {
        Executions: [me, ended("a", "ABORTED"), ended("b", "SUCCEEDED"), ended("c", "FAILED")],
      },
    },
    ...mapRuns.map((MapRuns) => ({ state: "List Map runs", output: { MapRuns } })),
  ];
  const over = {
    MapRunArn: "arn",
    StartDate: "2025-12-31T00:00:00Z",
    StopDate: "2026-01-01T00:00:00Z",
  };
  const goes = { MapRunArn: "arn", StartDate: "2025-12-31T00:00:00Z" };

  test("a run that has ended and whose items still go counts as going", async () => {
    const { status, output, history } = await run(apart, scheduled, outcomes([over], [over, goes]));
    expect({ status, output }).toEqual({ status: "SUCCEEDED", output: { esteira: "skipped" } });
    const asked = history.flatMap(({ type, details }) =>
      type === "TaskScheduled" && details["resource"] === "listMapRuns"
        ? [details["parameters"]]
        : [],
    );
    expect(asked).toEqual([{ ExecutionArn: arn("a") }, { ExecutionArn: arn("c") }]);
  });

  test("one whose items have ended doesn't", async () => {
    const { order } = await run(apart, scheduled, outcomes([over], []));
    expect(order).toHaveLength(3000);
  });

  test("a list that knows of none ended asks for no Map runs", async () => {
    const none = [...listed(me), { state: "List ended executions", output: { Executions: [me] } }];
    expect((await run(apart, scheduled, none)).order).toHaveLength(3000);
  });
});
