import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { RunId } from "../../src/core/ids.ts";
import type { Platform } from "../../src/platform/port.ts";
import type { ContractHarness, Differences, MakeHarness } from "./harness.ts";
import { deploy, ended, input, readAll, reason, until, value } from "./tools.ts";

export function contractOfStops(
  name: string,
  makeHarness: MakeHarness,
  { earlierRelease }: Differences,
): void {
  describe(`${name}: stop, resume, follow`, () => {
    let harness: ContractHarness;
    let platform: Platform;

    beforeAll(async () => {
      harness = await makeHarness();
      platform = harness.platform;
    });
    afterAll(() => harness.close());

    const says = (run: RunId, text: string) => async (): Promise<boolean> => {
      const { items } = await readAll((page) => platform.logs(run, {}, page), 1000);
      return items.some((line) => line.text === text);
    };

    test("a stopped run becomes ABORTED, no matter who stops it", async () => {
      const release = await harness.release({ name: "long", steps: { a: "waits" } });
      const { project } = release.release;
      await deploy(platform, [release]);
      const other = await harness.another();
      for (const stopper of [platform, other]) {
        const run = value(await platform.start(project, input(), { mode: "follow" }));
        await until(platform, run, says(run, "a waits"));
        expect(reason(await platform.resume(run, { mode: "follow", actor: "ana" }))).toBe(
          "conflict",
        );
        value(await stopper.stop(run, "bob"));
        const summary = value(await platform.run(run));
        expect(summary).toMatchObject({ status: "ABORTED", interrupted: false });
        const events = await readAll((page) => platform.events(run, page), 1000);
        expect(events.ended).toBe(true);
        expect(events.items.at(-1)?.type).toBe("ExecutionAborted");
        expect(reason(await stopper.stop(run, "bob"))).toBe("refused");
      }
      await other.close();
    });

    test("a failed run continues without the steps that had succeeded", async () => {
      const release = await harness.release({
        name: "again",
        steps: { a: "succeeds", b: "fails-once", c: "succeeds" },
      });
      await deploy(platform, [release]);
      const { project } = release.release;
      const first = value(await platform.start(project, input(), { mode: "follow" }));
      expect((await until(platform, first, ended)).status).toBe("FAILED");

      const overrides = { b: { timeout_seconds: 77, memory_gb: 0.25 } };
      const options = { mode: "follow", actor: "bob", overrides } as const;
      const second = value(await platform.resume(first, options));
      expect(second).not.toBe(first);
      expect(await until(platform, second, ended)).toMatchObject({
        status: "SUCCEEDED",
        origin: first,
        trigger: "resume",
        actor: "bob",
      });
      const { items } = await readAll((page) => platform.logs(second, {}, page), 1000);
      expect(items.filter(({ stream }) => stream === "stdout").map(({ step }) => step)).toEqual([
        "b",
        "c",
      ]);
      const { items: events } = await readAll((page) => platform.events(second, page), 1000);
      const tasks = events.filter(({ type }) => type === "TaskScheduled");
      expect(tasks.map(({ details }) => details["timeoutInSeconds"] === 77 + 3600)).toEqual([
        true,
        false,
      ]);
      expect(tasks.map(({ details }) => /"Memory":256\b/.test(JSON.stringify(details)))).toEqual([
        true,
        false,
      ]);
      expect(reason(await platform.resume(second, { mode: "follow", actor: "bob" }))).toBe(
        "refused",
      );
    });

    test("a failed run continues with a later release in a new run with its artifacts", async () => {
      const steps = { a: "succeeds", b: "fails", c: "succeeds" } as const;
      const release = await harness.release({ name: "fixed", steps });
      const { project } = release.release;
      await deploy(platform, [release]);
      // A run that ended is resumed once, so each way to resume has one for itself.
      const failed = async (): Promise<RunId> => {
        const run = value(await platform.start(project, input(), { mode: "follow" }));
        expect((await until(platform, run, ended)).status).toBe("FAILED");
        return run;
      };
      const [unsaid, latest, unchanged] = [await failed(), await failed(), await failed()];
      const fixed = await harness.release({
        name: "fixed",
        version: "2.0.0",
        steps: { ...steps, b: "succeeds" },
      });
      await deploy(platform, [fixed]);

      // What is deployed now is taken unless something else is said.
      for (const [first, release] of [[unsaid], [latest, "latest"]] as const) {
        const options = { mode: "follow", actor: "bob", ...(release && { release }) } as const;
        const next = value(await platform.resume(first, options));
        expect(next).not.toBe(first);
        expect(await until(platform, next, ended)).toMatchObject({
          status: "SUCCEEDED",
          origin: first,
          trigger: "resume",
          actor: "bob",
          version: "2.0.0",
          release: fixed.fingerprint,
        });
        const { items } = await readAll((page) => platform.logs(next, {}, page), 1000);
        const said = items.filter(({ stream }) => stream === "stdout");
        expect(said.map(({ text }) => text)).toEqual(["b says hello", "c says hello"]);
      }
      const options = { mode: "follow", actor: "bob", release: "same" } as const;
      const same = await platform.resume(unchanged, options);
      const went = same.ok
        ? {
            status: (await until(platform, same.value, ended)).status,
            version: value(await platform.releaseOf(same.value)).version,
          }
        : same.error.reason;
      expect(went).toEqual(
        earlierRelease === "is replaced" ? "refused" : { status: "FAILED", version: "1.0.0" },
      );
    });

    test("a follower sees everything and is called when to look", async () => {
      const release = await harness.release({ name: "seen", steps: { a: "succeeds" } });
      await deploy(platform, [release]);
      const run = value(await platform.start(release.release.project, input(), { mode: "follow" }));
      let cursor: string | undefined;
      let read = 0;
      for (;;) {
        const limit = 1000;
        const page = value(
          await platform.events(run, cursor === undefined ? { limit } : { cursor, limit }),
        );
        read += page.items.length;
        if (page.next === undefined) break;
        cursor = page.next;
        await platform.changed(run, 5000);
      }
      const whole = await readAll((page) => platform.events(run, page), 1000);
      expect(read).toBe(whole.items.length);

      await platform.changed(run, 100); // what came since the last call
      await platform.changed(run, 1); // the time is over
      const off = new AbortController();
      await platform.changed(run, 3_600_000, off.signal); // its own follower: all of it is new
      let reported = false;
      const waiting = platform.changed(run, 3_600_000, off.signal).then(() => (reported = true));
      await platform.changed(run, 50);
      expect(reported).toBe(false);
      off.abort();
      await waiting;
    });
  });
}
