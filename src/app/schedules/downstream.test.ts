import { expect, test } from "vitest";

import { projectName } from "../../core/ids.ts";
import { ok } from "../../core/result.ts";
import type { BackfillPort } from "../../platform/backfill.ts";
import type { DeployedSchedule } from "../../platform/schedules.ts";
import { downstreamOf, downstreamTimes, planDownstream, type Downstream } from "./downstream.ts";

const schedule = (name: string, projects?: readonly string[]): DeployedSchedule => ({
  project: projectName(name),
  name: `sched-${name}`,
  state: "enabled",
  configured: true,
  expression: "",
  cron: undefined,
  ...(projects === undefined ? {} : { after: { projects, match: "day" } }),
  timezone: "UTC",
  overlap: "allow",
  deadline: undefined,
  flexibleMinutes: 0,
  since: undefined,
  hold: undefined,
});
const at = (text: string): number => Date.parse(`2026-01-${text}:00Z`);

test("all that follow a project, each after those that it follows", () => {
  const schedules = [
    schedule("reports", ["scores", "features"]),
    schedule("scores", ["features", "prices"]),
    schedule("features"),
    schedule("other", ["prices"]),
    schedule("features-again", ["reports"]),
  ];
  const names = (project: string) =>
    downstreamOf(schedules, projectName(project)).map((one) => one.project);
  expect(names("features")).toEqual(["scores", "reports", "features-again"]);
  expect(names("other")).toEqual([]);
});

const scores: Downstream = {
  project: projectName("scores"),
  after: { projects: ["features", "prices"], match: "day" },
  timezone: "America/Sao_Paulo",
};

test("of each date, by the follower's clock, the latest time counts", () => {
  const times = new Map([
    ["features", [at("30T12:00"), at("31T01:00"), at("31T12:00")]],
    ["prices", [at("31T14:00")]],
    ["other", [at("29T12:00")]],
  ]);
  expect(downstreamTimes(scores, times)).toEqual([at("31T01:00"), at("31T14:00")]);
  const exact = { ...scores, after: { ...scores.after, match: "time" } } as const;
  expect(downstreamTimes(exact, times)).toEqual([
    at("30T12:00"),
    at("31T01:00"),
    at("31T12:00"),
    at("31T14:00"),
  ]);
});

test("a date that it has succeeded for is left out, whatever time its run had", async () => {
  const succeeded = new Map([[at("30T15:00"), "scores-20260130-after"]]);
  const port = {
    succeededFires: () => Promise.resolve(ok(succeeded)),
    runs: () => Promise.resolve(ok({ items: [] })),
  } as unknown as BackfillPort;
  expect(await planDownstream(port, scores, [at("30T12:00"), at("31T12:00")])).toEqual(
    ok([
      { at: at("30T12:00"), state: "succeeded", run: "scores-20260130-after" },
      { at: at("31T12:00"), state: "to-run", run: undefined },
    ]),
  );
});
