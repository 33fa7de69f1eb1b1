import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../core/json.ts";
import { stepId } from "../core/ids.ts";
import { compilePipeline } from "./compile.ts";
import { project, sequence, step, target } from "./fixtures/project.ts";

/** The states of a definition, whatever they are nested in, by name. */
function allStates(definition: JsonObject | undefined): Record<string, JsonObject> {
  const found: Record<string, JsonObject> = {};
  const visit = (machine: JsonObject): void => {
    for (const [name, state] of Object.entries(machine["States"] as Record<string, JsonObject>)) {
      expect(found).not.toHaveProperty([name]);
      found[name] = state;
      for (const branch of (state["Branches"] as JsonObject[] | undefined) ?? []) visit(branch);
      if (state["ItemProcessor"]) visit(state["ItemProcessor"] as JsonObject);
    }
  };
  if (definition) visit(definition);
  return found;
}

function override(state: JsonObject | undefined): Record<string, Json> {
  const task = state as { Arguments: { Overrides: { ContainerOverrides: JsonObject[] } } };
  return { ...task.Arguments.Overrides.ContainerOverrides[0] };
}

test("the mission's example: a guard, a task and what stands for it, step after step", () => {
  const states = allStates(compilePipeline(project(), target));
  expect(Object.keys(states)).toEqual([
    "Read input",
    "Check input",
    "Refuse input",
    "Run extract_features?",
    "extract_features",
    "After extract_features failed",
    "Wait before extract_features again",
    "Give up extract_features",
    "Skip extract_features",
    "Run score_model?",
    "score_model",
    "After score_model failed",
    "Wait before score_model again",
    "Give up score_model",
    "Skip score_model",
  ]);
  expect(states["score_model"]).toEqual({
    Type: "Task",
    Resource: "arn:aws:states:::ecs:runTask.sync",
    TimeoutSeconds:
      '{% ($given := $lookup($run_overrides, "score_model").timeout_seconds; $type($given) = "number" ? $given + 3600 : 7200) %}',
    Arguments: {
      Cluster: "ml-cluster-recsys",
      TaskDefinition: "${task_definition}",
      CapacityProviderStrategy: [{ CapacityProvider: "cp-recsys", Weight: 1 }],
      PropagateTags: "TASK_DEFINITION",
      Overrides: {
        ContainerOverrides: [
          {
            Name: "recsys",
            Cpu: 1024,
            Memory:
              '{% ($given := $lookup($run_overrides, "score_model").memory_gb; $type($given) = "number" ? $round($given * 1024) : 2048) %}',
            Command: [
              '{% "exec timeout -k 30 " & $string(($given := $lookup($run_overrides, "score_model").timeout_seconds; $type($given) = "number" ? $given : 3600)) & " python steps/score_model.py" %}',
            ],
            Environment: [
              { Name: "ESTEIRA_STEP", Value: "score_model" },
              { Name: "ESTEIRA_RUN_ID", Value: "{% $run_id %}" },
              { Name: "ESTEIRA_SCHEDULED_TIME", Value: "{% $scheduled_time %}" },
              { Name: "ESTEIRA_SCHEDULED_DATE", Value: "{% $scheduled_date %}" },
              { Name: "ESTEIRA_ARTIFACTS_URI", Value: '{% $artifacts & $origin & "/" %}' },
            ],
          },
        ],
      },
    },
    Output: {},
    Retry: [
      {
        ErrorEquals: [
          "ECS.ServerException",
          "ECS.AmazonECSException",
          "ECS.ThrottlingException",
          "AmazonECS.Unknown",
        ],
        IntervalSeconds: 30,
        MaxAttempts: 5,
        BackoffRate: 2,
        MaxDelaySeconds: 300,
        JitterStrategy: "FULL",
      },
    ],
    Catch: [
      {
        ErrorEquals: ["States.TaskFailed", "States.Timeout"],
        Output: "{% $merge([$states.input, $states.errorOutput]) %}",
        Next: "After score_model failed",
      },
    ],
    End: true,
  });
  expect(states["Run score_model?"]?.["Choices"]).toMatchObject([
    { Output: { lost: 0, waited: 0 }, Next: "score_model" },
  ]);
  expect(states["Give up score_model"]).toEqual({
    Type: "Fail",
    Error: "{% $states.input.Error %}",
    Cause: "{% $states.input.Cause %}",
  });
});

test("the same project gives the same bytes, whatever the order of its variables", () => {
  const of = (environmentVariables: Record<string, string>) =>
    JSON.stringify(
      compilePipeline(project({ steps: [step("a", { environmentVariables })] }), target),
    );
  expect(of({ A: "1", B: "2" })).toBe(of({ B: "2", A: "1" }));
});

test("without steps there is nothing to compile", () => {
  expect(compilePipeline(project({ steps: [] }), target)).toBeUndefined();
});

describe("one step", () => {
  test("tries again as often as it says, after the waits that it says", () => {
    const retry = { intervalSeconds: 10, backoffRate: 1.5, maxIntervalSeconds: 60 };
    const states = allStates(
      compilePipeline(project({ steps: [step("a", { retries: 2, retry })] }), target),
    );
    const rules = (states["After a failed"]?.["Choices"] ?? []) as readonly JsonObject[];
    expect(rules.at(-1)).toEqual({
      Condition: "{% true and $states.input.failed_1 < 2 %}",
      Output:
        '{% $merge([$states.input, {"failed_1": $states.input.failed_1 + 1, "wait": $round($min([10 * $power(1.5, $states.input.failed_1), 60]))}]) %}',
      Next: "Wait before a again",
    });
  });

  test("asks for whole units of processor and memory, and for GPUs where it has some", () => {
    const resources = { cpu: 0.333, memoryGb: 0.7, gpu: 2 };
    const states = allStates(
      compilePipeline(project({ steps: [step("a", { resources })] }), target),
    );
    expect(override(states["a"])).toMatchObject({
      Cpu: 341,
      Memory:
        '{% ($given := $lookup($run_overrides, "a").memory_gb; $type($given) = "number" ? $round($given * 1024) : 717) %}',
      ResourceRequirements: [{ Type: "GPU", Value: "2" }],
    });
  });

  test("has its own variables below Esteira's, which nobody overrides", () => {
    const environmentVariables = { Z: "1", ENV: "prd", ESTEIRA_STEP: "x", A: "2" };
    const parameters = [{ name: "top_n", default: "5", description: "" }];
    const states = allStates(
      compilePipeline(project({ steps: [step("a", { environmentVariables })], parameters }), {
        ...target,
        model: true,
      }),
    );
    expect(override(states["a"])["Environment"]).toEqual([
      { Name: "A", Value: "2" },
      { Name: "Z", Value: "1" },
      { Name: "ESTEIRA_STEP", Value: "a" },
      { Name: "ESTEIRA_RUN_ID", Value: "{% $run_id %}" },
      { Name: "ESTEIRA_SCHEDULED_TIME", Value: "{% $scheduled_time %}" },
      { Name: "ESTEIRA_SCHEDULED_DATE", Value: "{% $scheduled_date %}" },
      { Name: "ESTEIRA_ARTIFACTS_URI", Value: '{% $artifacts & $origin & "/" %}' },
      { Name: "ESTEIRA_MODEL_URI", Value: "${model_uri}" },
      { Name: "ESTEIRA_PARAM_TOP_N", Value: '{% $lookup($params, "top_n") %}' },
    ]);
  });
});

describe("what a project doesn't use compiles to nothing", () => {
  const names = (changes: Parameters<typeof project>[0]) => {
    const states = allStates(compilePipeline(project(changes), target));
    return {
      states: Object.keys(states),
      assigned: Object.keys(states["Read input"]?.["Assign"] ?? {}),
    };
  };
  const schedule = {
    enabled: true,
    cron: "0 3 * * *",
    timezone: "UTC",
    overlap: "skip",
    deadline: undefined,
  } as const;

  test("parameters", () => {
    expect(names({}).assigned).not.toContain("params");
    const parameters = [{ name: "a", default: "", description: "" }];
    expect(names({ parameters }).assigned).toContain("params");
  });

  test("overlap", () => {
    expect(names({ schedule: { ...schedule, overlap: "allow" } })).toEqual(names({}));
    const { states, assigned } = names({ schedule });
    expect(assigned).toContain("trigger");
    expect(states).toEqual(
      expect.arrayContaining([
        "Check overlap",
        "List running executions",
        "Compare starts",
        "Skip this run",
      ]),
    );
  });

  test("items from an artifact", () => {
    expect(names({}).assigned).not.toContain("artifacts_key");
    const forEach = {
      kind: "artifact",
      step: stepId("a"),
      file: "x.json",
      maxConcurrency: 2,
    } as const;
    const { assigned } = names({ steps: [step("a"), step("b", { after: ["a"], forEach })] });
    expect(assigned).toContain("artifacts_key");
  });
});

describe("the time limit of a run", () => {
  const limit = (steps: ReturnType<typeof step>[]) =>
    compilePipeline(project({ steps }), target)?.["TimeoutSeconds"];
  /** The waits after services' errors: 30, 60, 120, 240, 300. */
  const services = 750;
  /**
   * Six hours in which tasks wait for room, and the last one of them for as long as ECS lets it.
   */
  const room = 6 * 3600 + 3600;
  const margin = 900;
  /** An attempt's own time, and an hour for its start; three more for instances that are lost. */
  const attempts = (seconds: number, count = 1) => (count + 3) * (seconds + 3600);

  test("is the sum over a sequence", () => {
    expect(limit(sequence("a", "b"))).toBe(2 * (attempts(3600) + services + room) + margin);
  });

  test("has every attempt and every wait in it", () => {
    const retry = { intervalSeconds: 10, backoffRate: 2, maxIntervalSeconds: 30 };
    expect(limit([step("a", { timeoutSeconds: 100, retries: 3, retry })])).toBe(
      attempts(100, 4) + (10 + 20 + 30) + services + room + margin,
    );
  });

  test("has no more in it than the budgets that there are", () => {
    const a = step("a", { lostInstanceRetries: 0, capacityWaitHours: 0 });
    expect(limit([a])).toBe(7200 + services + margin);
    expect(limit([{ ...a, lostInstanceRetries: 1, capacityWaitHours: 2 }])).toBe(
      2 * 7200 + services + 3 * 3600 + margin,
    );
  });

  test("is the longest branch's where steps run side by side", () => {
    const short = step("a", { timeoutSeconds: 100 });
    expect(limit([short, step("b")])).toBe(attempts(3600) + services + room + margin);
  });

  test("has the rounds of a step that runs once an item", () => {
    const forEach = { kind: "items", items: ["1", "2", "3", "4", "5"], maxConcurrency: 2 } as const;
    expect(limit([step("a", { forEach })])).toBe(3 * (attempts(3600) + services + room) + margin);
  });

  test("never exceeds what an execution may take", () => {
    const forEach = {
      kind: "artifact",
      step: stepId("a"),
      file: "x.json",
      maxConcurrency: 1,
    } as const;
    expect(limit([step("a"), step("b", { after: ["a"], forEach, timeoutSeconds: 86_400 })])).toBe(
      31_536_000,
    );
  });
});
