import {
  DescribeRuleCommand,
  type EventBridgeClient,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from "@aws-sdk/client-eventbridge";

import type { Json, JsonObject } from "../../core/json.ts";
import { orAbsent } from "../bootstrap/step.ts";
import { isNotFound } from "../sdk/error-names.ts";
import { fromUpperTags, upperTags, type Tags } from "../sdk/ownership.ts";

/** A rule of EventBridge whose one target of ours is the notifier's function. */
export interface EventRule {
  readonly name: string;
  readonly description: string;
  readonly when:
    | { readonly pattern: JsonObject }
    /** A schedule expression of EventBridge's rules. */
    | { readonly schedule: string };
  /** What the function gets instead of the event. */
  readonly input: Json | undefined;
}

/** Everything of a rule that is compared. */
export interface EventRuleState {
  readonly description: string;
  readonly pattern: Json;
  readonly schedule: string;
  readonly enabled: boolean;
  readonly targets: readonly Json[];
}

export const ruleTargetId = "notifier";

/** @param arns of the function, and of the queue of what it couldn't be given */
export function ruleTarget(
  { input }: EventRule,
  arns: { readonly function: string; readonly deadLetterQueue: string },
): Target {
  return {
    Id: ruleTargetId,
    Arn: arns.function,
    ...(input === undefined ? {} : { Input: JSON.stringify(input) }),
    // An event that the function can't be given within a day says nothing that isn't known by then.
    RetryPolicy: { MaximumRetryAttempts: 24, MaximumEventAgeInSeconds: 86_400 },
    DeadLetterConfig: { Arn: arns.deadLetterQueue },
  };
}

export function wantedRule({ description, when }: EventRule, target: Target): EventRuleState {
  return {
    description,
    pattern: "pattern" in when ? when.pattern : null,
    schedule: "schedule" in when ? when.schedule : "",
    enabled: true,
    targets: [target as unknown as Json],
  };
}

/** Undefined where there is none of the name; throws what AWS answers otherwise. */
export async function readRule(
  eventBridge: EventBridgeClient,
  name: string,
  ResourceARN: string,
): Promise<{ readonly state: EventRuleState; readonly tags: Tags } | undefined> {
  const describe = new DescribeRuleCommand({ Name: name });
  const rule = await orAbsent(() => eventBridge.send(describe), isNotFound);
  if (rule === undefined) return undefined;
  const [{ Tags }, { Targets = [] }] = await Promise.all([
    eventBridge.send(new ListTagsForResourceCommand({ ResourceARN })),
    eventBridge.send(new ListTargetsByRuleCommand({ Rule: name })),
  ]);
  return {
    tags: fromUpperTags(Tags),
    state: {
      description: rule.Description ?? "",
      pattern: rule.EventPattern === undefined ? null : (JSON.parse(rule.EventPattern) as Json),
      schedule: rule.ScheduleExpression ?? "",
      enabled: rule.State === "ENABLED",
      // Others' targets on our rule are theirs.
      targets: Targets.filter(({ Id }) => Id === ruleTargetId).map(
        (target) => JSON.parse(JSON.stringify(target)) as Json,
      ),
    },
  };
}

/** @param tags of a rule that isn't there yet: one that exists takes none so */
export async function putRule(
  eventBridge: EventBridgeClient,
  { name, description, when }: EventRule,
  tags: Tags | undefined,
): Promise<void> {
  await eventBridge.send(
    new PutRuleCommand({
      Name: name,
      Description: description,
      State: "ENABLED",
      ...("pattern" in when
        ? { EventPattern: JSON.stringify(when.pattern) }
        : { ScheduleExpression: when.schedule }),
      ...(tags === undefined ? {} : { Tags: upperTags(tags) }),
    }),
  );
}

export async function putRuleTarget(
  eventBridge: EventBridgeClient,
  name: string,
  target: Target,
): Promise<void> {
  const put = await eventBridge.send(new PutTargetsCommand({ Rule: name, Targets: [target] }));
  const [failure] = put.FailedEntries ?? [];
  if (failure !== undefined) {
    throw new Error(`${failure.ErrorCode ?? "error"}: ${failure.ErrorMessage ?? name}`);
  }
}
