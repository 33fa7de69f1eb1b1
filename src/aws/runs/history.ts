import { GetExecutionHistoryCommand } from "@aws-sdk/client-sfn";

import { CHILD, textOf, type HistoryEvent } from "../../core/history.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { AwsContext } from "../sdk/context.ts";
import { callForRun } from "./call-for-run.ts";
import { historyEvent } from "./history-events.ts";
import { openItemHistories } from "./item-histories.ts";

/**
 * A run's history as far as it was read, shared by all who read it in this process. Events of items
 * with executions by themselves are in it, numbered as they were read.
 */
export interface RunHistory {
  /** Everything that was read so far, from the first event. */
  readonly events: readonly HistoryEvent[];
  /**
   * The run has ended, and so have its Map runs, which may outlive it; their last events were read:
   * nothing comes any more, unless it is redriven.
   */
  readonly ended: boolean;
  /** When AWS was asked last; milliseconds since the epoch. */
  readonly readAt: number;
  /** Reads on until there are `count` events, or no more by now. */
  readTo(count: number): Promise<Result<void, PlatformError>>;
  /** The run was redriven, so often by now: what looked like its end isn't. */
  redriven(count: number): void;
}

/** AWS gives at most so many a request. */
const pageSize = 1000;
/** What a request for news asks for: as a rule it finds a handful. */
const newsSize = 100;

/**
 * @param redriveCount how often the run was redriven: its history has as many such events before it
 *   can be at its end
 * @param known what is there already of a run that has ended
 */
export function openHistory(
  context: AwsContext,
  arn: string,
  redriveCount: number,
  known: readonly HistoryEvent[] = [],
): RunHistory {
  const events: HistoryEvent[] = [...known];
  /** Ids here by those that AWS gives the run's own events. */
  const ids = new Map(ownEvents(known).map(({ id }, index) => [index + 1, id]));
  let lastOwn = ownEvents(known).at(-1);
  let redrives = ownEvents(known).filter(({ type }) => type === "ExecutionRedriven").length;
  let expected = redriveCount;
  /** Where the first reading continues; undefined once it has come to the newest event. */
  let forward: { readonly token?: string } | undefined = known.length === 0 ? {} : undefined;
  let reading: Promise<unknown> = Promise.resolve();
  let readAt = -Infinity;

  const put = (event: Omit<HistoryEvent, "id">): number => {
    const id = events.length + 1;
    events.push({ id, ...event });
    return id;
  };
  const items = openItemHistories(context, put);

  const append = (page: readonly HistoryEvent[]): void => {
    for (const { id: own, previousEventId, ...event } of page) {
      if (own !== ids.size + 1) continue;
      const id = put({ previousEventId: ids.get(previousEventId) ?? 0, ...event });
      ids.set(own, id);
      lastOwn = events.at(-1);
      if (event.type === "ExecutionRedriven") redrives += 1;
      if (event.type === "MapRunRedriven") items.continued();
      const mapRun =
        event.type === "MapRunStarted" ? textOf(event.details, "mapRunArn") : undefined;
      if (mapRun !== undefined) items.begun(mapRun, id);
    }
  };
  const ask = async (request: {
    readonly maxResults: number;
    readonly reverseOrder?: boolean;
    readonly nextToken?: string;
  }) => {
    const page = await context.clients.sfn.send(
      new GetExecutionHistoryCommand({
        executionArn: arn,
        includeExecutionData: true,
        ...request,
      }),
    );
    return { events: (page.events ?? []).map(historyEvent), next: page.nextToken };
  };
  /** False when that was the newest. */
  const readForward = async (): Promise<boolean> => {
    const token = forward?.token;
    const page = await ask({
      maxResults: pageSize,
      ...(token === undefined ? {} : { nextToken: token }),
    });
    append(page.events);
    forward = page.next === undefined ? undefined : { token: page.next };
    return forward !== undefined;
  };
  /**
   * There is no way to ask for what comes after an event: from the newest back to what is known.
   */
  const readNews = async (): Promise<void> => {
    const news: HistoryEvent[] = [];
    let token: string | undefined;
    do {
      const page = await ask({
        maxResults: newsSize,
        reverseOrder: true,
        ...(token === undefined ? {} : { nextToken: token }),
      });
      const fresh = page.events.filter(({ id }) => id > ids.size);
      news.push(...fresh);
      token = fresh.length < page.events.length ? undefined : page.next;
    } while (token !== undefined);
    append(news.toReversed());
  };
  const isOver = (): boolean => forward === undefined && redrives >= expected && isEnd(lastOwn);
  const isEnded = (): boolean => isOver() && items.complete;

  return {
    events,
    get ended() {
      return isEnded();
    },
    get readAt() {
      return readAt;
    },
    readTo(count) {
      const read = reading.then(() =>
        callForRun(context, "read the history of the run", async () => {
          readAt = context.timing.now();
          let ahead = forward !== undefined;
          while (ahead && events.length < count) ahead = await readForward();
          if (forward === undefined && events.length < count && !isOver()) await readNews();
          let more = !items.complete;
          while (more && events.length < count) more = await items.read();
        }),
      );
      reading = read;
      return read;
    },
    redriven(count) {
      expected = Math.max(expected, count);
    },
  };
}

/** Everything that there is by now. */
export async function wholeHistory(
  history: RunHistory,
): Promise<Result<readonly HistoryEvent[], PlatformError>> {
  const read = await history.readTo(Infinity);
  return read.ok ? ok(history.events) : read;
}

/** The run's own events, without those of items with executions by themselves. */
export function ownEvents(events: readonly HistoryEvent[]): readonly HistoryEvent[] {
  return events.filter(({ details }) => details[CHILD] === undefined);
}

function isEnd(event: HistoryEvent | undefined): boolean {
  switch (event?.type) {
    case "ExecutionSucceeded":
    case "ExecutionFailed":
    case "ExecutionAborted":
    case "ExecutionTimedOut":
      return true;
    default:
      return false;
  }
}
