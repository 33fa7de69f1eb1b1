import { describe, expect, test } from "vitest";

import { composeWatchNotification } from "./notification.ts";
import { watchCodes, type WatchFacts } from "./facts.ts";
import { watchFindings } from "./watch.ts";
import { attempt, facts, letter, openRun, run, three, watched } from "../fixtures/watched.ts";

const hour = 3_600_000;
const minute = 60_000;
const day = 24 * hour;

const reported = new Set<string>();

describe("fires without a run", () => {
  test("one: reported once its grace is over, with the way to the reason and the way to make up for it", () => {
    const project = watched({ expected: [{ at: three, deadline: undefined }] });
    expect(textOf(facts([project], three + 15 * minute))).toBe("");
    expect(textOf(facts([project], three + 16 * minute))).toBe(
      "watch/missed recsys should have started at 2026-11-25 03:00 UTC and did not\n" +
        "  `esteira doctor recsys -e prd` looks for the reason; `esteira backfill recsys --from 2026-11-25 --to 2026-11-25 -e prd` makes up for it.",
    );
  });

  test("a row of them is one finding, with the days of the schedule's zone", () => {
    const expected = [0, 1, 2].map((times) => ({
      at: three - 2 * hour + times * hour,
      deadline: undefined,
    }));
    const project = watched({ expected, timezone: "America/Sao_Paulo" });
    expect(textOf(facts([project], three + hour))).toBe(
      "watch/missed recsys should have started 3 times from 2026-11-25 01:00 UTC to 2026-11-25 03:00 UTC and did not\n" +
        "  `esteira doctor recsys -e prd` looks for the reason; `esteira backfill recsys --from 2026-11-24 --to 2026-11-25 -e prd` makes up for it.",
    );
  });

  test("fires that ran are none, whatever became of them, and a row keeps its key while it grows", () => {
    const fires = [0, 1, 2, 3].map((days) => ({ at: three + days * day, deadline: undefined }));
    const runs = [
      run({ scheduledTime: three + 17_000, status: "FAILED" }),
      run({ scheduledTime: three + day, skipped: true }),
    ];
    const after = (expected: typeof fires, now: number) =>
      watchFindings(facts([watched({ expected, runs })], now)).map(({ key }) => key);
    expect(after(fires.slice(0, 2), three + day + hour)).toEqual([]);
    const key = `missed/recsys/after-${three + day}`;
    expect(after(fires.slice(0, 3), three + 2 * day + hour)).toEqual([key]);
    expect(after(fires, three + 3 * day + hour)).toEqual([key]);
    // Also when the row's beginning is too long ago to be looked at.
    expect(after(fires.slice(3), three + 3 * day + hour)).toEqual([key]);
  });

  test("what the scheduler left in the dead-letter queue says why", () => {
    const project = watched({ expected: [{ at: three, deadline: undefined }] });
    const letters = [letter({ scheduledTime: three })];
    expect(textOf(facts([project], three + hour, letters), "messages")).toBe(
      "recsys should have started at 2026-11-25 03:00 UTC and did not: the scheduler gave up with AccessDeniedException: no",
    );
  });
});

describe("deadlines", () => {
  const fire = { at: three, deadline: three + 3 * hour };

  test.each([
    [{ status: "RUNNING" as const, endedAt: undefined }, "it is still running"],
    [{ status: "FAILED" as const }, "it failed"],
    [{ status: "TIMED_OUT" as const }, "it timed out"],
    [{ status: "ABORTED" as const }, "it was stopped"],
  ])("a run that is %o by then is reported", (changes, state) => {
    const project = watched({
      expected: [fire],
      runs: [run({ scheduledTime: three, ...changes })],
    });
    expect(textOf(facts([project], fire.deadline - 1))).toBe("");
    expect(textOf(facts([project], fire.deadline), "messages")).toBe(
      `recsys of 2026-11-25 03:00 UTC was to be done by 2026-11-25 06:00 UTC and is not: ${state}`,
    );
  });

  test("a fire whose run waits for its turn is not a missed one, until its deadline", () => {
    const project = watched({ expected: [{ ...fire, queued: true }] });
    expect(textOf(facts([project], fire.deadline - 1))).toBe("");
    expect(textOf(facts([project], fire.deadline))).toBe(
      "watch/past-deadline recsys of 2026-11-25 03:00 UTC was to be done by 2026-11-25 06:00 UTC and is not: it waits for its turn\n" +
        "  `esteira runs --status running -e prd` shows what is before it.",
    );
  });

  test("a later run for the same fire that succeeded makes it good", () => {
    const runs = [
      run({ scheduledTime: three, status: "FAILED" }),
      run({ scheduledTime: three, run: "recsys-2" }),
    ];
    expect(textOf(facts([watched({ expected: [fire], runs })], three + day))).toBe("");
  });
});

describe("runs that don't continue", () => {
  test("an attempt far beyond its time limit", () => {
    const open = openRun([attempt({ startedAt: three })]);
    const limits = new Map([["extract", 3600]]);
    const late = facts([watched({ open: [{ ...open, limits }] })], three + 151 * minute);
    expect(textOf(late)).toBe(
      "watch/stuck run recsys-1: extract has run for 2 h 31 min though it may take 1 h\n" +
        "  `esteira logs recsys-1 -e prd` shows its last lines; `esteira stop recsys-1 -e prd` and `esteira resume recsys-1 -e prd` begin the step again.",
    );
    expect(textOf({ ...late, now: three + 150 * minute })).toBe("");
  });

  test("one that waits for an instance, or for its turn", () => {
    const open = openRun([attempt({ startedAt: three })]);
    const waiting = { ...open, waitingForInstanceSince: three };
    expect(textOf(facts([watched({ open: [waiting] })], three + 12 * minute), "messages")).toBe(
      "run recsys-1 has waited 12 min for an instance",
    );
    const queued = openRun([attempt({ status: "scheduled", startedAt: undefined })]);
    expect(textOf(facts([watched({ open: [queued] })], three + 40 * minute), "messages")).toBe(
      "run recsys-1: extract has waited 40 min to begin",
    );
  });

  test("one between steps in which nothing happens any more; a retry that is due later is not such a case", () => {
    const failed = attempt({ status: "failed", startedAt: three, endedAt: three + minute });
    const open = openRun([failed]);
    expect(textOf(facts([watched({ open: [open] })], three + 45 * minute), "messages")).toBe(
      "run recsys-1 is running, and nothing has happened in it for 45 min",
    );
    const retried = openRun([failed], three + 40 * minute);
    expect(textOf(facts([watched({ open: [retried] })], three + 45 * minute))).toBe("");
  });

  test("one that nobody drives is reported as such and no second time", () => {
    const runs = [run({ status: "RUNNING", endedAt: undefined, interrupted: true })];
    const project = watched({ runs, open: [openRun([attempt({ startedAt: three })])] });
    expect(textOf(facts([project], three + day), "messages")).toBe(
      "run recsys-1 does not continue: the process that drove it is gone or hangs",
    );
    expect(textOf(facts([project], three + minute))).toBe("");
  });
});

describe("the dead-letter queue", () => {
  test("a message about no fire that is looked at stands for itself until a run has made up for it", () => {
    const lost = letter({ scheduledTime: three - 7 * day });
    expect(textOf(facts([watched()], three, [lost]))).toBe(
      "watch/dead-letter sched-recsys could not start the run of 2026-11-18 03:00 UTC: the scheduler gave up with AccessDeniedException: no\n" +
        "  The message is in the dead-letter queue for 14 days. `esteira backfill recsys --from 2026-11-18 --to 2026-11-18 -e prd` makes up for it.",
    );
    const runs = [run({ scheduledTime: three - 7 * day })];
    expect(textOf(facts([watched({ runs })], three, [lost]))).toBe("");
  });

  test("a message that names no project of ours is reported as well", () => {
    const odd = letter({ project: undefined, schedule: "sched-gone", scheduledTime: undefined });
    expect(textOf(facts([], three, [odd]), "messages")).toBe(
      "sched-gone could not start a run: the scheduler gave up with AccessDeniedException: no",
    );
  });
});

test("a run's end that nobody was notified of", () => {
  const ending = { id: "1", project: "recsys", run: "recsys-1", at: three, error: "no rights" };
  expect(textOf({ ...facts([], three + hour), unreported: [ending] })).toBe(
    "watch/untold nobody was notified of how run recsys-1 ended: the notifier gave up with no rights\n" +
      "  `esteira notify retry recsys-1 -e prd` notifies them, once the reason is gone; `esteira status recsys-1 -e prd` shows how it ended.",
  );
});

test("a deployed project of which no run can start, long before the next one is due", () => {
  const revision = { project: "recsys", lacks: "revision", name: "recsys:42" } as const;
  const name = "registry.example.com/ml@sha256:0a1b";
  const image = { project: "recsys", lacks: "image", name } as const;
  expect(textOf({ ...facts([], three), unstartable: [revision, image] })).toBe(
    "watch/no-revision no run of recsys can start: somebody has deregistered recsys:42, the revision of its task definition that is deployed\n" +
      "  `esteira deploy recsys -e prd` registers another; where the project is gone from the workspace, `esteira destroy recsys -e prd` removes what is left of it.\n" +
      "watch/no-image no run of recsys can start on a new instance: its image registry.example.com/ml@sha256:0a1b is gone from the registry\n" +
      "  `esteira deploy recsys -e prd` publishes it again; where the project is gone from the workspace, `esteira destroy recsys -e prd` removes what is left of it.",
  );
});

test("a project that follows others and waits for one that came to no good end", () => {
  const waits = [{ project: "prices", why: "skipped", run: "prices-1", at: three }] as const;
  const waiting = [{ project: "recsys", date: "2026-01-31", waits }];
  expect(textOf({ ...facts([], three), waiting })).toBe(
    "watch/waits-for-run recsys waits for 2026-01-31: prices was skipped (prices-1)\n" +
      "  `esteira run prices -e prd` runs what was skipped; `esteira run recsys -e prd` starts recsys all the same.",
  );
});

test("a project that follows others and was not started when all had succeeded", () => {
  const missed = {
    project: "recsys",
    date: "2026-01-31",
    after: ["features-1", "prices-1"],
    last: "prices-1",
    since: three,
    retried: true,
  } as const;
  expect(textOf({ ...facts([], three), notFollowed: [missed] })).toBe(
    "watch/not-followed recsys should have started for 2026-01-31 after features-1 and prices-1, and did not\n" +
      "  `esteira notify retry prices-1 -e prd` tries it again; `esteira run recsys -e prd` starts recsys all the same.",
  );
});

test("a notification reports all that is new of one project to those who are notified of its failures", () => {
  const project = watched({
    expected: [
      { at: three - day, deadline: three - day + 3 * hour },
      { at: three, deadline: undefined },
    ],
    runs: [run({ scheduledTime: three - day, status: "FAILED" })],
  });
  const findings = watchFindings(facts([project], three + hour));
  const oncall = { kind: "email", address: "oncall@example.com" } as const;
  expect(composeWatchNotification("prd", findings, [oncall])).toEqual({
    outcome: "failure",
    recipients: ["oncall@example.com"],
    subject:
      "[prd] recsys of 2026-11-24 03:00 UTC was to be done by 2026-11-24 06:00 UTC and is not: it failed (and 1 more)",
    body: `recsys of 2026-11-24 03:00 UTC was to be done by 2026-11-24 06:00 UTC and is not: it failed.
What to do: \`esteira status recsys-1 -e prd\` says why, \`esteira resume recsys-1 -e prd\` continues it.

recsys should have started at 2026-11-25 03:00 UTC and did not.
What to do: \`esteira doctor recsys -e prd\` looks for the reason; \`esteira backfill recsys --from 2026-11-25 --to 2026-11-25 -e prd\` makes up for it.

All of prd: esteira watch --once -e prd
`,
    about: {
      kind: "watch",
      workspace: null,
      environment: "prd",
      project: "recsys",
      version: null,
      run: null,
      status: null,
      startedAt: null,
      endedAt: null,
      step: null,
      diagnosis: null,
    },
  });
  expect(composeWatchNotification("prd", findings, [])).toBeUndefined();
  expect(composeWatchNotification("prd", [], [oncall])).toBeUndefined();
});

test("a promotion that nobody deployed: what runs have instead, and the command that deploys it", () => {
  const found = {
    project: "recsys",
    model: "cars",
    place: "Production",
    version: "4",
    since: three,
    runs: "3",
  };
  expect(textOf({ ...facts([], three), promotions: [found] })).toBe(
    "watch/undeployed-model recsys: Production of the model cars is 4 since 2026-11-25 03:00 UTC; prd runs 3\n" +
      "  `esteira deploy recsys --refresh -e prd` gives it to the runs.",
  );
  const alias = { ...found, place: "@champion", since: undefined, runs: undefined };
  expect(textOf({ ...facts([], three), promotions: [alias] }, "messages")).toBe(
    "recsys: @champion of the model cars is 4; prd runs none",
  );
});

test("what is published and not fresh, or not seen", () => {
  const place = { project: "recsys", uri: "s3://lake/scores/", freshWithinSeconds: 26 * 3600 };
  const of = (found: Partial<NonNullable<WatchFacts["stale"]>[number]>) =>
    textOf({ ...facts([], three), stale: [{ ...place, newest: undefined, ...found }] });
  expect(of({ newest: three - 31 * hour })).toBe(
    "watch/not-fresh s3://lake/scores/ of recsys must be no older than 1 d 2 h: its newest is of 2026-11-23 20:00 UTC, 1 d 7 h old\n" +
      "  `esteira runs recsys -e prd` shows what ran; `esteira run recsys -e prd` makes it anew where recsys does that.",
  );
  expect(of({ more: true })).toContain("nothing is there (of so much as was looked at)");
  expect(of({ problem: "AccessDenied" })).toBe(
    "watch/unseen nobody sees whether s3://lake/scores/ of recsys is fresh: AccessDenied\n" +
      "  `esteira bootstrap -e prd` gives the notifier the right to list it; who watches by hand needs s3:ListBucket there.",
  );
});

test("a budget: reported at 80 % and at 100 %, once each, and not before", () => {
  const of = (usd: number, budgetUsd = 50) =>
    watchFindings({
      ...facts([], three),
      spent: [{ project: "recsys", month: "2026-11", usd, budgetUsd }],
    }).map(({ key }) => key);
  expect([0, 39.99, 40, 49.99, 50, 120].map((usd) => of(usd))).toEqual([
    [],
    [],
    ["budget/recsys/2026-11/50/80"],
    ["budget/recsys/2026-11/50/80"],
    ["budget/recsys/2026-11/50/100"],
    ["budget/recsys/2026-11/50/100"],
  ]);
  // A budget that was raised is another one, of which nobody was notified yet.
  expect(of(160, 200)).toEqual(["budget/recsys/2026-11/200/80"]);
  const spent = [{ project: "recsys", month: "2026-11", usd: 41.2, budgetUsd: 50 }];
  expect(textOf({ ...facts([], three), spent })).toBe(
    "watch/budget the runs of recsys have cost about US$ 41.20 in 2026-11, 82 % of the budget of US$ 50\n" +
      "  `esteira costs recsys -e prd` shows for what, and what could be saved. Nothing is stopped.",
  );
});

test("each code has a case here", () => {
  expect([...reported].toSorted()).toEqual([...watchCodes].toSorted());
});

function textOf(given: WatchFacts, what: "all" | "messages" = "all"): string {
  return watchFindings(given)
    .map(({ code, message, help }) => {
      reported.add(code);
      return what === "messages" ? message : `${code} ${message}\n  ${help}`;
    })
    .join("\n");
}
