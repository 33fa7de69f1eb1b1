import { expect, test } from "vitest";

import { codesOf, reporter } from "../fixtures/reported.ts";
import { facts, three } from "../fixtures/watched.ts";
import type { WatchFacts } from "./facts.ts";
import { watchFindings } from "./watch.ts";

const hour = 3_600_000;

const { textOf, reported } = reporter();

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

test("each code that has its cases here has one", () => {
  expect(reported()).toEqual(codesOf("states"));
});
