import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/core/json.ts";
import { project, step } from "../../src/pipeline/fixtures/project.ts";
import { foldRun } from "../../src/runs/fold.ts";
import { run } from "./run.ts";

const task = (id: string, fields: JsonObject): JsonObject => ({
  Type: "Task",
  Resource: `\${step:${id}}`,
  ...fields,
});

/** Branches, a Map and a loop back; states are named unlike their steps. */
const states: JsonObject = {
  Both: {
    Type: "Parallel",
    Branches: [
      { StartAt: "Get", States: { Get: task("extract", { End: true }) } },
      { StartAt: "Look up", States: { "Look up": task("look_up", { End: true }) } },
    ],
    Next: "Each",
  },
  Each: {
    Type: "Map",
    ItemProcessor: {
      ProcessorConfig: { Mode: "INLINE" },
      StartAt: "Score one",
      States: { "Score one": task("score", { End: true }) },
    },
    Next: "Tell",
  },
  Tell: task("tell", {
    TimeoutSeconds: 77,
    Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 3, MaxAttempts: 1 }],
    Catch: [{ ErrorEquals: ["States.ALL"], Next: "Nobody heard" }],
    End: true,
  }),
  "Nobody heard": { Type: "Succeed" },
};

function own(machine: JsonObject) {
  const value = { StartAt: "Both", ...machine };
  const definition = { file: "order.asl.json", text: JSON.stringify(value), value };
  const parameters = [{ name: "top_n", default: "10", description: "" }];
  const variables = { PLAIN: "{% no expression %}", DOLLAR: "a ${b} c" };
  const steps = [
    step("extract", { environmentVariables: variables, command: "echo ${HOME} '{% x %}'" }),
    step("look_up"),
    step("score", { retries: 1 }),
    step("tell", { name: "Tell them" }),
  ];
  return { ...project({ steps, parameters }), definition };
}

const languages: readonly (readonly [string, JsonObject])[] = [
  ["JSONPath", { States: states }],
  ["JSONata", { QueryLanguage: "JSONata", States: states }],
];

describe.each(languages)("a definition of one's own in %s", (_language, machine) => {
  test("runs its steps with what they need, where they are", async () => {
    const ran = await run(own(machine), {
      params: { top_n: "3" },
      scheduled_time: "2026-01-31T03:00:00Z",
    });
    expect(ran).toMatchObject({ status: "SUCCEEDED" });
    expect(ran.attempts).toHaveLength(5);
    expect(ran.attempts[0]).toMatchObject({
      PLAIN: "{% no expression %}",
      DOLLAR: "a ${b} c",
      ESTEIRA_STEP: "extract",
      ESTEIRA_RUN_ID: "simulation",
      ESTEIRA_SCHEDULED_TIME: "2026-01-31T03:00:00Z",
      ESTEIRA_SCHEDULED_DATE: "2026-01-31",
      ESTEIRA_ARTIFACTS_URI: "s3://bucket/artifacts/recsys/simulation/",
      ESTEIRA_PARAM_TOP_N: "3",
    });
    const scheduled = ran.history.find(({ type }) => type === "TaskScheduled")?.details;
    const overrides = JSON.stringify(scheduled?.["parameters"]);
    expect(overrides).toContain(
      JSON.stringify("exec timeout -k 30 3600 sh -c 'echo ${HOME} '\\''{% x %}'\\'''"),
    );
  });

  test("skips what isn't asked for, wherever it is", async () => {
    const ran = await run(own(machine), { only: ["look_up"], skip: [] });
    expect(ran.attempts.map((one) => one["ESTEIRA_STEP"])).toEqual(["look_up"]);
    const { steps } = foldRun(ran.history, own(machine).steps);
    expect(steps.map(({ id, status }) => `${id} ${status}`)).toEqual([
      "extract skipped",
      "look_up succeeded",
      "score skipped",
      "tell skipped",
    ]);
  });

  test("keeps the state's own limits, tries again as it says, and is diagnosed by its steps", async () => {
    const ran = await run(own(machine), {}, [
      { state: "Score one", error: "States.TaskFailed" },
      { state: "Tell", error: "Busy" },
      { state: "Tell", error: "States.TaskFailed" },
    ]);
    expect(ran).toMatchObject({ status: "SUCCEEDED" });
    const limits = ran.history
      .filter(({ type }) => type === "TaskScheduled")
      .map(({ details }) => details["timeoutInSeconds"]);
    expect(new Set(limits)).toEqual(new Set([7200, 77]));
    const { steps } = foldRun(ran.history, own(machine).steps);
    const reported = steps.map(
      ({ id, status, attempts }) =>
        `${id} ${status}: ${attempts.map((attempt) => attempt.status).join(", ")}`,
    );
    expect(reported).toEqual([
      "extract succeeded: succeeded",
      "look_up succeeded: succeeded",
      "score succeeded: failed, succeeded, succeeded",
      "tell failed: failed, failed",
    ]);
  });
});
