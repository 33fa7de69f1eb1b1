import { describe, expect, test } from "vitest";
import type { Project, Step } from "../../src/config/model.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { project, sequence, step } from "../../src/pipeline/fixtures/project.ts";
import { foldRun } from "../../src/runs/fold.ts";
import { failureIn, STOPPED, type StoppedCase } from "../../src/runs/fixtures/setbacks.ts";
import { setbackOf } from "../../src/runs/setback.ts";
import type { TaskOutcome } from "../../src/states/simulate.ts";
import { run, type Ran } from "./run.ts";

const retry = { intervalSeconds: 10, backoffRate: 2, maxIntervalSeconds: 15 };

function named(name: string): StoppedCase {
  const found = STOPPED.find((one) => one.name === name);
  if (!found) throw new Error(`no case ${name}`);
  return found;
}

const lost = failureIn(named("a spot instance that was reclaimed"));
const noRoom = failureIn(named("no memory"));
const exit1 = failureIn(named("a command that ended badly"));

/** One step `a` in each of the forms that a step can have, and the name of its Task's state. */
function forms(
  changes: Partial<Step>,
): readonly { readonly form: string; readonly state: string; readonly project: Project }[] {
  const own = (QueryLanguage: string): Project => {
    const task = { Type: "Task", Resource: "${step:a}", End: true };
    const value: JsonObject = { QueryLanguage, StartAt: "Work", States: { Work: task } };
    const definition = { file: "x.asl.json", text: JSON.stringify(value), value };
    return { ...project({ steps: [step("a", changes)] }), definition };
  };
  const forEach = { kind: "items", items: ["x"], maxConcurrency: 1 } as const;
  return [
    { form: "a step", state: "a", project: project({ steps: [step("a", changes)] }) },
    {
      form: "an item",
      state: "Item of a",
      project: project({ steps: [step("a", { ...changes, forEach })] }),
    },
    { form: "a Task of one's own in JSONPath", state: "Work", project: own("JSONPath") },
    { form: "a Task of one's own in JSONata", state: "Work", project: own("JSONata") },
  ];
}

/** When each attempt was scheduled, in seconds since the start; an attempt takes one. */
function scheduledAt({ history }: Ran): number[] {
  const start = history[0]?.timestamp ?? 0;
  return history
    .filter(({ type }) => type === "TaskScheduled")
    .map(({ timestamp }) => (timestamp - start) / 1000);
}

const times = (state: string, outcome: { error: string; cause: string }, count: number) =>
  Array.from({ length: count }, (): TaskOutcome => ({ state, ...outcome }));

describe.each(forms({}).map(({ form }) => form))("%s", (form) => {
  const of = (changes: Partial<Step>) => {
    const found = forms(changes).find((one) => one.form === form);
    if (!found) throw new Error(`no form ${form}`);
    return found;
  };

  test.each(STOPPED.map((one) => [one.name, one] as const))(
    "is judged by %s as the history is read",
    async (_, stopped) => {
      const failure = failureIn(stopped);
      expect(setbackOf(failure.error, failure.cause)).toBe(stopped.setback);
      const { project: tried, state } = of({});
      // Services' errors have their own five retries first.
      const count = failure.error.startsWith("AmazonECS.") ? 6 : 1;
      const ran = await run(tried, {}, times(state, failure, count));
      const { setback } = stopped;
      const good = { status: "SUCCEEDED", error: undefined, cause: undefined };
      expect(ran).toMatchObject(setback === undefined ? { status: "FAILED", ...failure } : good);
      expect(ran.attempts).toHaveLength(setback === undefined ? 1 : count + 1);
      const [view] = foldRun(ran.history, tried.steps).steps;
      expect(view?.status === "succeeded").toBe(setback !== undefined);
      const lostOnce = { kind: "instance-lost", number: 1, of: 3 };
      const read = view?.attempts.map((attempt) => attempt.setback);
      const each = setback === "instance-lost" ? lostOnce : setback && { kind: setback };
      expect(read).toEqual([
        ...Array.from({ length: count }, () => each),
        ...(setback === undefined ? [] : [undefined]),
      ]);
    },
  );

  test("starts again at once, three times, and then fails as the task did", async () => {
    const { project: tried, state } = of({});
    const three = await run(tried, {}, times(state, lost, 3));
    expect(three).toMatchObject({ status: "SUCCEEDED" });
    expect(scheduledAt(three)).toEqual([0, 1, 2, 3]);
    const four = await run(tried, {}, times(state, lost, 4));
    expect(four).toMatchObject({ status: "FAILED", ...lost });
    expect(foldRun(four.history, tried.steps).steps).toMatchObject([
      { id: "a", status: "failed", attempts: [{ number: 1 }, {}, {}, { number: 4 }] },
    ]);
  });

  test("keeps the author's retries and waits whatever becomes of instances", async () => {
    const { project: tried, state } = of({ retries: 2, retry, lostInstanceRetries: 2 });
    const failures = [lost, exit1, lost, exit1];
    const ran = await run(
      tried,
      {},
      failures.map((failure) => ({ state, ...failure })),
    );
    expect(ran).toMatchObject({ status: "SUCCEEDED" });
    expect(scheduledAt(ran)).toEqual([0, 1, 12, 13, 29]);
    const once = await run(tried, {}, [
      ...failures.map((failure) => ({ state, ...failure })),
      { state, ...exit1 },
    ]);
    expect(once).toMatchObject({ status: "FAILED", ...exit1 });
    expect(once.attempts).toHaveLength(5);
  });

  test("waits for room until its hours are over", async () => {
    // Each try has waited for ten minutes, and another one follows a minute later.
    const { project: tried, state } = of({ capacityWaitHours: 1 });
    const ran = await run(tried, {}, times(state, noRoom, 50));
    expect(ran).toMatchObject({ status: "FAILED", ...noRoom });
    expect(scheduledAt(ran)).toEqual([0, 61, 122, 183, 244, 305, 366]);
  });

  test("without budgets fails at once, and compiles to nothing more than before", async () => {
    const { project: tried, state } = of({ capacityWaitHours: 0, lostInstanceRetries: 0 });
    const ran = await run(tried, {}, times(state, lost, 1));
    expect(ran).toMatchObject({ status: "FAILED", ...lost });
    expect(ran.history.some(({ type }) => type === "FailStateEntered")).toBe(false);
  });
});

describe("an author's own Retry and Catch", () => {
  const own = (task: JsonObject, QueryLanguage = "JSONPath") => {
    const work = { Type: "Task", Resource: "${step:a}", End: true, ...task };
    const value: JsonObject = {
      QueryLanguage,
      StartAt: "Before",
      States: {
        Before: {
          Type: "Pass",
          ...(QueryLanguage === "JSONata" ? { Output: { kept: 1 } } : { Result: { kept: 1 } }),
          Next: "Work",
        },
        Work: { Catch: [{ ErrorEquals: ["Never"], Next: "After" }], ...work },
        After: { Type: "Pass", End: true },
      },
    };
    const definition = { file: "x.asl.json", text: JSON.stringify(value), value };
    return { ...project({ steps: [step("a")] }), definition };
  };

  test("are applied rule by rule, in order, after the instance's", async () => {
    const tried = own({
      Retry: [
        { ErrorEquals: ["Busy"], IntervalSeconds: 5, MaxAttempts: 1, BackoffRate: 1 },
        { ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 7, MaxAttempts: 1 },
        { ErrorEquals: ["States.ALL"], MaxAttempts: 9 },
      ],
    });
    const busy = { state: "Work", error: "Busy", cause: "later" };
    const failed = { state: "Work", ...exit1 };
    const ran = await run(tried, {}, [busy, { state: "Work", ...lost }, failed]);
    expect(ran).toMatchObject({ status: "SUCCEEDED" });
    expect(scheduledAt(ran)).toEqual([0, 6, 7, 15]);
    expect(await run(tried, {}, [failed, failed])).toMatchObject({ status: "FAILED", ...exit1 });
    const timeout = { state: "Work", error: "States.Timeout", seconds: 99_999 };
    expect(await run(tried, {}, [timeout, timeout])).toMatchObject({ status: "SUCCEEDED" });
  });

  test.each([
    ["JSONPath", { ResultPath: "$.failure" }],
    ["JSONata", { Output: "{% $merge([$states.input, {'failure': $states.errorOutput}]) %}" }],
  ])("in %s catch the very failure, with the state's own input", async (language, placed) => {
    const tried = own(
      { Catch: [{ ErrorEquals: ["States.TaskFailed"], ...placed, Next: "After" }] },
      language,
    );
    const ran = await run(tried, {}, [
      { state: "Work", ...lost },
      { state: "Work", ...exit1 },
    ]);
    expect(ran).toMatchObject({
      status: "SUCCEEDED",
      output: { kept: 1, failure: { Error: exit1.error, Cause: exit1.cause } },
    });
    const [view] = foldRun(ran.history, tried.steps).steps;
    expect(view).toMatchObject({ status: "failed", attempts: [{}, { exitCode: 1 }] });
    expect(foldRun(ran.history, tried.steps).status).toBe("SUCCEEDED");
  });
});

test("a step whose instance is lost holds up nothing but itself", async () => {
  const steps = [...sequence("a"), step("b", { after: [] })];
  const ran = await run(project({ steps }), {}, [{ state: "a", ...lost }]);
  expect(ran.status).toBe("SUCCEEDED");
  expect(ran.order).toEqual(["a", "b", "a"]);
});
