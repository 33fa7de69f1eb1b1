import type {
  GetLogEventsCommand,
  GetLogEventsCommandOutput,
} from "@aws-sdk/client-cloudwatch-logs";
import { expect, test } from "vitest";

import type { AwsContext } from "../sdk/context.ts";
import { readTail } from "./log-chunks.ts";

/**
 * CloudWatch Logs as
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html has
 * it.
 */
function streamOf(pages: readonly (readonly string[])[]) {
  const asked: (string | undefined)[] = [];
  const send = ({ input }: GetLogEventsCommand): Promise<Partial<GetLogEventsCommandOutput>> => {
    asked.push(input.nextToken);
    const index = Number(input.nextToken ?? 0);
    const events = (pages[index] ?? []).map((message) => ({ timestamp: 1, message }));
    return Promise.resolve({
      events,
      nextBackwardToken: String(Math.min(index + 1, pages.length)),
    });
  };
  const context = { clients: { logs: { send } } } as unknown as AwsContext;
  return { asked, tail: () => readTail(context, "/ecs/recsys", "recsys/recsys/0", 50) };
}

test("the last lines are found behind pages that AWS gives without any", async () => {
  const stream = streamOf([[], [], ["Traceback", "ValueError: no rows"], ["older"]]);
  expect(await stream.tail()).toEqual(["Traceback", "ValueError: no rows"]);
  expect(stream.asked).toEqual([undefined, "1", "2"]);
});

test("a stream without lines is at its end where the token stays the same", async () => {
  const stream = streamOf([[]]);
  expect(await stream.tail()).toEqual([]);
  expect(stream.asked).toEqual([undefined, "1"]);
});
