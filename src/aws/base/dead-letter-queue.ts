import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
} from "@aws-sdk/client-sqs";

import { attempt } from "../attempt.ts";
import type { AwsContext } from "../context.ts";
import { isNotFound } from "../errors.ts";
import type { PolicyScope } from "../iam/scope.ts";
import { tagChanges } from "../ownership.ts";
import { fieldChanges, tagFieldChanges } from "../resources/fields.ts";
import { baseTags, orAbsent, planned, refusal, refused, unchanged, type BaseStep } from "./step.ts";

/** Starts that EventBridge Scheduler has given up on end here. 14 days is the longest that SQS keeps a message. */
const wanted = { MessageRetentionPeriod: "1209600", SqsManagedSseEnabled: "true" } as const;

export function deadLetterQueueStep(scope: PolicyScope, context: AwsContext): BaseStep {
  const { sqs } = context.clients;
  const name = scope.names.deadLetterQueue;
  const tags = baseTags(context);
  const step: BaseStep = {
    id: "dead-letter-queue",
    kind: "queue",
    name,
    desired: { ...wanted },
    async plan(base) {
      const seen = await attempt(context.environment.name, `read the queue ${name}`, async () => {
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
              AttributeNames: ["MessageRetentionPeriod", "SqsManagedSseEnabled"],
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
                Attributes: { ...wanted },
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
        ...fieldChanges(found.attributes, wanted),
        ...tagFieldChanges(tags, found.tags),
      ];
      if (fields.length === 0) return unchanged();
      return planned(base, { action: "update", fields }, `update the queue ${name}`, async () => {
        const { QueueUrl } = found;
        await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { ...wanted } }));
        const { set } = tagChanges(tags, found.tags);
        if (Object.keys(set).length > 0)
          await sqs.send(new TagQueueCommand({ QueueUrl, Tags: { ...set } }));
        return undefined;
      });
    },
  };
  return step;
}
