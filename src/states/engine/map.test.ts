import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../core/json.ts";
import { brief, follow } from "../../../test/states/follow.ts";
import type { InterpreterOptions, Outcome } from "../types.ts";

function map(fields: JsonObject, states: JsonObject, mode = "INLINE"): JsonObject {
  return {
    StartAt: "M",
    States: {
      M: {
        Type: "Map",
        ItemProcessor: { ProcessorConfig: { Mode: mode }, StartAt: "I", States: states },
        ...fields,
        End: true,
      },
    },
  };
}

const pass: JsonObject = { I: { Type: "Pass", End: true } };
const odd: JsonObject = {
  I: {
    Type: "Choice",
    Choices: [{ Variable: "$.bad", BooleanEquals: true, Next: "Bad" }],
    Default: "Good",
  },
  Bad: { Type: "Fail", Error: "Bad" },
  Good: { Type: "Pass", Parameters: { "n.$": "$.n" }, End: true },
};

async function outcome(
  definition: JsonObject,
  input: Json,
  options: InterpreterOptions = {},
): Promise<Outcome | undefined> {
  return (await follow(definition, input, options).deliver({ kind: "start" }, 0)).outcome;
}

describe("an inline Map", () => {
  test("makes each iteration's input from the item and its place", async () => {
    const selector = { "n.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "all.$": "$.of" };
    const definition = map({ ItemsPath: "$.items", ItemSelector: selector }, pass);
    expect(await outcome(definition, { items: ["a", "b"], of: 2 })).toEqual({
      status: "SUCCEEDED",
      output: [
        { n: 0, v: "a", all: 2 },
        { n: 1, v: "b", all: 2 },
      ],
    });
  });

  test("runs no more iterations side by side than it may", async () => {
    const wait: JsonObject = { I: { Type: "Wait", Seconds: 10, End: true } };
    const run = follow(map({ MaxConcurrency: 2 }, wait), [1, 2, 3]);
    const first = await run.deliver({ kind: "start" }, 0);
    expect(first.events.filter((event) => event.type === "MapIterationStarted")).toHaveLength(2);
    await run.deliver({ kind: "wake" }, 10_000);
    const end = await run.deliver({ kind: "wake" }, 20_000);
    expect(end.outcome).toEqual({ status: "SUCCEEDED", output: [1, 2, 3] });
  });

  test.each([[{ n: 1 }, 'Reference path "$" must point to array.']])(
    "takes nothing but arrays",
    async (input, cause) => {
      expect(await outcome(map({}, pass), input)).toMatchObject({
        status: "FAILED",
        error: "States.Runtime",
        cause: `An error occurred while executing the state 'M' (entered at the event id #2). ${cause}`,
      });
    },
  );
});

describe("a distributed Map", () => {
  test("keeps its children's histories apart, in the order of all events", async () => {
    const run = follow(map({}, pass, "DISTRIBUTED"), [1, 2]);
    const end = await run.deliver({ kind: "start" }, 0);
    expect(end.outcome).toEqual({ status: "SUCCEEDED", output: [1, 2] });
    const own = end.events.filter((event) => event.details["childExecution"] === undefined);
    expect(own.map((event) => event.type)).toEqual([
      "ExecutionStarted",
      "MapStateEntered",
      "MapStateStarted",
      "MapRunStarted",
      "MapRunSucceeded",
      "MapStateSucceeded",
      "MapStateExited",
      "ExecutionSucceeded",
    ]);
    const second = end.events.filter((event) => event.details["childExecution"] === "4:1");
    expect(second.map((event) => event.type)).toEqual([
      "ExecutionStarted",
      "PassStateEntered",
      "PassStateExited",
      "ExecutionSucceeded",
    ]);
    expect(end.events.map((event) => event.id)).toEqual(
      end.events.map((_event, index) => index + 1),
    );
  });

  test("fails at the first failure that isn't tolerated", async () => {
    const items = [{ n: 1 }, { n: 2, bad: true }, { n: 3 }];
    const plain = items.map((item) => ({ bad: false, ...item }));
    expect(await outcome(map({}, odd, "DISTRIBUTED"), plain)).toEqual({
      status: "FAILED",
      error: "States.ExceedToleratedFailureThreshold",
      cause: "The specified tolerated failure threshold was exceeded",
    });
    expect(await outcome(map({ ToleratedFailureCount: 1 }, odd, "DISTRIBUTED"), plain)).toEqual({
      status: "SUCCEEDED",
      output: [{ n: 1 }, { n: 3 }],
    });
    const third = map({ ToleratedFailurePercentage: 33 }, odd, "DISTRIBUTED");
    expect(await outcome(third, plain)).toMatchObject({ status: "FAILED" });
  });

  test("counts each child's events for itself", async () => {
    const loop: JsonObject = {
      I: {
        Type: "Choice",
        Choices: [{ Variable: "$", NumericEquals: 1, Next: "Again" }],
        Default: "Out",
      },
      Again: { Type: "Pass", Next: "I" },
      Out: { Type: "Succeed" },
    };
    const run = follow(map({ ToleratedFailureCount: 1 }, loop, "DISTRIBUTED"), [1, 2]);
    const end = await run.deliver({ kind: "start" }, 0);
    expect(end.outcome).toEqual({ status: "SUCCEEDED", output: [2] });
    const first = end.events.filter((event) => event.details["childExecution"] === "4:0");
    expect(first).toHaveLength(25_000);
    expect(first.at(-1)).toMatchObject({
      type: "ExecutionFailed",
      details: {
        error: "States.Runtime",
        cause: "The execution reached the maximum number of history events (25000).",
      },
    });
  });

  test("puts items into batches", async () => {
    const batcher = { MaxItemsPerBatch: 2, BatchInput: { "of.$": "$.name" } };
    const definition = map({ ItemsPath: "$.items", ItemBatcher: batcher }, pass, "DISTRIBUTED");
    expect(await outcome(definition, { items: [1, 2, 3], name: "x" })).toEqual({
      status: "SUCCEEDED",
      output: [
        { BatchInput: { of: "x" }, Items: [1, 2] },
        { BatchInput: { of: "x" }, Items: [3] },
      ],
    });
  });

  const reader = (config: JsonObject): JsonObject => ({
    ItemReader: {
      Resource: "arn:aws:states:::s3:getObject",
      ReaderConfig: config,
      Parameters: { Bucket: "data", "Key.$": "$.key" },
    },
  });

  test.each<[string, JsonObject, string, Json]>([
    [
      "CSV",
      { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" },
      'a,b\r\n1,"x, ""y"""\n2,z\n',
      [
        { a: "1", b: 'x, "y"' },
        { a: "2", b: "z" },
      ],
    ],
    [
      "CSV with given headers",
      { InputType: "CSV", CSVHeaders: ["p"], CSVDelimiter: "PIPE", MaxItems: 1 },
      "1|2\n3|4",
      [{ p: "1" }],
    ],
    ["JSON", { InputType: "JSON" }, "[1, {}]", [1, {}]],
    ["JSONL", { InputType: "JSONL" }, '{"a":1}\n\n2\n', [{ a: 1 }, 2]],
  ])("reads items from %s", async (_name, config, text, items) => {
    const files = new Map([["s3://data/items", text]]);
    const definition = map(reader(config), pass, "DISTRIBUTED");
    expect(await outcome(definition, { key: "items" }, { files })).toEqual({
      status: "SUCCEEDED",
      output: items,
    });
  });

  test("fails where its items can't be read", async () => {
    const run = follow(map(reader({ InputType: "JSON" }), pass, "DISTRIBUTED"), { key: "gone" });
    const end = await run.deliver({ kind: "start" }, 0);
    expect(end.outcome).toEqual({
      status: "FAILED",
      error: "States.ItemReaderFailed",
      cause: "The file s3://data/gone does not exist.",
    });
    expect(end.events.map((event) => event.type)).toContain("MapRunFailed");
  });

  test.each([
    [
      "ToleratedFailureCountPath",
      "many",
      'The ToleratedFailureCountPath field refers to value "many" which is not a valid integer: $.limit',
    ],
    ["ToleratedFailureCountPath", -1, "ToleratedFailureCount cannot be negative."],
    [
      "ToleratedFailurePercentagePath",
      101,
      "ToleratedFailurePercentage must be between 0 and 100.",
    ],
    [
      "MaxConcurrencyPath",
      -1,
      "Expected non-negative integer for MaxConcurrency, got '-1' instead.",
    ],
  ])("%s %j is refused", async (field, limit, cause) => {
    const definition = map({ ItemsPath: "$.items", [field]: "$.limit" }, pass, "DISTRIBUTED");
    expect(await outcome(definition, { items: [1], limit })).toEqual({
      status: "FAILED",
      error: "States.Runtime",
      cause: `An error occurred while executing the state 'M' (entered at the event id #2). ${cause}`,
    });
  });
});

describe("what becomes of a Map run's results", () => {
  const written = async (writer: JsonObject, input: Json): Promise<unknown> => {
    const end = await outcome(map({ ResultWriter: writer }, pass, "DISTRIBUTED"), input);
    return end?.status === "SUCCEEDED" ? end.output : end;
  };

  test("a place to write to is recorded with the run", async () => {
    const parameters = { "Bucket.$": "$[0]", Prefix: "results" };
    const result = await written(
      { Resource: "arn:aws:states:::s3:putObject", Parameters: parameters },
      ["data"],
    );
    const { MapRunArn: arn, ResultWriterDetails: details } = result as Record<string, never>;
    const run = String(arn).split(":").at(-1);
    expect(details).toEqual({ Bucket: "data", Key: `results/${run}/manifest.json` });
  });

  test("outputs are flattened, compact, or listed with their executions", async () => {
    const as = (Transformation: string) => ({ WriterConfig: { Transformation } });
    expect(await written(as("FLATTEN"), [[1, 2], 3, [[4]]])).toEqual([1, 2, 3, [4]]);
    expect(await written(as("COMPACT"), [[1, 2], 3])).toEqual([[1, 2], 3]);
    expect(await written(as("NONE"), [{ n: 1 }])).toMatchObject([
      { Input: '{"n":1}', Output: '{"n":1}', Status: "SUCCEEDED", RedriveCount: 0 },
    ]);
  });
});

describe("a tolerance that evaluates wrongly", () => {
  test.each([
    ["INLINE", { ToleratedFailureCountPath: "$.wrong" }],
    ["DISTRIBUTED", { ToleratedFailureCountPath: "$.wrong" }],
    ["DISTRIBUTED", { ToleratedFailurePercentagePath: "$.wrong" }],
  ])("fails after the Map state has begun: %s %j", async (mode, fields) => {
    const run = follow(map({ ItemsPath: "$.items", ...fields }, pass, mode), {
      items: [1],
      wrong: -1,
    });
    const end = await run.deliver({ kind: "start" }, 0);
    expect(brief(end.events)).toEqual([
      "ExecutionStarted 1<0",
      "MapStateEntered 2<0",
      "MapStateStarted 3<2",
      "ExecutionFailed 4<2",
    ]);
    const rule =
      "ToleratedFailureCountPath" in fields
        ? "ToleratedFailureCount cannot be negative."
        : "ToleratedFailurePercentage must be between 0 and 100.";
    expect(end.outcome).toEqual({
      status: "FAILED",
      error: "States.Runtime",
      cause: `An error occurred while executing the state 'M' (entered at the event id #2). ${rule}`,
    });
  });

  test("of which the concurrency isn't one: that is looked at before", async () => {
    const run = follow(map({ MaxConcurrencyPath: "$.wrong" }, pass), { wrong: -1 });
    const end = await run.deliver({ kind: "start" }, 0);
    expect(brief(end.events)).toEqual([
      "ExecutionStarted 1<0",
      "MapStateEntered 2<0",
      "ExecutionFailed 3<2",
    ]);
  });
});
