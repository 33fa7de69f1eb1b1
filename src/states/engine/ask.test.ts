import { describe, expect, test } from "vitest";
import { follow, identityWith } from "../../../test/states/follow.ts";
import type { JsonObject } from "../../core/json.ts";
import { answer } from "../elsewhere/answer.ts";
import type { Answer, Evaluator, Question } from "../elsewhere/question.ts";
import { replayExecution } from "../replay.ts";

/** Answers as a process would; `ends` says what it ends. */
function evaluator(
  ends: (question: Question, patience: string) => Answer | undefined,
): Evaluator & {
  readonly asked: string[];
} {
  const asked: string[] = [];
  return {
    asked,
    ask: async (question, patience) => {
      asked.push(patience);
      return ends(question, patience) ?? answer(question);
    },
  };
}

const ended: Answer = { kind: "ended", excess: "time" };
const jsonata: JsonObject = {
  QueryLanguage: "JSONata",
  StartAt: "First",
  States: {
    First: { Type: "Pass", Output: "{% $map([1..2], $random) %}", Next: "Slow" },
    Slow: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Arguments: { all: "{% [1..9] %}" },
      Catch: [{ ErrorEquals: ["States.QueryEvaluationError"], Next: "After" }],
      End: true,
    },
    After: { Type: "Wait", Seconds: 10, End: true },
  },
};
const jsonpath: JsonObject = {
  StartAt: "S",
  States: {
    S: { Type: "Pass", Parameters: { "found.$": "$.e[?(@.t =~ /(a+)+/)]" }, End: true },
  },
};
const isSlow = ({ job }: Question): boolean =>
  job.kind === "template" || (job.kind === "expression" && job.location === "Arguments/all");

describe("an evaluation that was ended", () => {
  test("is recorded as a failure that can be caught, and a replay doesn't evaluate it again", async () => {
    const first = evaluator((question) => (isSlow(question) ? ended : undefined));
    const run = follow(jsonata, {}, { evaluator: first });
    const turn = await run.deliver({ kind: "start" }, 0);
    const failed = turn.events.find((event) => event.type === "EvaluationFailed");
    expect(failed?.details).toEqual({
      error: "States.QueryEvaluationError",
      cause:
        "An error occurred while executing the state 'Slow' (entered at the event id #4). The JSONata expression '[1..9]' specified for the field 'Arguments/all' threw an error during evaluation: Expression evaluation timeout: Check for infinite loop",
      location: "Arguments/all",
      state: "Slow",
    });
    expect(first.asked).toEqual(["first", "first"]);

    const again = evaluator((question) => {
      if (isSlow(question)) throw new Error("it was asked again");
      return undefined;
    });
    const replayed = await replayExecution(jsonata, identityWith({}), run.history, {
      evaluator: again,
    });
    if (!replayed.ok) throw new Error(JSON.stringify(replayed.error));
    expect(again.asked).toEqual(["again"]);
    const end = await replayed.value.deliver({ kind: "wake" }, 10_000);
    expect(end.outcome?.status).toBe("SUCCEEDED");
  });

  test("ends the run that it belongs to, in JSONPath", async () => {
    const run = follow(jsonpath, { e: [] }, { evaluator: evaluator(() => ended) });
    const turn = await run.deliver({ kind: "start" }, 0);
    const outcome = {
      status: "FAILED",
      error: "States.Runtime",
      cause:
        "An error occurred while executing the state 'S' (entered at the event id #2). The evaluation of a payload template took longer than a second and was ended.",
    };
    expect(turn.outcome).toEqual(outcome);
    const none = evaluator(() => {
      throw new Error("it was asked again");
    });
    const replayed = await replayExecution(jsonpath, identityWith({ e: [] }), run.history, {
      evaluator: none,
    });
    expect(replayed.ok && replayed.value.outcome).toEqual(outcome);
  });

  test("of which nothing is recorded yet is not evaluated by a replay, but by the turn after it", async () => {
    const run = follow(jsonata, {}, { evaluator: evaluator(() => undefined) });
    const turn = await run.deliver({ kind: "start" }, 0);
    const cut = turn.events.slice(0, 4);
    expect(cut.at(-1)?.type).toBe("TaskStateEntered");
    const asked = evaluator((question) => (isSlow(question) ? ended : undefined));
    const options = { evaluator: asked };
    const replayed = await replayExecution(jsonata, identityWith({}), cut, options);
    if (!replayed.ok) throw new Error(JSON.stringify(replayed.error));
    expect(asked.asked).toEqual(["again"]);
    const next = await replayed.value.deliver({ kind: "wake" }, 5);
    expect(next.events[0]?.type).toBe("EvaluationFailed");
  });

  test("can't be resumed where it was not ended before", async () => {
    const run = follow(jsonata, {}, { evaluator: evaluator(() => undefined) });
    await run.deliver({ kind: "start" }, 0);
    const options = { evaluator: evaluator(() => ended) };
    const replayed = await replayExecution(jsonata, identityWith({}), run.history, options);
    expect(replayed).toMatchObject({
      ok: false,
      error: {
        reason: "mismatch",
        message: 'An expression of the state "First" takes too long to be evaluated again.',
      },
    });
  });
});

test("what is cheap is evaluated on the spot", async () => {
  const asked = evaluator(() => undefined);
  const cheap: JsonObject = {
    QueryLanguage: "JSONata",
    StartAt: "S",
    States: {
      S: {
        Type: "Pass",
        Output: {
          sum: "{% $sum($states.input.items.price) %}",
          dear: "{% $states.input.items[price > 1].name %}",
          text: "{% $uppercase($states.input.name) & '-' & $string(1 + 2) %}",
          when: "{% $exists($states.input.gone) ? 1 : $count($states.input.items) %}",
          context: "{% $states.context.Execution.Name %}",
        },
        End: true,
      },
    },
  };
  const items = [
    { price: 1, name: "a" },
    { price: 2, name: "b" },
  ];
  const run = follow(cheap, { items, name: "x" }, { evaluator: asked });
  const turn = await run.deliver({ kind: "start" }, 0);
  expect(turn.outcome).toEqual({
    status: "SUCCEEDED",
    output: { sum: 3, dear: "b", text: "X-3", when: 2, context: "run" },
  });
  expect(asked.asked).toEqual([]);
});
