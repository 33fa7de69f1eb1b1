import {
  DescribeRuleCommand,
  type EventBridgeClient,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  TagResourceCommand,
  type Target,
} from "@aws-sdk/client-eventbridge";
import type { LambdaClient } from "@aws-sdk/client-lambda";

import type { Json, JsonObject } from "../../core/json.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isNotFound } from "../sdk/error-names.ts";
import type { PolicyScope } from "../iam/scope.ts";
import { watchEvent } from "../notifier/events.ts";
import { fromUpperTags, tagChanges, upperTags, type Tags } from "../sdk/ownership.ts";
import { fieldChanges, tagFieldChanges } from "../resources/fields.ts";
import { allowCall, permissionOf } from "./call-permission.ts";
import { baseTags, orAbsent, planned, refusal, refused, unchanged, type BaseStep } from "./step.ts";

/** One rule of EventBridge whose one target is the notifier. */
interface NotifierRule {
  readonly id: string;
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
interface RuleState {
  readonly description: string;
  readonly pattern: Json;
  readonly schedule: string;
  readonly enabled: boolean;
  readonly targets: readonly Json[];
  /** Whether the function lets itself be called by this rule. */
  readonly permission: string;
}

/**
 * For all projects at once: a bus has 300 rules and a rule five targets, so one a project would end
 * at a few hundred projects.
 */
export function notifierRuleSteps(scope: PolicyScope, context: AwsContext): readonly BaseStep[] {
  const { suffix, name: environment } = context.environment;
  const { runsRule, watchRule } = scope.names;
  return [
    ruleStep(scope, context, {
      id: "notifier-runs-rule",
      name: runsRule,
      description: `Esteira: runs begin and end in ${environment}`,
      // https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
      when: {
        pattern: {
          source: ["aws.states"],
          "detail-type": ["Step Functions Execution Status Change"],
          detail: {
            status: ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"],
            stateMachineArn: [{ suffix: `${suffix}-workflow` }],
          },
        },
      },
      input: undefined,
    }),
    ruleStep(scope, context, {
      id: "notifier-watch-rule",
      name: watchRule,
      description: `Esteira: looks hourly for what should have happened in ${environment}`,
      // Not on the hour, when everything begins.
      when: { schedule: "cron(17 * * * ? *)" },
      input: watchEvent,
    }),
  ];
}

const targetId = "notifier";

function ruleStep(scope: PolicyScope, context: AwsContext, rule: NotifierRule): BaseStep {
  const { eventBridge, lambda } = context.clients;
  const { name, when } = rule;
  const tags = baseTags(context);
  const functionName = scope.names.notifier;
  const arn = scope.arn("events", `rule/${name}`);
  const target: Target = {
    Id: targetId,
    Arn: scope.arn("lambda", `function:${functionName}`),
    ...(rule.input === undefined ? {} : { Input: JSON.stringify(rule.input) }),
    // An event that the function can't be given within a day says nothing that isn't known by then.
    RetryPolicy: { MaximumRetryAttempts: 24, MaximumEventAgeInSeconds: 86_400 },
    DeadLetterConfig: { Arn: scope.arn("sqs", scope.names.deadLetterQueue) },
  };
  const wanted: RuleState = {
    description: rule.description,
    pattern: "pattern" in when ? when.pattern : null,
    schedule: "schedule" in when ? when.schedule : "",
    enabled: true,
    targets: [target as unknown as Json],
    permission: arn,
  };
  const step: BaseStep = {
    id: rule.id,
    kind: "rule",
    name,
    desired: wanted as unknown as JsonObject,
    async plan(base) {
      const seen = await callAws(context.environment.name, `read the rule ${name}`, () =>
        observe(eventBridge, lambda, { name, arn, functionName, statement: rule.id }),
      );
      if (!seen.ok) return seen;
      const found = seen.value;
      const apply = async (): Promise<undefined> => {
        await eventBridge.send(
          new PutRuleCommand({
            Name: name,
            Description: wanted.description,
            State: "ENABLED",
            ...("pattern" in when
              ? { EventPattern: JSON.stringify(when.pattern) }
              : { ScheduleExpression: when.schedule }),
            // A rule that exists takes no tags so.
            ...(found === undefined ? { Tags: upperTags(tags) } : {}),
          }),
        );
        const { set } = tagChanges(tags, found?.tags ?? tags);
        if (Object.keys(set).length > 0) {
          const input = { ResourceARN: arn, Tags: upperTags(set) };
          await eventBridge.send(new TagResourceCommand(input));
        }
        await allowCall(lambda, functionName, rule.id, arn, found?.state.permission);
        const put = await eventBridge.send(
          new PutTargetsCommand({ Rule: name, Targets: [target] }),
        );
        const [failure] = put.FailedEntries ?? [];
        if (failure !== undefined) {
          throw new Error(`${failure.ErrorCode ?? "error"}: ${failure.ErrorMessage ?? name}`);
        }
        return undefined;
      };
      if (found === undefined) {
        return planned(base, { action: "create", fields: [] }, `create the rule ${name}`, apply);
      }
      const foreign = refusal(base, step, found.tags);
      if (foreign !== undefined) return refused(foreign);
      const fields = [...fieldChanges(found.state, wanted), ...tagFieldChanges(tags, found.tags)];
      if (fields.length === 0) return unchanged();
      return planned(base, { action: "update", fields }, `update the rule ${name}`, apply);
    },
  };
  return step;
}

async function observe(
  eventBridge: EventBridgeClient,
  lambda: LambdaClient,
  of: {
    readonly name: string;
    readonly arn: string;
    readonly functionName: string;
    readonly statement: string;
  },
): Promise<{ readonly state: RuleState; readonly tags: Tags } | undefined> {
  const rule = await orAbsent(
    () => eventBridge.send(new DescribeRuleCommand({ Name: of.name })),
    isNotFound,
  );
  if (rule === undefined) return undefined;
  const [{ Tags }, { Targets = [] }, permission] = await Promise.all([
    eventBridge.send(new ListTagsForResourceCommand({ ResourceARN: of.arn })),
    eventBridge.send(new ListTargetsByRuleCommand({ Rule: of.name })),
    permissionOf(lambda, of.functionName, of.statement),
  ]);
  return {
    state: {
      description: rule.Description ?? "",
      pattern: rule.EventPattern === undefined ? null : (JSON.parse(rule.EventPattern) as Json),
      schedule: rule.ScheduleExpression ?? "",
      enabled: rule.State === "ENABLED",
      // Others' targets on our rule are theirs.
      targets: Targets.filter(({ Id }) => Id === targetId).map(
        (target) => JSON.parse(JSON.stringify(target)) as Json,
      ),
      permission,
    },
    tags: fromUpperTags(Tags),
  };
}
