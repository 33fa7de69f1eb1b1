import { expect, test } from "vitest";

import { ok } from "../../core/result.ts";
import { didNotFollow } from "../../runs/watch/not-followed.ts";
import { type CountedRun, notFollowed, whereAllCount } from "./not-followed.ts";

const night = Date.parse("2026-01-31T03:00:00Z");
const hour = 3_600_000;

const run = (name: string, changes: Partial<CountedRun> = {}): CountedRun => ({
  run: name,
  project: name.slice(0, 1),
  status: "SUCCEEDED",
  skipped: false,
  trigger: "schedule",
  origin: name,
  startedAt: night,
  endedAt: night + hour,
  scheduledTime: night,
  ...changes,
});
const after = { projects: ["features", "prices"], match: "day" } as const;

function found(
  runs: Readonly<Record<string, readonly CountedRun[]>>,
  rule: Partial<Parameters<typeof notFollowed>[1]> = {},
) {
  const whole = { after, timezone: "UTC", since: undefined, ...rule };
  return notFollowed("scores", whole, new Map(Object.entries(runs)), 5);
}

const prices = run("p1", { endedAt: night + 2 * hour });
const all = { features: [run("f1")], prices: [prices] };

test("a project that was not started after all have succeeded is found, and what starts it", () => {
  const missed = found(all);
  expect(missed).toEqual({
    project: "scores",
    date: "2026-01-31",
    after: ["f1", "p1"],
    last: "p1",
    since: night + 2 * hour,
  });
  if (missed === undefined) return;
  const facts = {
    environment: "prd",
    now: night,
    projects: [],
    deadLetters: [],
    unreported: [],
    unstartable: [],
  };
  const finding = {
    code: "watch/not-followed",
    project: "scores",
    run: undefined,
    message: "scores should have started for 2026-01-31 after f1 and p1, and did not",
    help: "`esteira doctor scores -e prd` looks for the reason; `esteira run scores -e prd` starts scores all the same.",
    since: night + 2 * hour,
    key: "not-followed/scores/2026-01-31",
  };
  expect(didNotFollow(facts, missed)).toEqual(finding);
  expect(didNotFollow(facts, { ...missed, retried: true })).toEqual({
    ...finding,
    help: "`esteira notify retry p1 -e prd` tries it again; `esteira run scores -e prd` starts scores all the same.",
  });
});

test("one that has started, that isn't due, or of which too little is known is not", () => {
  const later = night + 3 * hour;
  const own = (name: string, changes: Partial<CountedRun>) => ({
    ...all,
    scores: [run(name, { startedAt: later, ...changes })],
  });
  const left = {
    started: own("s1-after", { trigger: "after" }),
    resumed: own("s2", { trigger: "resume", origin: "s1-after" }),
    "by hand": own("s3", { trigger: "manual", scheduledTime: undefined }),
    "one is missing": { features: [run("f1")] },
    "one failed": { ...all, prices: [run("p1", { status: "FAILED" })] },
    "one was skipped": { ...all, prices: [run("p1", { skipped: true })] },
    "a backfill was the last": { ...all, prices: [run("p1-b00001", { trigger: "backfill" })] },
    "many runs since": {
      ...all,
      scores: [1, 2, 3, 4, 5].map((n) => run(`s${n}`, { startedAt: later + n, trigger: "on" })),
    },
  };
  for (const [why, runs] of Object.entries(left)) {
    const backfilled = why.startsWith("a backfill");
    const given = backfilled ? { ...runs, features: [run("f1", { endedAt: night })] } : runs;
    expect([why, found(given)]).toEqual([why, undefined]);
  }
  expect(found(all, { since: later })).toBeUndefined();
  expect(found(own("s4", { trigger: "schedule" }))?.last).toBe("p1");
});

test("of rounds, what has succeeded since the last start is found where it started nothing", () => {
  const any = { after: { ...after, match: "any" } } as const;
  const started = (at: number, changes: Partial<CountedRun> = {}) =>
    run("scores-round-00001-after", { startedAt: at, trigger: "after", ...changes });
  const missed = { after: ["f1", "p1"], last: "p1", since: night + 2 * hour };
  expect(found(all, any)).toMatchObject(missed);
  // The start of before was for what had succeeded until then.
  expect(found({ ...all, scores: [started(night)] }, any)).toMatchObject(missed);
  const left = {
    "a start since": { ...all, scores: [started(night + 2 * hour + 1)] },
    "one of them was used": { ...all, scores: [started(night + 1.5 * hour)] },
    "a resumed start": {
      ...all,
      scores: [started(night + 3 * hour, { trigger: "resume", origin: "s-round-00001-after" })],
    },
    "started by hand": { ...all, scores: [run("s2", { trigger: "manual", startedAt: night * 2 })] },
    "one is missing": { features: [run("f1")] },
    "one is a backfill's": { ...all, prices: [run("p1-b00001", { trigger: "backfill" })] },
    "many runs since": {
      ...all,
      scores: [1, 2, 3, 4, 5].map((n) => run(`s${n}`, { trigger: "schedule", startedAt: n })),
    },
  };
  for (const [why, runs] of Object.entries(left)) {
    expect([why, found(runs, any)]).toEqual([why, undefined]);
  }
  expect(found(all, { ...any, since: night + 1.5 * hour })).toBeUndefined();
});

test("runs of single steps and samples don't count", async () => {
  const missed = found(all);
  if (missed === undefined) throw new Error("one was to be found");
  const counting = async (input: object) => {
    const events = () =>
      Promise.resolve(
        ok({ items: [{ id: 1, timestamp: 0, type: "ExecutionStarted", details: { input } }] }),
      );
    const left = await whereAllCount({ events } as unknown as Parameters<typeof whereAllCount>[0], [
      missed,
    ]);
    return left.ok && left.value.length;
  };
  expect(await counting({})).toBe(1);
  expect(await counting({ only: ["make"] })).toBe(0);
  expect(await counting({ sample: true })).toBe(0);
});
