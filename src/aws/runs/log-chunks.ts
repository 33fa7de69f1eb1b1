import { GetLogEventsCommand, type OutputLogEvent } from "@aws-sdk/client-cloudwatch-logs";

import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";

/** What one request gave of a log stream. */
export interface LogChunk {
  readonly lines: readonly { readonly timestamp: number; readonly text: string }[];
  /** Where it continues; the token that was asked with when this is the newest by now. */
  readonly next: string | undefined;
  /** Undefined when the stream is there. */
  readonly missing: "stream" | "group" | undefined;
}

/** The chunks that readers are in the middle of, by stream. */
export type LogChunks = Map<
  string,
  { readonly token: string | undefined; readonly chunk: LogChunk }
>;

/**
 * Empty pages in the middle of a stream that are passed over in one go: AWS gives some where there
 * was a pause.
 */
const emptyPages = 20;

/**
 * Reads a stream from a token on; what comes is in the order in which it was written.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 */
export async function readChunk(
  { clients }: AwsContext,
  logGroupName: string,
  logStreamName: string,
  token: string | undefined,
): Promise<LogChunk> {
  let asked = token;
  for (let empty = 0; ; empty += 1) {
    try {
      const page = await clients.logs.send(
        new GetLogEventsCommand({
          logGroupName,
          logStreamName,
          startFromHead: true,
          ...(asked === undefined ? {} : { nextToken: asked }),
        }),
      );
      const lines = (page.events ?? []).map(lineOf);
      const next = page.nextForwardToken ?? asked;
      if (lines.length > 0 || next === asked || empty >= emptyPages) {
        return { lines, next, missing: undefined };
      }
      asked = next;
    } catch (thrown) {
      const missing = missingOf(thrown);
      if (missing === undefined) throw thrown;
      return { lines: [], next: token, missing };
    }
  }
}

/** The last lines of a stream, oldest first: a request or two, however long the stream is. */
export async function readTail(
  { clients }: AwsContext,
  logGroupName: string,
  logStreamName: string,
  count: number,
): Promise<readonly string[]> {
  let asked: string | undefined;
  try {
    for (let empty = 0; ; empty += 1) {
      const page = await clients.logs.send(
        new GetLogEventsCommand({
          logGroupName,
          logStreamName,
          startFromHead: false,
          limit: count,
          ...(asked === undefined ? {} : { nextToken: asked }),
        }),
      );
      const { events = [], nextBackwardToken: before } = page;
      // An empty page says nothing of what is before it, until the token stays the same.
      const isEnd = before === undefined || before === asked || empty >= emptyPages;
      if (events.length > 0 || isEnd)
        return events.map((event) => lineOf(event).text).slice(-count);
      asked = before;
    }
  } catch (thrown) {
    if (missingOf(thrown) === undefined) throw thrown;
    return [];
  }
}

function lineOf({ timestamp = 0, message = "" }: OutputLogEvent) {
  return { timestamp, text: message.replace(/\r?\n$/, "") };
}

function missingOf(thrown: unknown): LogChunk["missing"] {
  if (!isError(thrown, "ResourceNotFoundException")) return undefined;
  return /log group/i.test((thrown as Error).message) ? "group" : "stream";
}
