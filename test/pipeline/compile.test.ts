import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadWorkspace } from "../../src/config/load.ts";
import { stepId } from "../../src/core/ids.ts";
import type { Json } from "../../src/core/json.ts";
import { project, sequence, step } from "../../src/pipeline/fixtures/project.ts";
import { limits } from "./limits.ts";
import { deployed, run } from "./run.ts";

const root = join(import.meta.dirname, "../../examples/rentcars");
const examples = (await loadWorkspace(root, "dev")).projects;

test("there are examples", () => {
  expect(examples.map(({ name }) => name)).toEqual(["fleet-digest", "fleet-report", "recsys"]);
});

test.each(examples.map((example) => [example.name, example] as const))(
  "the example %s runs every step with a bare {}",
  async (_, example) => {
    const ran = await run(example, {}, [
      { state: "Read items of describe_maker", output: { Body: '["Ford", "Fiat"]' } },
    ]);
    expect(ran).toMatchObject({ status: "SUCCEEDED", output: {} });
    expect(new Set(ran.attempts.map((one) => one["ESTEIRA_STEP"]))).toEqual(
      new Set(example.steps.map(({ id }) => id)),
    );
  },
);

describe("the run input", () => {
  const parameters = [
    { name: "top", default: "5", description: "" },
    { name: "quote", default: '"\\ {% $x %} ${task_definition} é', description: "" },
  ];
  const recsys = project({ steps: sequence("a", "b", "c"), parameters });

  test("a bare {} gives every default", async () => {
    const { attempts } = await run(recsys, {});
    expect(attempts[0]).toEqual({
      ESTEIRA_STEP: "a",
      ESTEIRA_RUN_ID: "simulation",
      ESTEIRA_SCHEDULED_TIME: "2026-01-01T00:00:00.000Z",
      ESTEIRA_SCHEDULED_DATE: "2026-01-01",
      ESTEIRA_ARTIFACTS_URI: "s3://bucket/artifacts/recsys/simulation/",
      ESTEIRA_PARAM_TOP: "5",
      ESTEIRA_PARAM_QUOTE: '"\\ {% $x %} ${task_definition} é',
    });
  });

  test.each<[string, Json]>([
    ["null", null],
    ["a text", "run"],
    ["a number", 3],
    ["a list", [{ only: ["a"] }, { only: ["b"] }]],
    ["an empty list", []],
    [
      "nothing but nulls",
      {
        params: null,
        only: null,
        skip: null,
        scheduled_time: null,
        origin: null,
        trigger: null,
        actor: null,
      },
    ],
    [
      "fields of other types",
      { params: [1], only: { a: 1 }, skip: 7, scheduled_time: 5, origin: [], trigger: {} },
    ],
    ["empty texts", { scheduled_time: "", origin: "", trigger: "" }],
    ["unknown parameters and fields", { params: { other: 1 }, else: true }],
    ["a parameter that is null", { params: { top: null } }],
  ])("%s is as good as {}", async (_, input) => {
    const bare = await run(recsys, {});
    const { status, order, attempts } = await run(recsys, input);
    expect({ status, order, attempts }).toEqual({
      status: "SUCCEEDED",
      order: ["a", "b", "c"],
      attempts: bare.attempts,
    });
  });

  test.each<[Json, readonly string[]]>([
    [{ only: ["b"] }, ["b"]],
    [{ only: "b" }, ["b"]],
    [{ only: ["c", "a"] }, ["a", "c"]],
    [{ skip: ["a", "b"] }, ["c"]],
    [{ skip: "b" }, ["a", "c"]],
    [{ skip: ["a", "b", "c"] }, []],
    [{ only: ["a", "b"], skip: ["a"] }, ["b"]],
    [{ only: [], skip: ["gone", "a"] }, ["b", "c"]],
    [{ only: ["a", 3, null] }, ["a"]],
  ])("%j runs %j", async (input, order) => {
    expect(await run(recsys, input)).toMatchObject({ status: "SUCCEEDED", order });
  });

  test("parameters, origin and scheduled time reach every step", async () => {
    const { attempts } = await run(recsys, {
      params: { top: 7, quote: "{% $states.input %}" },
      origin: "recsys-before",
      scheduled_time: "2026-01-31T03:00:00Z",
    });
    expect(attempts).toHaveLength(3);
    for (const attempt of attempts) {
      expect(attempt).toMatchObject({
        ESTEIRA_RUN_ID: "simulation",
        ESTEIRA_SCHEDULED_TIME: "2026-01-31T03:00:00Z",
        ESTEIRA_SCHEDULED_DATE: "2026-01-31",
        ESTEIRA_ARTIFACTS_URI: "s3://bucket/artifacts/recsys/recsys-before/",
        ESTEIRA_PARAM_TOP: "7",
        ESTEIRA_PARAM_QUOTE: "{% $states.input %}",
      });
    }
  });

  test.each<[Json, string]>([
    [{ only: ["a", "x", "y"] }, "only names steps that this pipeline doesn't have: x, y"],
    [{ only: "aa" }, "only names steps that this pipeline doesn't have: aa"],
    [{ origin: "../other" }, "origin is no name of a run: ../other"],
    [{ origin: ".." }, "origin is no name of a run: .."],
    [{ origin: "a/b" }, "origin is no name of a run: a/b"],
    [{ origin: "a b" }, "origin is no name of a run: a b"],
    [{ origin: "a\\b" }, "origin is no name of a run: a\\b"],
  ])("%j is refused before anything runs", async (input, cause) => {
    const { status, error, cause: reported, order } = await run(recsys, input);
    expect({ status, error, cause: reported, order }).toEqual({
      status: "FAILED",
      error: "Esteira.InvalidInput",
      cause,
      order: [],
    });
  });
});

describe("a graph", () => {
  const steps = [
    step("list"),
    step("describe", { after: ["list"] }),
    step("check"),
    step("write", { after: ["describe", "check"] }),
  ];

  test("runs what it can side by side and what it must one after the other", async () => {
    const { status, order } = await run(project({ steps }), {}, [
      { state: "check", output: {}, seconds: 500 },
    ]);
    expect({ status, order }).toEqual({
      status: "SUCCEEDED",
      order: ["list", "check", "describe", "write"],
    });
  });

  test("only and skip work inside its branches", async () => {
    expect(await run(project({ steps }), { skip: ["list", "check"] })).toMatchObject({
      status: "SUCCEEDED",
      order: ["describe", "write"],
    });
  });

  test("a failing branch ends the others and what comes after them", async () => {
    const { status, error, order, history } = await run(project({ steps }), {}, [
      { state: "check", error: "States.TaskFailed", cause: "no" },
      { state: "list", output: {}, seconds: 500 },
    ]);
    expect({ status, error, order }).toEqual({
      status: "FAILED",
      error: "States.TaskFailed",
      order: ["list", "check"],
    });
    expect(history.map(({ type }) => type)).toContain("TaskStateAborted");
  });
});

describe("retries", () => {
  const failing = { state: "a", error: "States.TaskFailed", cause: "no" };
  const at = (ran: Awaited<ReturnType<typeof run>>) =>
    ran.history.flatMap(({ type, timestamp }) =>
      type === "TaskScheduled" ? [(timestamp - Date.UTC(2026, 0, 1)) / 1000] : [],
    );
  const retry = { intervalSeconds: 10, backoffRate: 2, maxIntervalSeconds: 15 };

  test("come after the waits that the author wrote", async () => {
    const ran = await run(project({ steps: [step("a", { retries: 3, retry })] }), {}, [
      failing,
      failing,
      failing,
    ]);
    // An attempt takes a second.
    expect({ status: ran.status, at: at(ran) }).toEqual({
      status: "SUCCEEDED",
      at: [0, 11, 27, 43],
    });
  });

  test("are as many as the author wrote", async () => {
    const ran = await run(project({ steps: [step("a", { retries: 1, retry })] }), {}, [
      failing,
      { state: "a", error: "States.Timeout" },
    ]);
    expect({ status: ran.status, error: ran.error, tries: ran.order.length }).toEqual({
      status: "FAILED",
      error: "States.Timeout",
      tries: 2,
    });
  });

  test("there are none where the author wrote none, but services' errors are tried again", async () => {
    const once = await run(project({ steps: [step("a")] }), {}, [failing]);
    expect(once).toMatchObject({ status: "FAILED", order: ["a"] });
    const service = { state: "a", error: "ECS.ServerException", cause: "later" };
    const again = await run(project({ steps: [step("a")] }), {}, [service, service]);
    expect(again).toMatchObject({ status: "SUCCEEDED", order: ["a", "a", "a"] });
  });
});

test("texts of the author's mean nothing to the state machine", async () => {
  const nasty = ["{% $states.input %}", "${task_definition}", "$${x}", "{% open", "\"quotes' %}"];
  const environmentVariables = Object.fromEntries(nasty.map((text, index) => [`V${index}`, text]));
  const steps = [
    step("a", { command: "{% $x %}", name: "${name} {% %}", environmentVariables }),
    step("b", {
      after: ["a"],
      forEach: { kind: "items", items: nasty, maxConcurrency: 1 },
    }),
  ];
  const { status, attempts, history } = await run(project({ steps }), {});
  expect(status).toBe("SUCCEEDED");
  expect(attempts[0]).toMatchObject(environmentVariables);
  expect(attempts.slice(1).map((one) => one["ESTEIRA_ITEM"])).toEqual(nasty);
  expect(limits(history)[0]?.command).toEqual(["exec timeout -k 30 3600 sh -c '{% $x %}'"]);
});

test("the longest ids fit into names of states", () => {
  const ids = ["a".repeat(60), "B".repeat(60)];
  const forEach = {
    kind: "artifact",
    step: stepId("a".repeat(60)),
    file: "x",
    maxConcurrency: 1,
  } as const;
  const steps = sequence(...ids).map((one, index) => (index === 1 ? { ...one, forEach } : one));
  const names = [
    ...JSON.stringify(deployed(project({ steps }))).matchAll(/"([^"]{60,})":\{"Type"/g),
  ];
  expect(names.length).toBeGreaterThan(6);
  expect(Math.max(...names.map(([, name = ""]) => name.length))).toBeLessThanOrEqual(80);
});
