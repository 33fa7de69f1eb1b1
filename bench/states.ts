import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { StateMachine } from "aws-local-stepfunctions";
import type { HistoryEvent } from "../src/core/history.ts";
import type { Json, JsonObject } from "../src/core/json.ts";
import { openExecution } from "../src/states/interpreter.ts";
import { replayExecution } from "../src/states/replay.ts";
import type { ExecutionIdentity } from "../src/states/types.ts";
import { alternate, median, timed } from "./row.ts";
import type { BenchRow } from "./row.ts";

export const identity: Omit<ExecutionIdentity, "input"> = {
  id: "arn:aws:states:us-east-1:111111111111:execution:bench:run",
  name: "run",
  roleArn: "arn:aws:iam::111111111111:role/bench",
  stateMachineId: "arn:aws:states:us-east-1:111111111111:stateMachine:bench",
  stateMachineName: "bench",
};

/** A chain of Pass states; `fields` are what each of them does. */
export function chain(length: number, fields: JsonObject, language = "JSONPath"): JsonObject {
  const states: Record<string, Json> = {};
  for (let index = 0; index < length; index += 1) {
    const next = index + 1 < length ? { Next: `S${index + 1}` } : { End: true };
    states[`S${index}`] = { Type: "Pass", ...fields, ...next };
  }
  return { QueryLanguage: language, StartAt: "S0", States: states };
}

function mapOver(mode: "INLINE" | "DISTRIBUTED"): JsonObject {
  const config: JsonObject =
    mode === "INLINE" ? { Mode: mode } : { Mode: mode, ExecutionType: "STANDARD" };
  return {
    StartAt: "M",
    States: {
      M: {
        Type: "Map",
        ItemsPath: "$.items",
        ItemProcessor: {
          ProcessorConfig: config,
          StartAt: "P",
          States: { P: { Type: "Pass", Parameters: { "id.$": "$.id", seen: true }, End: true } },
        },
        End: true,
      },
    },
  };
}

/** Choices that look deep into their input, one after the other, and a last one that matches. */
function choices(count: number): JsonObject {
  const states: Record<string, Json> = {};
  for (let index = 0; index < count; index += 1) {
    const next = index + 1 < count ? `C${index + 1}` : "Done";
    states[`C${index}`] = {
      Type: "Choice",
      Choices: [
        { Variable: "$.order.lines[0].product.price", NumericGreaterThan: 1000, Next: "Done" },
        {
          And: [
            { Variable: "$.order.customer.address.country", StringEquals: "BR" },
            { Variable: "$.order.lines[1].product.name", StringMatches: "*car*" },
          ],
          Next: next,
        },
      ],
      Default: "Done",
    };
  }
  states["Done"] = { Type: "Succeed" };
  return { StartAt: "C0", States: states };
}

export const order: JsonObject = {
  order: {
    customer: { address: { country: "BR" } },
    lines: [{ product: { price: 10, name: "key" } }, { product: { price: 20, name: "a car" } }],
  },
};

function items(count: number): JsonObject {
  return { items: Array.from({ length: count }, (_, id) => ({ id, name: `item ${id}` })) };
}

async function runOurs(definition: JsonObject, input: Json): Promise<readonly HistoryEvent[]> {
  const opened = openExecution(definition, { ...identity, input });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const turn = await opened.value.deliver({ kind: "start" }, 1_767_225_600_000);
  if (turn.outcome?.status !== "SUCCEEDED") throw new Error(JSON.stringify(turn.outcome));
  return turn.events;
}

export interface Case {
  readonly name: string;
  readonly definition: JsonObject;
  readonly input: Json;
  /** Runs in one measurement. */
  readonly repeats: number;
  /** The other engine doesn't know JSONata. */
  readonly alone?: boolean;
}

export const cases: readonly Case[] = [
  { name: "1 Pass", definition: chain(1, {}), input: order, repeats: 200 },
  { name: "10 Pass", definition: chain(10, {}), input: order, repeats: 100 },
  { name: "100 Pass", definition: chain(100, {}), input: order, repeats: 20 },
  { name: "1,000 Pass", definition: chain(1000, {}), input: order, repeats: 5 },
  { name: "Map, 100 items", definition: mapOver("INLINE"), input: items(100), repeats: 20 },
  {
    name: "Map, 10,000 items (distributed)",
    definition: mapOver("DISTRIBUTED"),
    input: items(10_000),
    repeats: 1,
  },
  { name: "100 choices over nested JSONPath", definition: choices(100), input: order, repeats: 20 },
  {
    name: "100 Pass, JSONata",
    definition: chain(100, { Output: "{% $states.input %}" }, "JSONata"),
    input: order,
    repeats: 20,
    alone: true,
  },
  {
    name: "100 Pass, JSONata that computes",
    definition: chain(
      100,
      {
        Output:
          "{% $merge([$states.input, {'total': $sum($states.input.order.lines.product.price)}]) %}",
      },
      "JSONata",
    ),
    input: order,
    repeats: 5,
    alone: true,
  },
];

/**
 * The interpreter without a store, against `aws-local-stepfunctions` on the same definitions;
 * milliseconds a run.
 */
export async function benchStates(): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const one of cases) rows.push(await compared(one));
  rows.push(await replayed(), await memory());
  return rows;
}

async function compared({ name, definition, input, repeats, alone }: Case): Promise<BenchRow> {
  const ours = async (): Promise<void> => {
    for (let run = 0; run < repeats; run += 1) await runOurs(definition, input);
  };
  if (alone === true) {
    await ours();
    const times: number[] = [];
    for (let round = 0; round < 7; round += 1) times.push(await timed(ours));
    const note = "the other engine has no JSONata";
    return { name, ours: median(times) / repeats, alternative: undefined, unit: "ms", note };
  }
  const other = new StateMachine(definition as never, { validationOptions: { noValidate: true } });
  const theirs = async (): Promise<void> => {
    for (let run = 0; run < repeats; run += 1) await other.run(input as never).result;
  };
  const times = await alternate(7, ours, theirs);
  return {
    name,
    ours: times.ours / repeats,
    alternative: times.theirs / repeats,
    unit: "ms",
    note: "against aws-local-stepfunctions",
  };
}

/** Replays a history near the limit of 25,000 events, read from text as a store gives it. */
async function replayed(): Promise<BenchRow> {
  const definition = chain(12_490, { Parameters: { "order.$": "$.order" } });
  const history = JSON.stringify(await runOurs(definition, order));
  const events = JSON.parse(history) as HistoryEvent[];
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    times.push(
      await timed(async () => {
        const result = await replayExecution(definition, { ...identity, input: order }, events);
        if (!result.ok) throw new Error(JSON.stringify(result.error));
      }),
    );
  }
  const name = `replay of ${events.length.toLocaleString("en")} events`;
  return {
    name,
    ours: median(times),
    alternative: undefined,
    unit: "ms",
    note: "aim: under 200 ms",
  };
}

/** Growth of the heap over 10,000 runs in one process, after a warm-up of 1,000. */
async function memory(): Promise<BenchRow> {
  const definition = chain(10, { Parameters: { "order.$": "$.order" } });
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const settle = (): number => {
    collect();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  for (let run = 0; run < 1000; run += 1) await runOurs(definition, order);
  const before = settle();
  for (let run = 0; run < 10_000; run += 1) await runOurs(definition, order);
  const note = "aim: flat";
  return {
    name: "heap growth, 10,000 runs",
    ours: settle() - before,
    alternative: undefined,
    unit: "MiB",
    note,
  };
}
