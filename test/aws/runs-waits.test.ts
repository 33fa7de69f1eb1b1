import { expect, test } from "vitest";

import { openWaits } from "../../src/aws/runs/changed.ts";
import type { OpenRun, RunsSession } from "../../src/aws/runs/runs-session.ts";
import { runId } from "../../src/core/ids.ts";
import { awsContext } from "./rig/context.ts";
import { steppedTiming } from "./rig/timing.ts";

const run = runId("recsys-20260131T030000Z-4f9a1c");

test("followers look each second at first, and ever less often while nothing is new", async () => {
  const timing = steppedTiming();
  const history = { events: [], ended: false, readAt: 0 };
  const opened = { run, quiet: 0, history, endSeenAt: undefined } as unknown as OpenRun;
  const session = {
    context: awsContext(undefined as never, { timing }),
    open: new Map([[run, opened]]),
  } as unknown as RunsSession;
  const waits = openWaits(session);
  const looks = async (count: number, timeoutMs = 60_000) => {
    const before = timing.slept.length;
    for (let look = 0; look < count; look += 1) await waits.wait(run, timeoutMs, undefined);
    return timing.slept.slice(before);
  };
  // All of it is new to who asks for the first time.
  expect(await looks(1)).toEqual([]);
  expect(await looks(8)).toEqual([1000, 1500, 2250, 3375, 5062.5, 7593.75, 10_000, 10_000]);
  opened.quiet = 0; // something came
  expect(await looks(2)).toEqual([1000, 1500]);
  expect(await looks(1, 300)).toEqual([300]);
  waits.close();
  expect(await looks(1)).toEqual([]);
});

test("who only asks whether a run has ended asks ever less often, too: a backfill has many of them", async () => {
  const timing = steppedTiming();
  const session = {
    context: awsContext(undefined as never, { timing }),
    open: new Map(),
  } as unknown as RunsSession;
  const waits = openWaits(session);
  const follower = new AbortController().signal;
  for (let look = 0; look < 9; look += 1) await waits.wait(run, 30_000, follower);
  expect(timing.slept).toEqual([1000, 1500, 2250, 3375, 5062.5, 7593.75, 10_000, 10_000]);
});
