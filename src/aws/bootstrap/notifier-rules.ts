import { type EventBridgeClient, TagResourceCommand } from "@aws-sdk/client-eventbridge";
import type { LambdaClient } from "@aws-sdk/client-lambda";

import type { JsonObject } from "../../core/json.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import type { PolicyScope } from "../iam/scope.ts";
import { watchEvent } from "../notifier/events.ts";
import { tagChanges, upperTags, type Tags } from "../sdk/ownership.ts";
import {
  type EventRule,
  type EventRuleState,
  putRule,
  putRuleTarget,
  readRule,
  ruleTarget,
  wantedRule,
} from "../resources/event-rule.ts";
import { fieldChanges, tagFieldChanges } from "../resources/fields.ts";
import { allowCall, permissionOf } from "./call-permission.ts";
import { baseTags, planned, refusal, refused, unchanged, type BaseStep } from "./step.ts";

interface NotifierRule extends EventRule {
  readonly id: string;
}

interface RuleState extends EventRuleState {
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

function ruleStep(scope: PolicyScope, context: AwsContext, rule: NotifierRule): BaseStep {
  const { eventBridge, lambda } = context.clients;
  const { name } = rule;
  const tags = baseTags(context);
  const functionName = scope.names.notifier;
  const arn = scope.arn("events", `rule/${name}`);
  const target = ruleTarget(rule, {
    function: scope.arn("lambda", `function:${functionName}`),
    deadLetterQueue: scope.arn("sqs", scope.names.deadLetterQueue),
  });
  const wanted: RuleState = { ...wantedRule(rule, target), permission: arn };
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
        await putRule(eventBridge, rule, found === undefined ? tags : undefined);
        const { set } = tagChanges(tags, found?.tags ?? tags);
        if (Object.keys(set).length > 0) {
          const input = { ResourceARN: arn, Tags: upperTags(set) };
          await eventBridge.send(new TagResourceCommand(input));
        }
        await allowCall(lambda, functionName, rule.id, arn, found?.state.permission);
        await putRuleTarget(eventBridge, name, target);
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
  const found = await readRule(eventBridge, of.name, of.arn);
  if (found === undefined) return undefined;
  const permission = await permissionOf(lambda, of.functionName, of.statement);
  return { state: { ...found.state, permission }, tags: found.tags };
}
