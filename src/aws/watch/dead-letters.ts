import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";

import { all, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { DeadLetter, UnreportedEnding } from "../../runs/watch/facts.ts";
import { callAws } from "../sdk/call.ts";
import { baseNames } from "../bootstrap/names.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import { readLedgerRun } from "../bucket/ledger.ts";
import type { BucketStore } from "../bucket/store.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isNotFound } from "../sdk/error-names.ts";
import { unreportedEnding } from "./unreported-ending.ts";

/** Ten at a time is the most that SQS gives; who has more than this has read enough. */
const rounds = 100;

/** Long enough that one look sees no message twice, in seconds. */
const hiddenFor = 60;

/**
 * Seconds. Without any, SQS looks at some of its servers only and may find nothing of the few
 * messages that there are:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
 */
const waitedFor = 1;

/** What lies in the environment's queue. */
export interface DeadLetters {
  /** Starts that EventBridge Scheduler has given up. */
  readonly starts: readonly DeadLetter[];
  /**
   * Ends of runs that EventBridge could not deliver to the notifier, or that the notifier failed
   * at, and that it hasn't reported since.
   */
  readonly unreported: readonly UnreportedEnding[];
}

/**
 * Looks at the messages and leaves them there. None where there is no queue.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html has the
 * attributes of the scheduler's messages.
 */
export async function readDeadLetters(
  context: AwsContext,
  store: BucketStore,
): Promise<Result<DeadLetters, PlatformError>> {
  const { environment, workspace } = context;
  const name = baseNames(workspace, environment).deadLetterQueue;
  const read = await callAws(environment.name, `look into the queue ${name}`, () =>
    peek(context, name),
  );
  if (!read.ok) return read;
  const starts = read.value.flatMap((message) => letterOf(message, environment.suffix) ?? []);
  const endings = new Map(
    read.value.flatMap((message) => {
      const ending = unreportedEnding(message, environment.suffix);
      return ending === undefined ? [] : [[ending.run, ending] as const];
    }),
  );
  const reported = all(
    await mapConcurrently([...endings.values()], 8, ({ project, run }) =>
      isWrittenDown(store, project, run),
    ),
  );
  if (!reported.ok) return reported;
  const unreported = [...endings.values()].filter(
    (_ending, index) => reported.value[index] !== true,
  );
  return ok({ starts, unreported });
}

/** The notifier has come to it since: whom it could not notify is written down, and tried again. */
async function isWrittenDown(
  store: BucketStore,
  project: string,
  run: string,
): Promise<Result<boolean, PlatformError>> {
  const entry = await readLedgerRun(store, project, run);
  return entry.ok ? ok(entry.value !== undefined) : entry;
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

/** Undefined for what isn't about a schedule. */
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
