import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
} from "@aws-sdk/client-sqs";

import type { Json } from "../../core/json.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isNotFound } from "../sdk/error-names.ts";
import { normalized, parsePolicy, policy, type PolicyDocument } from "../iam/document.ts";
import type { PolicyScope } from "../iam/scope.ts";
import { tagChanges } from "../sdk/ownership.ts";
import { fieldChanges, tagFieldChanges } from "../resources/fields.ts";
import { baseTags, orAbsent, planned, refusal, refused, unchanged, type BaseStep } from "./step.ts";

/** 14 days is the longest that SQS keeps a message. */
const settings = { MessageRetentionPeriod: "1209600", SqsManagedSseEnabled: "true" } as const;

/** EventBridge's rules have no role to send with: the queue itself lets them. */
export function deadLettersPolicy(scope: PolicyScope): PolicyDocument {
  const { deadLetterQueue, runsRule, watchRule, dataRules } = scope.names;
  return policy({
    Sid: "KeepUndeliveredEvents",
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: scope.arn("sqs", deadLetterQueue),
    Condition: {
      // The last are those that deploys make.
      ArnLike: {
        "aws:SourceArn": [runsRule, watchRule, `${dataRules}*`].map((name) =>
          scope.arn("events", `rule/${name}`),
        ),
      },
    },
  });
}

/**
 * Starts that EventBridge Scheduler has given up on end here, and events of runs that could not be
 * reported.
 */
export function deadLetterQueueStep(scope: PolicyScope, context: AwsContext): BaseStep {
  const { sqs } = context.clients;
  const name = scope.names.deadLetterQueue;
  const tags = baseTags(context);
  const wanted = { ...settings, Policy: deadLettersPolicy(scope) };
  const attributes = { ...settings, Policy: JSON.stringify(wanted.Policy) };
  const comparable = (policy: PolicyDocument | undefined) => ({
    policy: policy === undefined ? null : (normalized(policy) as unknown as Json),
  });
  const step: BaseStep = {
    id: "dead-letter-queue",
    kind: "queue",
    name,
    desired: { ...settings, ...comparable(wanted.Policy) },
    async plan(base) {
      const seen = await callAws(context.environment.name, `read the queue ${name}`, async () => {
        const found = await orAbsent(
          () => sqs.send(new GetQueueUrlCommand({ QueueName: name })),
          isNotFound,
        );
        if (found === undefined) return undefined;
        const QueueUrl = found.QueueUrl ?? "";
        const [attributes, tagging] = await Promise.all([
          sqs.send(
            new GetQueueAttributesCommand({
              QueueUrl,
              AttributeNames: ["MessageRetentionPeriod", "SqsManagedSseEnabled", "Policy"],
            }),
          ),
          sqs.send(new ListQueueTagsCommand({ QueueUrl })),
        ]);
        return { QueueUrl, attributes: attributes.Attributes ?? {}, tags: tagging.Tags ?? {} };
      });
      if (!seen.ok) return seen;
      const found = seen.value;
      if (found === undefined) {
        return planned(
          base,
          { action: "create", fields: [] },
          `create the queue ${name}`,
          async () => {
            await sqs.send(
              new CreateQueueCommand({
                QueueName: name,
                Attributes: attributes,
                tags: { ...tags },
              }),
            );
            return undefined;
          },
        );
      }
      const foreign = refusal(base, step, found.tags);
      if (foreign !== undefined) return refused(foreign);
      const fields = [
        ...fieldChanges(withoutPolicy(found.attributes), settings),
        ...fieldChanges(
          comparable(parsePolicy(found.attributes["Policy"])),
          comparable(wanted.Policy),
        ),
        ...tagFieldChanges(tags, found.tags),
      ];
      if (fields.length === 0) return unchanged();
      return planned(base, { action: "update", fields }, `update the queue ${name}`, async () => {
        const { QueueUrl } = found;
        await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: attributes }));
        const { set } = tagChanges(tags, found.tags);
        if (Object.keys(set).length > 0)
          await sqs.send(new TagQueueCommand({ QueueUrl, Tags: { ...set } }));
        return undefined;
      });
    },
  };
  return step;
}

function withoutPolicy({
  Policy: _policy,
  ...rest
}: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return rest;
}
