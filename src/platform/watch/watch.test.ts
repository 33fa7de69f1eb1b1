import { expect, test } from "vitest";

import { environmentName, projectName } from "../../core/ids.ts";
import type { HistoryEvent } from "../../core/history.ts";
import { ok } from "../../core/result.ts";
import type { Release } from "../../release/release.ts";
import type { RunSummary } from "../../runs/model.ts";
import { watchFindings } from "../../runs/watch/watch.ts";
import type { RunFilter } from "../port.ts";
import type { DeployedSchedule } from "../schedules.ts";
import { gatherWatch, type WatchPort } from "./watch.ts";

const at = Date.UTC(2026, 0, 31, 3);
const minute = 60_000;
const project = projectName("recsys");
const schedule: DeployedSchedule = {
  project,
  name: "sched-recsys",
  state: "enabled",
  configured: true,
  expression: "cron(0 3 * * ? *)",
  cron: "0 3 * * *",
  timezone: "UTC",
  overlap: "allow",
  deadline: undefined,
  flexibleMinutes: 0,
  since: undefined,
  hold: undefined,
};
const running: RunSummary = {
  run: "recsys-20260131T030003Z-4f9a1c",
  project,
  environment: "prd",
  status: "RUNNING",
  skipped: false,
  interrupted: false,
  trigger: "schedule",
  actor: "",
  startedAt: at + 3000,
  endedAt: undefined,
  scheduledTime: at,
  origin: "recsys-20260131T030003Z-4f9a1c",
  artifacts: "",
  release: "",
  version: "1.0.0",
  modelVersion: undefined,
  failure: undefined,
  resumedBy: undefined,
};

/** What is asked for runs while the fires of these times are known to have succeeded. */
async function asked(
  succeeded: readonly number[],
  open: readonly RunSummary[],
): Promise<readonly RunFilter[]> {
  const filters: RunFilter[] = [];
  await gatherWatch(portOf(filters, succeeded, open), at + 17 * minute);
  return filters;
}

function portOf(
  filters: RunFilter[],
  succeeded: readonly number[],
  open: readonly RunSummary[],
  changes: Partial<DeployedSchedule> = {},
): WatchPort {
  return {
    environment: environmentName("prd"),
    startGraceMs: 0,
    schedules: () => Promise.resolve(ok([{ ...schedule, ...changes }])),
    runs(filter) {
      filters.push(filter);
      return Promise.resolve(ok({ items: filter.status === "RUNNING" ? open : [] }));
    },
    events: () => Promise.resolve(ok({ items: [] })),
    releaseOf: () => Promise.resolve(ok({ steps: [] as Release["steps"] } as Release)),
    succeeded: () => Promise.resolve(ok(new Map(succeeded.map((time) => [time, "run"])))),
  };
}

test("where fires are known to have succeeded or to continue, no more is asked of runs", async () => {
  const open: RunFilter = { status: "RUNNING" };
  const all: RunFilter = { project };
  expect(await asked([at], [])).toEqual([open]);
  expect(await asked([], [running])).toEqual([open]);
  expect(await asked([], [])).toEqual([open, all]);
});

test("a run that a list has as running, and that has ended by its history, is not in progress", async () => {
  const ended = { id: 2, previousEventId: 1, timestamp: at + minute, type: "ExecutionSucceeded" };
  const begun = { id: 1, previousEventId: 0, timestamp: at, type: "ExecutionStarted" };
  const items = [begun, ended].map((event) => ({ ...event, details: {} })) as HistoryEvent[];
  const filters: RunFilter[] = [];
  const port = { ...portOf(filters, [], [running]), events: () => Promise.resolve(ok({ items })) };
  const facts = await gatherWatch(port, at + 17 * minute);
  expect(facts.ok && facts.value.projects.map(({ open }) => open)).toEqual([[]]);
  // Whether it was the one that was due is asked of the project.
  expect(filters).toContainEqual({ project });
});

test("a schedule that somebody has removed is missed as one that doesn't fire", async () => {
  const found = async (changes: Partial<DeployedSchedule>) => {
    const facts = await gatherWatch(portOf([], [], [], changes), at + 17 * minute);
    return facts.ok ? watchFindings(facts.value).map(({ message }) => message) : facts.error;
  };
  const missed = ["recsys should have started at 2026-01-31 03:00 UTC and did not"];
  const hold = { actor: "ana", at };
  expect(await found({})).toEqual(missed);
  expect(await found({ state: "missing", since: at - 60 * minute })).toEqual(missed);
  expect(await found({ state: "missing", since: at + minute })).toEqual([]);
  expect(await found({ state: "missing", configured: false })).toEqual([]);
  expect(await found({ state: "missing", hold })).toEqual([]);
  expect(await found({ state: "disabled", hold })).toEqual([]);
});
