import { expect, test } from "vitest";

import { sayWaits, waitingFollower } from "../../runs/watch/waiting.ts";
import { type SeenRun, waitingFor } from "./waiting.ts";

const night = Date.parse("2026-01-31T03:00:00Z");
const hour = 3_600_000;
const run = (name: string, changes: Partial<SeenRun> = {}): SeenRun => ({
  run: name,
  status: "SUCCEEDED",
  skipped: false,
  trigger: "schedule",
  startedAt: night,
  endedAt: night + hour,
  scheduledTime: night,
  ...changes,
});
const after = { projects: ["features", "prices"], match: "day" } as const;

function said(runs: Readonly<Record<string, readonly SeenRun[]>>, match: "day" | "any" = "day") {
  const rule = { after: { ...after, match }, timezone: "UTC" };
  const waiting = waitingFor("scores", rule, new Map(Object.entries(runs)));
  return waiting && sayWaits(waiting);
}

test("why a project that follows others has not started", () => {
  const before = run("f0", { scheduledTime: night - 24 * hour });
  const failed = run("f1", { status: "FAILED" });
  expect(said({})).toBeUndefined();
  expect(said({ features: [failed], prices: [before] })).toBe(
    "waits for 2026-01-31: features failed (f1), prices has not run",
  );
  const running = run("p1", { status: "RUNNING", endedAt: undefined });
  const skipped = run("f2", { skipped: true });
  expect(said({ features: [skipped], prices: [running] })).toBe(
    "waits for 2026-01-31: features was skipped (f2), prices runs (p1)",
  );
  expect(said({ features: [run("f3", { status: "ABORTED" })], prices: [run("p1")] })).toBe(
    "waits for 2026-01-31: features was stopped (f3)",
  );
  expect(said({ features: [failed, run("f4")], prices: [run("p1")] })).toBeUndefined();
});

test("one that has started for the date waits for nothing", () => {
  const own = run("scores-20260131-after", { trigger: "after" });
  const failed = run("f1", { status: "FAILED" });
  expect(said({ features: [failed], prices: [run("p1")], scores: [own] })).toBeUndefined();
  const byHand = run("scores-1", { trigger: "manual" });
  expect(said({ features: [failed], prices: [run("p1")], scores: [byHand] })).toBe(
    "waits for 2026-01-31: features failed (f1)",
  );
});

test("with `match: any` what came since the last start counts", () => {
  const own = run("scores-round-00001-after", { trigger: "after", startedAt: night + 2 * hour });
  const later = run("p2", { endedAt: night + 3 * hour });
  expect(said({ features: [run("f1")], prices: [later], scores: [own] }, "any")).toBe(
    "waits: features has not run",
  );
  expect(
    said({ features: [run("f1")], prices: [run("p1")], scores: [own] }, "any"),
  ).toBeUndefined();
});

test("watching finds one that waits in vain, and says what continues it", () => {
  const facts = {
    environment: "prd",
    now: night,
    projects: [],
    deadLetters: [],
    unreported: [],
    unstartable: [],
  };
  const waits = [
    { project: "features", why: "failed", run: "f1", at: night },
    { project: "prices", why: "not-run" },
  ] as const;
  expect(waitingFollower(facts, { project: "scores", date: "2026-01-31", waits })).toEqual([
    {
      code: "watch/waits-for-run",
      project: "scores",
      run: undefined,
      message: "scores waits for 2026-01-31: features failed (f1), prices has not run",
      help: "`esteira resume f1 -e prd` continues what it waits for; `esteira run scores -e prd` starts scores all the same.",
      since: night,
      key: "waits/scores/f1",
    },
  ]);
  expect(waitingFollower(facts, { project: "scores", waits: waits.slice(1) })).toEqual([]);
});
