import {
  type ExecutionListItem,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
} from "@aws-sdk/client-sfn";

import { mapConcurrently } from "../../core/concurrency.ts";
import { CHILD, type HistoryEvent } from "../../core/history.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";
import { historyEvent } from "./history-events.ts";

/**
 * The items of distributed Maps: executions with their own histories, which are read into the
 * run's. `docs/decisions/0013-distributed-maps.md` says how much of them is read.
 */
export interface ItemHistories {
  /** The run's history says that a Map run has begun. */
  begun(mapRunArn: string, event: number): void;
  /** A Map run is continued after its end, or may be. */
  continued(): void;
  /**
   * Reads what has come. Throws what AWS answers.
   *
   * @returns whether there is more to read by now
   */
  read(): Promise<boolean>;
  /** All that has begun has ended, and was read. */
  readonly complete: boolean;
}

/** Items of each kind whose histories are read. */
const detailed = 500;
const kinds = { SUCCEEDED: "succeeded", RUNNING: "running" } as const;
/** Histories that are read before anybody sees what has come. */
const atOnce = 200;
/** How long what was read of an item that runs is good for; milliseconds. */
const freshMs = 30_000;
const pageSize = 1000;

interface Item {
  readonly arn: string;
  /** `EVENT:POSITION`, as events of it say. */
  readonly child: string;
  status: string;
  readonly startedAt: number;
  endedAt: number | undefined;
  redriveCount: number;
  /** Ids in the run's history by those in its own history. */
  readonly ids: Map<number, number>;
  /** Undefined where nothing of it was read. Milliseconds since the epoch. */
  readAt: number | undefined;
  /** It has ended, and the run's history has that. */
  done: boolean;
}

interface MapRun {
  readonly arn: string;
  readonly event: number;
  readonly items: Map<string, Item>;
  complete: boolean;
}

/** @param put takes an event into the run's history; gives the id that it has there */
export function openItemHistories(
  context: AwsContext,
  put: (event: Omit<HistoryEvent, "id">) => number,
): ItemHistories {
  const mapRuns = new Map<string, MapRun>();
  const read = { succeeded: 0, running: 0, failed: 0 };

  const take = (item: Item, events: readonly HistoryEvent[]): void => {
    for (const { id, previousEventId, type, timestamp, details } of events) {
      if (item.ids.has(id)) continue;
      const previous = item.ids.get(previousEventId) ?? 0;
      const named = { ...details, [CHILD]: item.child };
      item.ids.set(id, put({ previousEventId: previous, type, timestamp, details: named }));
    }
  };
  const isWanted = (item: Item): boolean => {
    if (item.done) return false;
    if (item.status !== "RUNNING") return true;
    return item.readAt === undefined || context.timing.now() - item.readAt > freshMs;
  };
  /** Of an item that isn't read, its list says how it ended. */
  const mayBeRead = (item: Item): boolean => {
    if (item.readAt !== undefined) return true;
    const kind = kinds[item.status as keyof typeof kinds] ?? "failed";
    read[kind] += 1;
    return read[kind] <= detailed;
  };

  return {
    begun(arn, event) {
      mapRuns.set(arn, { arn, event, items: new Map(), complete: false });
    },
    continued() {
      for (const mapRun of mapRuns.values()) mapRun.complete = false;
    },
    async read() {
      let more = false;
      for (const mapRun of mapRuns.values()) {
        if (mapRun.complete) continue;
        await listItems(context, mapRun);
        const wanted = [...mapRun.items.values()].filter(isWanted).toSorted(byUrgency);
        const readable: Item[] = [];
        for (const item of wanted) {
          if (readable.length === atOnce) break;
          if (mayBeRead(item)) readable.push(item);
          else if (item.status !== "RUNNING") {
            take(item, unread(item));
            item.done = true;
          }
        }
        const histories = await mapConcurrently(readable, 8, (item) => readItem(context, item));
        for (const [index, item] of readable.entries()) {
          take(item, histories[index] ?? []);
          item.readAt = context.timing.now();
          item.done = item.status !== "RUNNING";
        }
        const items = [...mapRun.items.values()];
        mapRun.complete = items.every(({ done }) => done);
        more ||= items.some((item) => item.status !== "RUNNING" && !item.done);
      }
      return more;
    },
    get complete() {
      return [...mapRuns.values()].every(({ complete }) => complete);
    },
  };
}

async function listItems(context: AwsContext, mapRun: MapRun): Promise<void> {
  const found: ExecutionListItem[] = [];
  let token: string | undefined;
  try {
    do {
      const page = await context.clients.sfn.send(
        new ListExecutionsCommand({
          mapRunArn: mapRun.arn,
          maxResults: pageSize,
          ...(token === undefined ? {} : { nextToken: token }),
        }),
      );
      found.push(...(page.executions ?? []));
      token = page.nextToken;
    } while (token !== undefined);
  } catch (thrown) {
    // AWS keeps them for 90 days.
    if (!isError(thrown, "ResourceNotFound", "ExecutionDoesNotExist")) throw thrown;
  }
  // The newest is listed first.
  for (const listed of found.toReversed()) {
    const arn = listed.executionArn ?? "";
    const status = listed.status ?? "RUNNING";
    const item = mapRun.items.get(arn) ?? {
      arn,
      child: `${mapRun.event}:${mapRun.items.size}`,
      status,
      startedAt: listed.startDate?.getTime() ?? 0,
      endedAt: undefined,
      redriveCount: 0,
      ids: new Map<number, number>(),
      readAt: undefined,
      done: false,
    };
    if (item.redriveCount !== (listed.redriveCount ?? 0)) item.done = false;
    item.redriveCount = listed.redriveCount ?? 0;
    item.status = status === "PENDING_REDRIVE" ? "RUNNING" : status;
    item.endedAt = listed.stopDate?.getTime();
    mapRun.items.set(arn, item);
  }
}

/** What failed is what people ask for; then what runs and was never looked at. */
function byUrgency(a: Item, b: Item): number {
  const rank = ({ status, readAt }: Item): number => {
    if (status !== "RUNNING") return status === "SUCCEEDED" ? 2 : 0;
    return readAt === undefined ? 1 : 3;
  };
  return rank(a) - rank(b) || a.startedAt - b.startedAt;
}

async function readItem(context: AwsContext, item: Item): Promise<readonly HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let token: string | undefined;
  do {
    const page = await context.clients.sfn.send(
      new GetExecutionHistoryCommand({
        executionArn: item.arn,
        includeExecutionData: true,
        maxResults: pageSize,
        ...(token === undefined ? {} : { nextToken: token }),
      }),
    );
    events.push(...(page.events ?? []).map(historyEvent));
    token = page.nextToken;
  } while (token !== undefined);
  return events;
}

const endings = {
  SUCCEEDED: "ExecutionSucceeded",
  FAILED: "ExecutionFailed",
  TIMED_OUT: "ExecutionTimedOut",
} as const;

/** How an item went whose history isn't read. */
function unread({ status, startedAt, endedAt = startedAt }: Item): HistoryEvent[] {
  const type = endings[status as keyof typeof endings] ?? "ExecutionAborted";
  return [
    { id: 1, previousEventId: 0, type: "ExecutionStarted", timestamp: startedAt, details: {} },
    { id: 2, previousEventId: 1, type, timestamp: endedAt, details: {} },
  ];
}
