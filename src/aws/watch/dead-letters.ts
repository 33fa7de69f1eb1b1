import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";

import type { Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { DeadLetter } from "../../runs/watch/facts.ts";
import { attempt } from "../attempt.ts";
import { baseNames } from "../base/names.ts";
import type { AwsContext } from "../context.ts";
import { isNotFound } from "../errors.ts";

/** Ten at a time is the most that SQS gives; who has more than this has read enough. */
const rounds = 100;

/** Long enough that one look sees no message twice, in seconds. */
const hiddenFor = 60;

/**
 * Seconds. Without any, SQS looks at some of its servers only and may find nothing of the few messages that there are:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
 */
const waitedFor = 1;

/**
 * The starts that EventBridge Scheduler has given up, as they lie in the environment's queue: looked at and left there. None where there is no
 * queue. https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html has the messages' attributes.
 */
export function readDeadLetters(
  context: AwsContext,
): Promise<Result<readonly DeadLetter[], PlatformError>> {
  const { environment, workspace } = context;
  const name = baseNames(workspace, environment).deadLetterQueue;
  return attempt(environment.name, `look into the queue ${name}`, async () => {
    const messages = await peek(context, name);
    return messages.flatMap((message) => letterOf(message, environment.suffix) ?? []);
  });
}

async function peek({ clients: { sqs } }: AwsContext, name: string): Promise<readonly Message[]> {
  let queue: string;
  try {
    queue = (await sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl ?? "";
  } catch (thrown) {
    if (isNotFound(thrown)) return [];
    throw thrown;
  }
  const seen = new Map<string, Message>();
  for (let round = 0; round < rounds; round += 1) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queue,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ["All"],
        VisibilityTimeout: hiddenFor,
        WaitTimeSeconds: waitedFor,
      }),
    );
    const fresh = Messages.filter(({ MessageId = "" }) => !seen.has(MessageId));
    for (const message of fresh) seen.set(message.MessageId ?? "", message);
    if (fresh.length === 0) break;
  }
  const all = [...seen.values()];
  for (let index = 0; index < all.length; index += 10) {
    // Who looks next is to see them at once; when this fails they come back by themselves.
    await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: queue,
        Entries: all.slice(index, index + 10).map(({ MessageId, ReceiptHandle }) => ({
          Id: MessageId ?? "",
          ReceiptHandle: ReceiptHandle ?? "",
          VisibilityTimeout: 0,
        })),
      }),
    );
  }
  return all;
}

/** Undefined for what isn't about a schedule: the queue takes other services' events as well. */
function letterOf(
  { MessageId = "", MessageAttributes = {} }: Message,
  suffix: string,
): DeadLetter | undefined {
  const text = (name: string): string => MessageAttributes[name]?.StringValue ?? "";
  const schedule = text("SCHEDULE_ARN").split("/").at(-1) ?? "";
  if (schedule === "") return undefined;
  const scheduledTime = Date.parse(text("SCHEDULED_TIME"));
  const error = [text("ERROR_CODE"), text("ERROR_MESSAGE")].filter((part) => part !== "");
  return {
    id: MessageId,
    project: projectOf(schedule, suffix),
    schedule,
    scheduledTime: Number.isNaN(scheduledTime) ? undefined : scheduledTime,
    error: error.length === 0 ? "an error that it doesn't name" : error.join(": "),
  };
}

function projectOf(schedule: string, suffix: string): string | undefined {
  const [before, after] = ["sched-", suffix];
  if (!schedule.startsWith(before) || !schedule.endsWith(after)) return undefined;
  return schedule.slice(before.length, schedule.length - after.length) || undefined;
}
