import type { Timing } from "../../../src/core/clock.ts";
import type { Answer, Sent } from "./proxy.ts";

/** AWS's own side of its quotas: buckets that refuse what they have no token for. */
export interface Quotas {
  /** Refused as AWS words it, or undefined: it may pass. */
  refuse(sent: Sent): Answer | undefined;
  /** `ecs cluster writes`, once for each refusal. */
  readonly refused: readonly string[];
}

export interface Shares {
  /** Of the burst, what the first request finds: 0 when somebody else has just used it up. */
  readonly atFirst?: number;
  /** Of what flows in, what nobody else takes: 0.5 when somebody else takes every other token. */
  readonly ours?: number;
}

/**
 * Burst and tokens a second in us-east-1, after "Request throttling for the Amazon ECS API",
 * "Quotas related to API action throttling" of Step Functions, and "Quotas for Amazon EventBridge
 * Scheduler".
 */
const figures: readonly (readonly [
  name: string,
  requests: RegExp,
  burst: number,
  perSecond: number,
])[] = [
  ["ecs tags", /^ecs (Tag|Untag|ListTagsFor)Resource$/, 20, 10],
  ["ecs task definition deletes", /^ecs DeleteTaskDefinitions$/, 5, 1],
  ["ecs task definition writes", /^ecs (Register|Deregister)TaskDefinition$/, 20, 1],
  ["ecs capacity provider writes", /^ecs (Create|Update|Delete)CapacityProvider$/, 10, 1],
  ["ecs cluster writes", /^ecs (Create|Update|Delete|Put)Cluster/, 20, 1],
  ["ecs task definition reads", /^ecs (Describe|List)TaskDefinition/, 50, 20],
  ["ecs capacity provider reads", /^ecs DescribeCapacityProviders$/, 50, 20],
  ["ecs cluster reads", /^ecs (Describe|List)Clusters$/, 50, 20],
  ["states CreateStateMachine", /^states CreateStateMachine$/, 100, 1],
  ["states UpdateStateMachine", /^states UpdateStateMachine$/, 100, 1],
  ["states TagResource", /^states TagResource$/, 100, 1],
  ["states ListTagsForResource", /^states ListTagsForResource$/, 100, 1],
  ["states DescribeStateMachine", /^states DescribeStateMachine$/, 200, 20],
  ["states ListStateMachines", /^states ListStateMachines$/, 100, 5],
  ["scheduler lists", /^scheduler ListSchedules$/, 50, 50],
  ["scheduler schedules", /^scheduler (Create|Update|Get|Delete)Schedule$/, 1000, 1000],
];

/** @param timing the clients' own, so that both mean the same by a second */
export function quotas(timing: Timing, { atFirst = 1, ours = 1 }: Shares = {}): Quotas {
  const refused: string[] = [];
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    refused,
    refuse({ service, operation }) {
      const found = figures.find(([, requests]) => requests.test(`${service} ${operation}`));
      if (found === undefined) return undefined;
      const [name, , burst, perSecond] = found;
      const now = timing.now();
      // Nothing flows in before the first request: on a slow machine that would be a lot.
      const bucket = buckets.get(name) ?? { tokens: burst * atFirst, at: now };
      buckets.set(name, bucket);
      const gained = ((now - bucket.at) / 1000) * perSecond * ours;
      bucket.tokens = Math.min(burst, bucket.tokens + gained);
      bucket.at = now;
      if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return undefined;
      }
      refused.push(name);
      return service === "scheduler" ? overRest : overJson;
    },
  };
}

const overJson: Answer = {
  status: 400,
  headers: { "content-type": "application/x-amz-json-1.1" },
  body: JSON.stringify({ __type: "ThrottlingException", message: "Rate exceeded" }),
};

const overRest: Answer = {
  status: 429,
  headers: { "content-type": "application/json", "x-amzn-errortype": "ThrottlingException" },
  body: JSON.stringify({ Message: "Rate exceeded" }),
};
