import { describe, expect, test } from "vitest";

import { codesOf, reporter } from "../fixtures/reported.ts";
import { attempt, facts, letter, openRun, run, three, watched } from "../fixtures/watched.ts";
import { composeWatchNotification } from "./notification.ts";
import { watchFindings } from "./watch.ts";

const hour = 3_600_000;
const minute = 60_000;
const day = 24 * hour;

const { textOf, reported } = reporter();

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

test("each code that has its cases here has one", () => {
  expect(reported()).toEqual(codesOf("runs"));
});
