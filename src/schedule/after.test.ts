import * as fc from "fast-check";
import { expect, test } from "vitest";

import {
  afterExpression,
  countInRound,
  decide,
  firstRound,
  followingRun,
  keyOf,
  localDate,
  nextRound,
  type Round,
  roundKey,
  type Success,
} from "./after.ts";

const at = (text: string): number => Date.parse(text);
const success = (project: string, time: string, run = `${project}-1`): Success => ({
  project,
  run,
  time: at(time),
  scheduled: true,
  endedAt: at(time) + 60_000,
});

test("a success counts for the date by the follower's own clock", () => {
  const time = at("2026-01-31T01:30:00Z");
  expect(keyOf({ time, scheduled: true }, "day", "UTC")).toBe("20260131");
  expect(keyOf({ time, scheduled: true }, "day", "America/Sao_Paulo")).toBe("20260130");
  expect(keyOf({ time, scheduled: false }, "day", "Asia/Tokyo")).toBe("20260131");
  expect(localDate(time, "America/Sao_Paulo")).toBe("2026-01-30");
});

test("with `match: time` the scheduled minute counts, and a run without one does not", () => {
  const time = at("2026-01-31T03:00:12Z");
  expect(keyOf({ time, scheduled: true }, "time", "America/Sao_Paulo")).toBe("20260131T0300Z");
  expect(keyOf({ time, scheduled: false }, "time", "UTC")).toBeUndefined();
});

test("all start one run, of the date of the latest of them", () => {
  const rule = { projects: ["features", "prices"], match: "day" } as const;
  const features = success("features", "2026-01-31T03:00:00Z");
  const prices = success("prices", "2026-01-31T05:00:00Z");
  expect(decide(rule, new Map([["features", features]]))).toEqual({
    kind: "wait",
    for: ["prices"],
  });
  const both = new Map([prices, features].map((one) => [one.project, one]));
  expect(decide(rule, both)).toEqual({
    kind: "start",
    time: prices.time,
    runs: { features: "features-1", prices: "prices-1" },
  });
});

test("names of runs fit AWS, and say what they are for", () => {
  expect(followingRun("scores", "20260131")).toBe("scores-20260131-after");
  const longest = followingRun("a".repeat(56), roundKey({ number: 99_999 }));
  expect(longest).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
  expect(afterExpression({ projects: ["a", "b"], match: "day" })).toBe("after(a, b)");
  expect(afterExpression({ projects: ["a"], match: "any" })).toBe("after(a; any)");
});

/** What a store with one start a key makes of successes, in whatever order they come. */
function startsOf(
  successes: readonly Success[],
  timezone: string,
  projects: readonly string[],
): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const counted = new Map<string, Map<string, Success>>();
  const starts = new Map<string, Readonly<Record<string, string>>>();
  for (const one of successes) {
    const key = keyOf(one, "day", timezone) ?? "";
    const own = counted.get(key) ?? new Map<string, Success>();
    if (!own.has(one.project)) own.set(one.project, one);
    counted.set(key, own);
    const decision = decide({ projects, match: "day" }, own);
    if (decision.kind === "start" && !starts.has(key)) starts.set(key, decision.runs);
  }
  return starts;
}

const projects = ["features", "prices", "weather"];
const anySuccess = fc
  .record({
    project: fc.constantFrom(...projects),
    hour: fc.integer({ min: 0, max: 24 * 5 }),
    run: fc.integer({ min: 0, max: 9 }),
  })
  .map(({ project, hour, run }): Success => ({
    project,
    run: `${project}-${hour}-${run}`,
    time: at("2026-03-06T00:00:00Z") + hour * 3_600_000,
    scheduled: true,
    endedAt: at("2026-03-06T00:00:00Z") + hour * 3_600_000 + run,
  }));

test("whatever comes, in whatever order and how often, each complete date starts once", () => {
  fc.assert(
    fc.property(fc.array(anySuccess, { maxLength: 40 }), fc.nat(), (successes, seed) => {
      const timezone = "America/New_York"; // its clocks are set forward in these days
      const complete = new Set(
        [...Map.groupBy(successes, (one) => keyOf(one, "day", timezone))]
          .filter(([, own]) => new Set(own.map(({ project }) => project)).size === projects.length)
          .map(([key]) => key),
      );
      const shuffled = successes.toSorted(
        (a, b) => ((a.time * 31 + seed) % 97) - ((b.time * 31 + seed) % 97),
      );
      for (const order of [successes, shuffled, [...successes, ...successes]]) {
        expect(new Set(startsOf(order, timezone, projects).keys())).toEqual(complete);
      }
    }),
  );
});

/** Rounds that a store goes through, and what each start used. */
function roundsOf(successes: readonly Success[]): {
  readonly round: Round;
  readonly starts: readonly Readonly<Record<string, string>>[];
} {
  let round = firstRound;
  const starts: Readonly<Record<string, string>>[] = [];
  for (const one of successes) {
    round = countInRound(round, one);
    const decision = decide({ projects, match: "any" }, new Map(Object.entries(round.counted)));
    if (decision.kind === "wait") continue;
    starts.push(decision.runs);
    round = nextRound(round);
  }
  return { round, starts };
}

test("with `match: any` no success is used twice, and what comes again changes nothing", () => {
  fc.assert(
    fc.property(fc.array(anySuccess, { maxLength: 40 }), (successes) => {
      const { round, starts } = roundsOf(successes);
      const used = starts.flatMap((runs) => Object.values(runs));
      expect(new Set(used).size).toBe(used.length);
      for (const one of successes.filter(({ run }) => used.includes(run))) {
        expect(countInRound(round, one)).toBe(round);
      }
      expect(round.number).toBe(starts.length + 1);
    }),
  );
});
