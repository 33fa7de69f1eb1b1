import { once } from "node:events";
import { execa } from "execa";
import { afterEach, expect, test } from "vitest";
import type { Json, JsonObject } from "../../src/core/json.ts";
import { openEvaluator, type EvaluatorPool } from "../../src/local/evaluator/pool.ts";
import { simulate, type Simulation } from "../../src/states/simulate.ts";

const pools: EvaluatorPool[] = [];
afterEach(() => {
  for (const pool of pools.splice(0)) pool.close();
});

function open(...options: Parameters<typeof openEvaluator>): EvaluatorPool {
  const pool = openEvaluator(...options);
  pools.push(pool);
  return pool;
}

function jsonata(expression: string): JsonObject {
  return {
    QueryLanguage: "JSONata",
    StartAt: "S",
    States: { S: { Type: "Pass", Output: `{% ${expression} %}`, End: true } },
  };
}

function choice(path: string): JsonObject {
  return {
    StartAt: "S",
    States: {
      S: {
        Type: "Choice",
        Choices: [{ Variable: path, IsPresent: true, Next: "End" }],
        Default: "End",
      },
      End: { Type: "Succeed" },
    },
  };
}

/** How it ended, and how often this process did something else meanwhile. */
async function run(
  definition: JsonObject,
  input: Json = {},
  pool = open(),
): Promise<Simulation & { turns: number }> {
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 5);
  const simulation = await simulate(definition, input, [], { evaluator: pool });
  clearInterval(timer);
  return { ...simulation, turns };
}

/**
 * A second that is used up is one of a processor's: the first expression of each kind has the
 * second that AWS gives, and the others have this, which they use up as well.
 */
const part = { firstMs: 400 };
/**
 * Were the expression evaluated in this process, it would do nothing else until the time is up. On
 * a busy machine its turns come late, and still are more than these.
 */
const fewTurns = 10;
const many = `${"a".repeat(60)}!`;
const timeout = "Expression evaluation timeout: Check for infinite loop";
const outOfMemory = "Expression evaluation memory limit exceeded";

test.each([
  [`$contains('${many}', /^(a+)+$/)`, { firstMs: 1000 }],
  ["$sum([1..100000].([1..1000].$))", part],
  ['$join([1..5000000].$string(), ",")', part],
  ['$pad("x", 300000000)', part],
  ["$map([1..1000000], function($v) { [1..1000] })", part],
  ["$sort([1..9000000])", part],
])(
  "%s ends after its second, and nobody else waits",
  async (expression, limit) => {
    const ended = await run(jsonata(expression), {}, open(limit));
    expect(ended.status).toBe("FAILED");
    expect(ended.error).toBe("States.QueryEvaluationError");
    const named = `An error occurred while executing the state 'S' (entered at the event id #2). The JSONata expression '${expression}' specified for the field 'Output' threw an error during evaluation: `;
    // What fills the memory does so before its time is up or after, as the machine is.
    const reasons = [timeout, outOfMemory];
    expect(reasons.map((one) => named + one)).toContain(ended.cause);
    expect(ended.events).toEqual([
      "ExecutionStarted",
      "PassStateEntered",
      "EvaluationFailed",
      "ExecutionFailed",
    ]);
    expect(ended.turns).toBeGreaterThan(fewTurns);
  },
  30_000,
);

// Many times longer than the limit, whose guard is late on a busy machine.
test.each([
  ["$.e[?(@.t =~ /(a+)+/)]", { e: [{ t: many }] }, { firstMs: 1000 }],
  ["$..*..*..*..*", nestedObject(15), part],
  ["$.e[?(@ in $.e)]", { e: Array.from({ length: 150_000 }, (_, n) => -n) }, part],
])(
  "the filter %s ends its own run",
  async (path, input, limit) => {
    const ended = await run(choice(path), input, open(limit));
    expect(ended.status).toBe("FAILED");
    expect(ended.error).toBe("States.Runtime");
    const opening =
      "An error occurred while executing the state 'S' (entered at the event id #2). ";
    expect([
      `${opening}The evaluation of a Choice rule took longer than a second and was ended.`,
      `${opening}The evaluation of a Choice rule needed too much memory and was ended.`,
    ]).toContain(ended.cause);
    expect(ended.turns).toBeGreaterThan(fewTurns);
  },
  30_000,
);

function nestedObject(depth: number): Json {
  return depth === 0 ? 1 : { a: nestedObject(depth - 1), b: nestedObject(depth - 1) };
}

test("a timeout is caught by the state's Catch", async () => {
  const definition: JsonObject = {
    QueryLanguage: "JSONata",
    StartAt: "S",
    States: {
      S: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Arguments: { slow: `{% $contains('${many}', /^(a+)+$/) %}` },
        Catch: [{ ErrorEquals: ["States.QueryEvaluationError"], Next: "Caught" }],
        End: true,
      },
      Caught: { Type: "Pass", Output: "caught", End: true },
    },
  };
  expect(await run(definition)).toMatchObject({ status: "SUCCEEDED", output: "caught" });
}, 30_000);

test("what needs longer than is cheap, but not too long, gives its value", async () => {
  const pool = open();
  const input = { items: [3, 1, 2], text: "a-b" };
  const cases: readonly [string, Json][] = [
    ["$sort($states.input.items)", [1, 2, 3]],
    ["$map($states.input.items, function($v) { $v * 2 })", [6, 2, 4]],
    ["$replace($states.input.text, /[^a-z]/, '+')", "a+b"],
    ["[1..3]", [1, 2, 3]],
    ["$map([1, 2], $random)[0] = $map([1, 2], $random)[1]", false],
  ];
  for (const [expression, value] of cases) {
    expect((await run(jsonata(expression), input, pool)).output).toEqual(value);
  }
  const gone = await run(jsonata("$map($states.input.gone, function($v) { $v })"), input, pool);
  expect(gone.cause).toContain("returned nothing (undefined).");
});

test("draws the same lots in a separate process as here", async () => {
  const definition: JsonObject = {
    QueryLanguage: "JSONata",
    StartAt: "S",
    States: {
      S: {
        Type: "Pass",
        Output: { a: "{% $uuid() %}", b: "{% [1..2].$uuid() %}", c: "{% $uuid() %}" },
        End: true,
      },
    },
  };
  const here = await simulate(definition, {});
  expect((await run(definition)).output).toEqual(here.output);
});

test("one that is slow doesn't hold up another's", async () => {
  const pool = open({ processes: 2 });
  const slow = run(jsonata(`$contains('${many}', /^(a+)+$/)`), {}, pool);
  const quick = await run(jsonata("$sort([2, 1])"), {}, pool);
  expect(quick.output).toEqual([1, 2]);
  expect((await slow).status).toBe("FAILED");
}, 30_000);

test("processes end when nobody needs them any more, also when they are busy", async () => {
  const script = `
    import { openEvaluator } from ${JSON.stringify(new URL("../../src/local/evaluator/pool.ts", import.meta.url).href)};
    const pool = openEvaluator({ firstMs: 3_600_000 });
    const question = { root: null, input: null, variables: { own: {} }, context: {}, now: 0, draws: { visit: "", count: 0 } };
    const ask = (text) => pool.ask({ ...question, job: { kind: "expression", text, location: "Output" } }, "first");
    await ask("{% [1..2] %}");
    console.log("ready");
    void ask("{% $contains('${many}', /^(a+)+$/) %}");
    setInterval(() => {}, 1000);
  `;
  const parent = execa(process.execPath, ["--input-type=module", "--eval", script], {
    reject: false,
  });
  await once(parent.stdout, "data");
  const child = Number((await execa("pgrep", ["-P", String(parent.pid)])).stdout.split("\n")[0]);
  parent.kill("SIGKILL");
  await parent;
  await expect.poll(() => alive(child), { timeout: 10_000 }).toBe(false);
}, 30_000);

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
