import { expect, test } from "vitest";

import type { HistoryEvent } from "../../core/history.ts";
import { runId } from "../../core/ids.ts";
import { err, ok } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { LogLine } from "../../platform/log-lines.ts";
import { summary } from "../../runs/fixtures/views.ts";
import {
  runFeed,
  type FollowedPlatform,
  type RunFeedItem,
  type RunFeedOptions,
} from "./run-feed.ts";

const id = runId("recsys-20260131T030000Z-4f9a1c");
const steps = [{ id: "score_model", name: "Score the model" }];
const everything: RunFeedOptions = { filter: {}, untilEnd: true, since: 0, waits: true };

/** What a run is made of between two looks. */
interface News {
  readonly events?: readonly HistoryEvent[];
  readonly lines?: readonly LogLine[];
}

const began: readonly HistoryEvent[] = [
  event(1, "ExecutionStarted", { input: {} }),
  event(2, "TaskStateEntered", { name: "score_model" }),
  event(3, "TaskScheduled"),
];
const started = event(4, "TaskStarted");
const finished: readonly HistoryEvent[] = [
  event(5, "TaskSucceeded"),
  event(6, "TaskStateExited", { name: "score_model" }),
  event(7, "ExecutionSucceeded", { output: {} }),
];

function event(
  number: number,
  type: HistoryEvent["type"],
  details: HistoryEvent["details"] = {},
): HistoryEvent {
  return { id: number, previousEventId: number - 1, type, timestamp: number * 10, details };
}

function line(timestamp: number, text: string): LogLine {
  return { timestamp, step: "score_model", attempt: 1, item: undefined, stream: "stdout", text };
}

/** A platform in memory: each wait for something new brings the next news. */
function platformOf(
  news: readonly News[],
  options: { readonly pageSize?: number; readonly driven?: boolean; readonly lost?: boolean } = {},
): FollowedPlatform & { readonly waits: readonly number[] } {
  const { pageSize = 1000 } = options;
  const waits: number[] = [];
  const pageOf = <Item>(
    pick: (one: News) => readonly Item[] | undefined,
    cursor: string | undefined,
  ) => {
    const looks = Math.min(waits.length + 1, news.length);
    const all = news.slice(0, looks).flatMap((one) => pick(one) ?? []);
    const from = Number(cursor ?? 0);
    const items = all.slice(from, from + pageSize);
    const grows = looks < news.length || from + items.length < all.length || options.lost === true;
    return grows ? { items, next: String(from + items.length) } : { items };
  };
  return {
    waits,
    ...(options.driven === true ? { driver: {} } : {}),
    events: async (_run, { cursor }) => ok(pageOf(({ events }) => events, cursor)),
    logs: async (_run, _filter, { cursor }) => ok(pageOf(({ lines }) => lines, cursor)),
    run: async () => ok(summary({ interrupted: options.lost === true })),
    changed: async (_run, timeoutMs) => void waits.push(timeoutMs),
  };
}

/** The items in one line each. */
async function read(
  platform: FollowedPlatform,
  options: RunFeedOptions = everything,
  clock = { now: () => 0 },
): Promise<string[]> {
  const items: string[] = [];
  for await (const item of runFeed(clock, platform, { id, steps }, options)) items.push(said(item));
  return items;
}

function said(item: RunFeedItem): string {
  switch (item.kind) {
    case "events":
      return `events ${item.events.map((one) => one.id).join(" ")}: ${item.view.status}`;
    case "lines":
      return `lines until ${item.until}: ${item.lines.map(({ text }) => text).join(", ")}`;
    case "waiting":
      return `waiting: ${item.diagnosis.message}`;
    case "end":
      return `end: ${item.view.status}`;
    case "failure":
      return `failure: ${item.failure.message}`;
  }
}

test("events come before the lines of the same look, and the end is last", async () => {
  const platform = platformOf([
    { events: began },
    { events: [started], lines: [line(41, "loading")] },
    { events: finished, lines: [line(49, "406 vehicles")] },
  ]);
  expect(await read(platform)).toEqual([
    "events 1 2 3: RUNNING",
    "lines until Infinity: ",
    "events 4: RUNNING",
    "lines until Infinity: loading",
    "events 5 6 7: SUCCEEDED",
    "lines until Infinity: 406 vehicles",
    "end: SUCCEEDED",
  ]);
  // AWS notifies nobody that there is something new: it is asked once a minute at least.
  expect(platform.waits).toEqual([60_000, 60_000]);
});

test("lines wait for the news that their attempt has begun", async () => {
  const platform = platformOf([
    { events: began, lines: [line(41, "loading")] },
    { events: [started], lines: [line(42, "loaded")] },
    { events: finished },
  ]);
  expect((await read(platform)).filter((item) => item.startsWith("lines"))).toEqual([
    "lines until Infinity: ",
    "lines until Infinity: loading, loaded",
    "lines until Infinity: ",
  ]);
});

test("what there is now, in pages, without waiting for more", async () => {
  const lines = [line(41, "a"), line(42, "b"), line(43, "c")];
  const platform = platformOf([{ events: [...began, started], lines }, { events: finished }], {
    pageSize: 2,
  });
  expect(await read(platform, { ...everything, untilEnd: false })).toEqual([
    "events 1 2 3 4: RUNNING",
    "lines until 42: a, b",
    "lines until Infinity: c",
    "end: RUNNING",
  ]);
  expect(platform.waits).toEqual([]);
});

test("lines from before `since` are left out", async () => {
  const lines = [line(41, "earlier"), line(42, "now")];
  const platform = platformOf([{ events: [...began, started, ...finished], lines }]);
  expect(await read(platform, { ...everything, since: 42 })).toContain("lines until Infinity: now");
});

test("a run whose process is gone ends the feed while it runs", async () => {
  const platform = platformOf([{ events: began }], { driven: true, lost: true });
  expect(await read(platform)).toEqual([
    "events 1 2 3: RUNNING",
    "lines until Infinity: ",
    // Only a look without news asks.
    "events : RUNNING",
    "lines until Infinity: ",
    "end: RUNNING",
  ]);
  expect(platform.waits).toEqual([1000]);
});

test("why a run waits for an instance is said once it has been quiet for a minute", async () => {
  const waiting = async (options: RunFeedOptions): Promise<string[]> => {
    let now = 0;
    const platform: FollowedPlatform = {
      ...platformOf([{ events: began }, {}, {}, { events: [started, ...finished] }]),
      capacity: { evidence: async () => ok({ waitingSince: 0, launchFailures: [] }) },
    };
    const items = await read(platform, options, { now: () => (now += 60_000) });
    return items.filter((item) => item.startsWith("waiting"));
  };
  expect(await waiting(everything)).toEqual([
    "waiting: score_model has been waiting for an instance for 2 min",
  ]);
  expect(await waiting({ ...everything, waits: false })).toEqual([]);
});

test.each(["events", "logs"] as const)("a failure to read %s is the last item", async (part) => {
  const error: PlatformError = { reason: "unavailable", message: "AWS can't be reached" };
  const platform = { ...platformOf([{ events: began }, {}]), [part]: async () => err(error) };
  expect((await read(platform)).at(-1)).toBe("failure: AWS can't be reached");
});

test("an abort ends the wait and the feed", async () => {
  const leaving = new AbortController();
  const platform: FollowedPlatform = {
    ...platformOf([{ events: began }, { events: finished }]),
    changed: async (_run, _timeoutMs, signal) => {
      expect(signal).toBe(leaving.signal);
      leaving.abort();
    },
  };
  expect(await read(platform, { ...everything, signal: leaving.signal })).toEqual([
    "events 1 2 3: RUNNING",
    "lines until Infinity: ",
  ]);
});
