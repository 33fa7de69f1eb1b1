import fc from "fast-check";
import type { Json, JsonObject } from "../../src/core/json.ts";
import type { TaskOutcome } from "../../src/states/simulate.ts";

/** A definition with the outcomes that its tasks come to. */
export interface Generated {
  readonly definition: JsonObject;
  readonly input: Json;
  readonly outcomes: readonly TaskOutcome[];
}

interface Builder {
  next: number;
  readonly random: () => number;
}

/** Valid definitions of all kinds of states, in both query languages, nested at most three deep. */
export function generated(): fc.Arbitrary<Generated> {
  return fc
    .record({
      seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      language: fc.constantFrom("JSONPath", "JSONata"),
      input: fc.constantFrom<Json>(
        {},
        { items: [1, "two", { three: 3 }] },
        { items: [], n: 4 },
        [1],
        7,
      ),
      failures: fc.array(fc.constantFrom("Oops", "States.Timeout", "States.TaskFailed", ""), {
        maxLength: 6,
      }),
    })
    .map(({ seed, language, input, failures }) => {
      const builder: Builder = { next: 0, random: numbers(seed) };
      const names: string[] = [];
      const body = machine(builder, language, 0, names);
      const limit = builder.random() < 0.2 ? { TimeoutSeconds: 40 } : {};
      const outcomes = names.flatMap((state) =>
        failures.map((error): TaskOutcome =>
          error === "" ? { state, output: { ok: state } } : { state, error, cause: "generated" },
        ),
      );
      return { definition: { QueryLanguage: language, ...limit, ...body }, input, outcomes };
    });
}

/** A linear congruential generator: the shape of a definition is a function of its seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function machine(builder: Builder, language: string, depth: number, tasks: string[]): JsonObject {
  const count = 1 + Math.floor(builder.random() * 4);
  const names = Array.from({ length: count }, () => `S${builder.next++}`);
  const last = names.at(-1) ?? "";
  const states: Record<string, Json> = {};
  for (const [index, name] of names.entries()) {
    const after = names[index + 1];
    states[name] = state(builder, { language, depth, name, after, last, tasks });
  }
  return { StartAt: names[0] ?? "", States: states };
}

interface Site {
  readonly language: string;
  readonly depth: number;
  readonly name: string;
  readonly after: string | undefined;
  readonly last: string;
  readonly tasks: string[];
}

function state(builder: Builder, site: Site): JsonObject {
  const { random } = builder;
  const jsonata = site.language === "JSONata";
  const go: JsonObject = site.after === undefined ? { End: true } : { Next: site.after };
  const kinds = ["pass", "pass", "task", "wait", "choice", "parallel", "map", "assign"];
  const kind = kinds[Math.floor(random() * (site.depth < 2 ? kinds.length : 5))];
  switch (kind) {
    case "task":
      site.tasks.push(site.name);
      return { ...task(builder, site), ...go };
    case "wait":
      return { Type: "Wait", Seconds: Math.floor(random() * 30), ...go };
    case "choice":
      return site.after === undefined ? { Type: "Succeed" } : choice(jsonata, site);
    case "parallel":
      return {
        Type: "Parallel",
        Branches: [0, 1].map(() => machine(builder, site.language, site.depth + 1, site.tasks)),
        ...handlers(random, site),
        ...go,
      };
    case "map":
      return map(builder, site, go);
    case "assign":
      return jsonata
        ? {
            Type: "Pass",
            Assign: { seen: "{% $uuid() %}" },
            Output: "{% {'v': $random(), 'i': $states.input} %}",
            ...go,
          }
        : {
            Type: "Pass",
            Assign: { "seen.$": "States.UUID()" },
            Parameters: { "v.$": "States.MathRandom(1, 99)", "i.$": "$" },
            ...go,
          };
    default:
      return random() < 0.1 ? failing(jsonata, go) : { Type: "Pass", ...go };
  }
}

/** A Pass state that fails with some inputs. */
function failing(jsonata: boolean, go: JsonObject): JsonObject {
  return jsonata
    ? { Type: "Pass", Output: "{% $states.input.n + 1 %}", ...go }
    : { Type: "Pass", Parameters: { "n.$": "$.n" }, ...go };
}

function task(builder: Builder, site: Site): JsonObject {
  const resources = [
    "arn:aws:lambda:us-east-1:111111111111:function:work",
    "arn:aws:states:::ecs:runTask.sync",
    "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    "arn:aws:states:us-east-1:111111111111:activity:work",
  ];
  const { random } = builder;
  return {
    Type: "Task",
    Resource: resources[Math.floor(random() * resources.length)] ?? "",
    TimeoutSeconds: 20,
    ...(random() < 0.3 ? { HeartbeatSeconds: 5 } : {}),
    ...handlers(random, site),
  };
}

function handlers(random: () => number, site: Site): JsonObject {
  const retry = {
    Retry: [
      { ErrorEquals: ["Oops"], IntervalSeconds: 2, MaxAttempts: 1 },
      { ErrorEquals: ["States.ALL"], MaxAttempts: 1, JitterStrategy: "FULL" },
    ],
  };
  const caught = { Catch: [{ ErrorEquals: ["States.ALL"], Next: site.last }] };
  return {
    ...(random() < 0.5 ? retry : {}),
    ...(random() < 0.5 && site.name !== site.last ? caught : {}),
  };
}

function choice(jsonata: boolean, site: Site): JsonObject {
  const next = site.last;
  return {
    Type: "Choice",
    Default: site.after ?? next,
    Choices: [
      jsonata
        ? { Condition: "{% $type($states.input) = 'array' %}", Next: next }
        : { Variable: "$[0]", IsPresent: true, Next: next },
    ],
  };
}

function map(builder: Builder, site: Site, go: JsonObject): JsonObject {
  const { random } = builder;
  const mode =
    random() < 0.3 ? { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" } : { Mode: "INLINE" };
  const items: JsonObject =
    site.language === "JSONata"
      ? { Items: [1, 2, 3], ItemSelector: { n: "{% $states.context.Map.Item.Index %}" } }
      : { ItemsPath: "$.items", ItemSelector: { "n.$": "$$.Map.Item.Index" } };
  return {
    Type: "Map",
    ...items,
    MaxConcurrency: Math.floor(random() * 3),
    ItemProcessor: {
      ProcessorConfig: mode,
      ...machine(builder, site.language, site.depth + 1, site.tasks),
    },
    ...handlers(random, site),
    ...go,
  };
}
