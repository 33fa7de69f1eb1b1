import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { ConsoleEvent } from "../../app/documents/console-events.ts";
import { ok } from "../../core/result.ts";
import { openHub } from "./hub.ts";
import { watchers } from "./watchers.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const minute = 60_000;
const topic = "fleet:prd";

/** By the test's clock. */
const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new Error("aborted"));
    });
  });

/** An account that counts what it is asked, and that can't be reached while `down`. */
function openAccount() {
  const account = { down: false, sessions: [] as number[], deployed: 0 };
  const events: ConsoleEvent[] = [];
  const session = {
    environment: "prd",
    platform: {
      kind: "aws",
      listDeployed: () => {
        account.deployed += 1;
        return Promise.resolve(ok([]));
      },
    },
  };
  const context = {
    host: { clock: { now: () => Date.now() } },
    environments: {
      session: () => {
        account.sessions.push(Date.now());
        return Promise.resolve(
          account.down
            ? { ok: false, error: { reason: "permission", message: "they have run out" } }
            : ok(session),
        );
      },
    },
  };
  const hub = openHub(
    watchers(
      () => context as never,
      (of, event) => {
        events.push(event);
        hub.publish(of, event);
      },
      (error) => {
        throw error;
      },
      pause,
    ),
  );
  return { account, events, look: () => hub.subscribe(new Set([topic]), () => undefined) };
}

test("what a watch throws is reported, and ends nothing but the watch", async () => {
  const broken = new Error("broken");
  const reported = new Promise((resolve) => {
    const watch = watchers(
      () => {
        throw broken;
      },
      () => undefined,
      resolve,
    );
    watch("fleet:local");
  });
  expect(await reported).toBe(broken);
});

test("however many look, an account is asked four times a minute, and not at all when they have left", async () => {
  const { account, look } = openAccount();
  const viewers = Array.from({ length: 100 }, look);
  await vi.advanceTimersByTimeAsync(60 * minute);
  expect(account.sessions).toHaveLength(1);
  expect(account.deployed).toBeGreaterThan(200);
  expect(account.deployed).toBeLessThanOrEqual(241);
  for (const viewer of viewers) viewer[Symbol.dispose]();
  const before = account.deployed;
  await vi.advanceTimersByTimeAsync(24 * 60 * minute);
  expect(account.deployed).toBe(before);
});

test("an account that can't be asked is tried less and less often, and both are said once", async () => {
  const { account, events, look } = openAccount();
  account.down = true;
  using _viewer = look();
  await vi.advanceTimersByTimeAsync(60 * minute);
  const pauses = account.sessions.map((at, index) => at - (account.sessions[index - 1] ?? at));
  expect(pauses.slice(0, 6)).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000]);
  expect(Math.max(...pauses)).toBe(5 * minute);
  expect(account.sessions.length).toBeLessThan(25);
  expect(events.map(({ type }) => type)).toEqual(["trouble"]);
  account.down = false;
  await vi.advanceTimersByTimeAsync(6 * minute);
  expect(events.slice(0, 3).map(({ type }) => type)).toEqual(["trouble", "recovered", "fleet"]);
});
