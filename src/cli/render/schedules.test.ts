import { expect, test } from "vitest";

import { projectName } from "../../core/ids.ts";
import type { DeployedSchedule } from "../../platform/schedules.ts";
import { scheduleView } from "../../app/schedules/schedule-view.ts";
import { renderFires, renderSchedule, renderSchedules } from "./schedules.ts";
import { styleFor } from "./style.ts";

const now = Date.parse("2026-01-31T03:00:00Z");
const around = { style: styleFor(false), width: 200, now, offset: () => -180 };

function schedule(changes: Partial<DeployedSchedule> = {}): DeployedSchedule {
  return {
    project: projectName("recsys"),
    name: "sched-recsys",
    state: "enabled",
    configured: true,
    expression: "cron(0 9 ? * MON-FRI *)",
    cron: "0 9 * * 1-5",
    timezone: "America/Sao_Paulo",
    overlap: "allow",
    deadline: undefined,
    flexibleMinutes: 0,
    since: undefined,
    hold: undefined,
    ...changes,
  };
}

const view = (changes: Partial<DeployedSchedule> = {}, environment = "as_configured") =>
  scheduleView(schedule(changes), {
    now,
    count: 2,
    environment: { schedules: environment === "as_configured" ? environment : "disabled" },
    known: ["recsys", "churn"],
  });

const off = { state: "disabled" } as const;

test("a line each, in words, with the next fire in its zone and by the reader's clock", () => {
  const disabled = { state: "disabled", configured: false } as const;
  const hold = { actor: "ana", at: now - 7_200_000 };
  expect(
    renderSchedules(
      [
        view(),
        view({ timezone: "Asia/Tokyo" }),
        view({ ...off, hold }),
        view(off),
        view(disabled),
        view(disabled, "disabled"),
        view({ ...disabled, project: projectName("old") }),
        view({ state: "missing" }),
        view({ cron: undefined, expression: "rate(5 minutes)" }),
      ],
      around,
      "dev",
    ).join("\n"),
  ).toMatchInlineSnapshot(`
    "project  cron             in words                         zone               next                       by your clock           state
    recsys   0 9 * * 1-5      At 09:00, Monday through Friday  America/Sao_Paulo  2026-02-02 09:00  in 2 d                           enabled
    recsys   0 9 * * 1-5      At 09:00, Monday through Friday  Asia/Tokyo         2026-02-02 09:00  in 45 h  2026-02-01 21:00 UTC-3  enabled
    recsys   0 9 * * 1-5      At 09:00, Monday through Friday  America/Sao_Paulo                                                     disabled by ana, 2 h ago
    recsys   0 9 * * 1-5      At 09:00, Monday through Friday  America/Sao_Paulo                                                     disabled by hand, not with Esteira
    recsys   0 9 * * 1-5      At 09:00, Monday through Friday  America/Sao_Paulo                                                     disabled by its config
    recsys   0 9 * * 1-5      At 09:00, Monday through Friday  America/Sao_Paulo                                                     disabled in dev
    old      0 9 * * 1-5      At 09:00, Monday through Friday  America/Sao_Paulo                                                     disabled: its folder is gone
    recsys   0 9 * * 1-5      At 09:00, Monday through Friday  America/Sao_Paulo                                                     missing: removed since the deploy
    recsys   rate(5 minutes)                                   America/Sao_Paulo  unknown                                            enabled"
  `);
});

test("where it is narrow the zone stays: without it a time says nothing", () => {
  const views = [view(), view({ ...off, hold: { actor: "ana", at: now - 7_200_000 } })];
  expect(renderSchedules(views, { ...around, width: 80 }, "dev").join("\n")).toBe(`\
project  zone               next                      state
recsys   America/Sao_Paulo  2026-02-02 09:00  in 2 d  enabled
recsys   America/Sao_Paulo                            disabled by ana, 2 h ago`);
  expect(renderSchedules([view()], { ...around, width: 60 }, "dev").join("\n")).toBe(`\
project  zone               next              state
recsys   America/Sao_Paulo  2026-02-02 09:00  enabled`);
});

test("one schedule with all that there is to say", () => {
  const hold = { actor: "ana", at: now - 7_200_000, reason: "the source is down" };
  const shown = view({ ...off, hold, overlap: "skip", deadline: "12:00" });
  expect(renderSchedule(shown, around, "prd").join("\n")).toBe(`\
recsys · sched-recsys

environment  prd
state        disabled by ana, 2 h ago
cron         0 9 * * 1-5 · At 09:00, Monday through Friday
expression   cron(0 9 ? * MON-FRI *)
zone         America/Sao_Paulo
overlap      skip: not while the run before still goes
reason       the source is down
deadline     12:00

would be next
2026-02-02 09:00  in 2 d
2026-02-03 09:00  in 3 d`);
});

test("what never fires says so", () => {
  const never = view({ cron: "0 0 31 2 *", expression: "cron(0 0 31 FEB ? *)" });
  expect(renderFires(never, around)).toEqual(["It doesn't fire within the next five years."]);
  const changed = view({ cron: undefined, expression: "rate(5 minutes)" });
  expect(renderFires(changed, around)).toEqual([
    "Esteira can't tell when rate(5 minutes) fires: somebody else has set it.",
  ]);
});

test("one that no clock starts says whom it follows", () => {
  const after = { projects: ["features", "prices"], match: "day" } as const;
  const follows = view({ cron: undefined, expression: "after(features, prices)", after });
  expect(renderSchedule(follows, around, "dev")).toEqual([
    "recsys · sched-recsys",
    "",
    "environment  dev",
    "state        enabled",
    "expression   after(features, prices)",
    "zone         America/Sao_Paulo",
    "overlap      allow: a run starts also while the one before it still runs",
    "",
    "No clock starts it: it follows features, prices.",
  ]);
});
