import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";

import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { ConsoleEvent } from "../../src/app/documents/console-events.ts";
import { openStream } from "../../src/console/events/stream.ts";
import { inOrder, openBrowser, openWorld, topics } from "./rig/tabs.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("whatever is opened and closed while things change, each tab comes to show how they are", async () => {
  const topic = fc.constantFrom(...topics);
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ what: fc.constant("change" as const), topic }) },
    {
      weight: 4,
      arbitrary: fc.record({ what: fc.constant("turn" as const), topic, tab: fc.nat(1) }),
    },
    { weight: 1, arbitrary: fc.record({ what: fc.constant("cut" as const), topic }) },
  );
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 90 }), step), { maxLength: 30 });
  const delays = fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(steps, delays, async (all, delayed) => {
      const world = openWorld();
      const browser = openBrowser(world, inOrder(delayed), 2);
      for (const [pause, one] of all) {
        await vi.advanceTimersByTimeAsync(pause);
        if (one.what === "change") world.change(one.topic);
        else if (one.what === "turn") browser.turn(one.tab, one.topic);
        else browser.streams.findLast(({ readyState }) => readyState === 1)?.cut();
      }
      await vi.advanceTimersByTimeAsync(60_000);
      expect(browser.differences()).toEqual([]);
      // What isn't the newest stream is closed, and that one too where nobody looks.
      const open = browser.streams.filter(({ readyState }) => readyState !== 2);
      expect(open.length).toBe(browser.shows.size === 0 ? 0 : 1);
    }),
    { numRuns: 300 },
  );
});

test("what a run does while its log is opened beside it is seen, before the new stream is there", async () => {
  const world = openWorld();
  let delay = 5;
  const browser = openBrowser(world, () => delay, 1);
  browser.turn(0, "run:local/b");
  await vi.advanceTimersByTimeAsync(500);
  browser.turn(0, "log:local/b");
  delay = 5000;
  await vi.advanceTimersByTimeAsync(40);
  delay = 5;
  expect(browser.streams.map(({ readyState }) => readyState)).toEqual([1, 0]);
  world.change("run:local/b");
  await vi.advanceTimersByTimeAsync(100);
  expect(browser.shows.get("0 run:local/b")).toMatchObject({ seen: 1 });
});

test("what is on its way over the old stream when the new one opens comes over the new one", async () => {
  const world = openWorld();
  let delay = 5;
  const browser = openBrowser(world, () => delay, 1);
  browser.turn(0, "run:local/b");
  await vi.advanceTimersByTimeAsync(500);
  world.change("run:local/b");
  browser.turn(0, "log:local/b");
  delay = 10_000;
  await vi.advanceTimersByTimeAsync(28);
  delay = 5;
  await vi.advanceTimersByTimeAsync(500);
  expect(browser.streams.map(({ readyState }) => readyState)).toEqual([2, 1]);
  expect(browser.shows.get("0 run:local/b")).toMatchObject({ seen: 1 });
});

test("a tab that comes to an open stream reads once more what it read before it heard it", async () => {
  const world = openWorld();
  const browser = openBrowser(world, inOrder([5]), 2);
  browser.turn(0, "run:local/a");
  await vi.advanceTimersByTimeAsync(500);
  browser.heard.length = 0;
  browser.turn(1, "run:local/a");
  await vi.advanceTimersByTimeAsync(500);
  expect(browser.heard).toEqual([{ type: "open", topics: ["run:local/a"], missed: false }]);
  expect(browser.streams.length).toBe(1);
});

test("while nobody looks the stream is closed and nothing is watched; who looks again has it again", async () => {
  const world = openWorld();
  const browser = openBrowser(world, inOrder([5]), 1);
  browser.turn(0, "run:local/a");
  await vi.advanceTimersByTimeAsync(500);
  expect([...world.watched]).toEqual(["run:local/a"]);
  // A page that is left for another one is nobody's for a moment.
  browser.turn(0, "run:local/a");
  await vi.advanceTimersByTimeAsync(10_000);
  expect([...world.watched]).toEqual(["run:local/a"]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect([...world.watched]).toEqual([]);
  expect(browser.streams.map(({ readyState }) => readyState)).toEqual([2]);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(browser.streams.length).toBe(1);
  world.change("run:local/a");
  browser.turn(0, "run:local/a");
  await vi.advanceTimersByTimeAsync(500);
  expect(browser.streams.map(({ readyState }) => readyState)).toEqual([2, 1]);
  expect(browser.shows.get("0 run:local/a")).toMatchObject({ seen: 1 });
});

test("a new server has none of the old one's places: all is read again", async () => {
  const world = openWorld();
  const said: ConsoleEvent[] = [];
  const write = (text: string): void => {
    said.push(JSON.parse(/data: (.*)/.exec(text)?.[1] ?? "") as ConsoleEvent);
  };
  const response = Object.assign(new EventEmitter(), { writeHead: () => {}, write });
  openStream(response as never as ServerResponse, world.server, {
    topics: new Set(["run:local/a"]),
    after: "older-12",
    stillIn: () => true,
    now: () => 7,
    closed: () => {},
  });
  expect(said).toEqual([{ type: "hello", at: 7, missed: true }]);
  response.emit("close");
});
