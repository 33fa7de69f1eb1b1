import * as fc from "fast-check";
import { expect, test } from "vitest";

import { ok } from "../../core/result.ts";
import type { OnRule } from "../../schedule/on.ts";
import { type ArrivalPort, lookAtArrivals, takeObject } from "./arrivals.ts";
import { dying, environment, object } from "./fixtures/arrivals.ts";
import { Killed } from "./fixtures/dying.ts";

const each: OnRule = { source: "s3://acme-in/orders/*.csv" };

test("an object starts one run, which has its name and time; one that isn't meant none", async () => {
  const { port, inputs, note } = environment(each);
  await note();
  const event = object("orders/a b.csv");
  const run = "scores-ab8cf5f7a4a5a2c7b7c9-on";
  const lines = await takeObject(port, event);
  const [name = ""] = inputs.keys();
  expect(name).toMatch(/^scores-[0-9a-f]{20}-on$/);
  expect(name.length).toBe(run.length);
  expect(lines).toEqual(ok([`scores: s3://acme-in/orders/a b.csv started ${name}`]));
  expect(JSON.parse(inputs.get(name) ?? "")).toEqual({
    params: {},
    only: [],
    skip: [],
    scheduled_time: "2026-01-31T03:00:00Z",
    origin: null,
    trigger: "on",
    actor: "on",
    on: { count: 1, uris: ["s3://acme-in/orders/a b.csv"] },
  });
  // Reported twice, the second time with another time: nothing.
  expect(await takeObject(port, { ...event, at: event.at + 1000 })).toEqual(ok([]));
  expect(await takeObject(port, object("other/a.csv"))).toEqual(ok([]));
  expect(await takeObject(port, { ...event, bucket: "else" })).toEqual(ok([]));
  expect(inputs.size).toBe(1);
  // Written over, it is another version.
  await takeObject(port, object("orders/a b.csv", "2"));
  expect(inputs.size).toBe(2);
});

test("what is disabled, retired or waits for something else by now starts nothing, then or later", async () => {
  const { port, inputs, keys, awaiting, note } = environment(each);
  await note();
  awaiting.is = { on: each, disabled: "its schedule is disabled" };
  expect(await takeObject(port, object("orders/a.csv"))).toEqual(
    ok(["scores: s3://acme-in/orders/a.csv starts nothing: its schedule is disabled"]),
  );
  awaiting.is = undefined;
  expect(await takeObject(port, object("orders/b.csv"))).toEqual(
    ok([
      "scores: s3://acme-in/orders/b.csv starts nothing: the project doesn't wait for it any more",
    ]),
  );
  awaiting.is = { on: { source: "s3://acme-in/sales/*" }, disabled: undefined };
  expect(await takeObject(port, object("orders/c.csv"))).toEqual(
    ok(["scores: s3://acme-in/orders/c.csv starts nothing: another pattern is deployed"]),
  );
  awaiting.is = { on: each, disabled: undefined };
  expect(await lookAtArrivals(port)).toEqual(ok([]));
  expect(inputs.size).toBe(0);
  expect(keys().filter((key) => key.startsWith("arrived/open/"))).toEqual([]);
});

test("what a call that died has written down is started by the next look", async () => {
  const { port, started, note } = environment(each);
  await note();
  // It lists the notes, reads one, writes the object down, and dies.
  const died = takeObject(dying(port, 3), object("orders/a.csv"));
  await expect(died).rejects.toThrow(Killed);
  expect(started()).toEqual([]);
  await lookAtArrivals(port);
  expect(started()).toEqual([["s3://acme-in/orders/a.csv"]]);
});

test("with a debounce one run has all that came until nothing did, in a file where they are many", async () => {
  const on = { ...each, debounceSeconds: 300 };
  const { port, inputs, lists, pass, note } = environment(on);
  await note();
  for (let index = 0; index < 80; index += 1) {
    await takeObject(port, object(`orders/${index}.csv`, "1", 1_769_828_400_000 + index * 1000));
    pass(1000);
  }
  expect(await lookAtArrivals(port)).toEqual(ok([]));
  pass(299_000);
  const run = "scores-window-00001-on";
  expect(await lookAtArrivals(port)).toEqual(ok([`scores: 80 objects started ${run}`]));
  expect(JSON.parse(inputs.get(run) ?? "")).toMatchObject({
    scheduled_time: "2026-01-31T03:01:19Z",
    on: { count: 80, list: `s3://lake/scores/${run}/_trigger/objects.json` },
  });
  expect((JSON.parse(lists.get(run) ?? "") as string[]).slice(0, 2)).toEqual([
    "s3://acme-in/orders/0.csv",
    "s3://acme-in/orders/1.csv",
  ]);
  // It comes without a pause: after ten times as long it starts all the same.
  for (let index = 0; index < 40; index += 1) {
    await takeObject(port, object(`orders/more-${index}.csv`));
    pass(100_000);
    await lookAtArrivals(port);
  }
  expect([...inputs.keys()]).toEqual([run, "scores-window-00002-on"]);
});

test("doubled, late, out of order, to many calls at once that die anywhere: each version in one run", async () => {
  const event = fc.record({
    key: fc.constantFrom("orders/a.csv", "orders/b.csv", "orders/c.csv"),
    sequencer: fc.constantFrom("1", "2"),
    at: fc.integer({ min: 0, max: 5 }),
    // Requests that its first call still makes; it dies then, and Lambda tries again.
    life: fc.integer({ min: 0, max: 14 }),
    twice: fc.boolean(),
  });
  const look = fc.record({ life: fc.integer({ min: 0, max: 30 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.oneof({ weight: 2, arbitrary: event }, look), { maxLength: 9 }),
      fc.constantFrom(undefined, 60),
      async (scheduler, happenings, debounceSeconds) => {
        let quiet = false;
        // Each request takes a while, so that windows are over in the midst of it all.
        const pause = async (): Promise<void> => {
          if (quiet) return;
          await scheduler.schedule(Promise.resolve());
          made.pass(20_000);
        };
        const on = debounceSeconds === undefined ? each : { ...each, debounceSeconds };
        const made = environment(on, pause);
        const { port, inputs, started, keys, pass, note } = made;
        await scheduler.waitFor(note());
        const calls = happenings.flatMap((one) => {
          const call = async (): Promise<void> => {
            const work = (through: ArrivalPort) =>
              "key" in one
                ? takeObject(through, { bucket: "acme-in", ...one, at: one.at * 1000 })
                : lookAtArrivals(through);
            await work(dying(port, one.life)).catch((error: unknown) => {
              if (!(error instanceof Killed)) throw error;
            });
            // A look that died isn't made again: the next one is.
            if ("key" in one) await work(port);
          };
          return "twice" in one && one.twice ? [call(), call()] : [call()];
        });
        await scheduler.waitFor(Promise.all(calls));
        quiet = true;
        pass(3_600_000);
        expect((await lookAtArrivals(port)).ok).toBe(true);
        const versions = new Set(
          happenings.flatMap((one) => ("key" in one ? [`${one.key} ${one.sequencer}`] : [])),
        );
        const windows = keys().filter((key) => key.startsWith("arrived/windows/"));
        const counted = debounceSeconds === undefined ? started().length : countedIn(port, windows);
        expect(await counted).toBe(versions.size);
        expect(debounceSeconds === undefined ? 0 : inputs.size).toBe(windows.length);
        expect(new Set(started().flat())).toEqual(
          new Set([...versions].map((one) => `s3://acme-in/${one.split(" ")[0]}`)),
        );
        expect(keys().filter((key) => key.startsWith("arrived/open/"))).toEqual([]);
      },
    ),
    { numRuns: 1000 },
  );
});

/** Versions in all windows, and none in two. */
async function countedIn(port: ArrivalPort, windows: readonly string[]): Promise<number> {
  const all: string[] = [];
  for (const key of windows) {
    const found = await port.store.get(key);
    const text = found.ok ? (found.value?.text ?? "") : "";
    const { objects } = JSON.parse(text) as { objects: { arrival: string }[] };
    all.push(...objects.map(({ arrival }) => arrival));
  }
  expect(new Set(all).size).toBe(all.length);
  return all.length;
}
