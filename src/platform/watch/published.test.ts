import fc from "fast-check";
import { expect, test } from "vitest";

import { projectName } from "../../core/ids.ts";
import { err, ok } from "../../core/result.ts";
import { type LookAtPlace, type Publishing, stalePublishes } from "./published.ts";

const now = Date.UTC(2026, 0, 31, 3);
const hour = 3_600_000;
const uri = "s3://lake/scores/";

const publishing = (changes: Partial<Publishing["release"]> = {}): Publishing => ({
  deployedAt: now - 100 * hour,
  release: {
    project: projectName("scores"),
    publishes: [{ uri, freshWithinSeconds: 26 * 3600 }],
    schedule: undefined,
    ...changes,
  },
});
const written =
  (newest: number | undefined, more = false): LookAtPlace =>
  () =>
    Promise.resolve(ok({ newest, more }));

test("what is as old as it may be is fresh, and what is older isn't", async () => {
  const look = (hours: number) => stalePublishes([publishing()], now, written(now - hours * hour));
  expect(await look(26)).toEqual([]);
  const stale = { project: "scores", uri, freshWithinSeconds: 26 * 3600 };
  expect(await look(27)).toEqual([{ ...stale, newest: now - 27 * hour }]);
  expect(await stalePublishes([publishing()], now, written(undefined, true))).toEqual([
    { ...stale, newest: undefined, more: true },
  ]);
});

test("nothing is expected before the first time, nor of a schedule that is disabled", async () => {
  const young = { ...publishing(), deployedAt: now - hour };
  expect(await stalePublishes([young], now, written(undefined))).toEqual([]);
  const schedule = { enabled: false } as Publishing["release"]["schedule"];
  expect(await stalePublishes([publishing({ schedule })], now, written(undefined))).toEqual([]);
});

test("what can't be seen is said, and what isn't for this platform isn't looked at", async () => {
  const refused: LookAtPlace = () =>
    Promise.resolve(err({ reason: "permission", message: "AccessDenied" }));
  expect(await stalePublishes([publishing()], now, refused)).toEqual([
    {
      project: "scores",
      uri,
      freshWithinSeconds: 26 * 3600,
      newest: undefined,
      problem: "AccessDenied",
    },
  ]);
  expect(await stalePublishes([publishing()], now, () => Promise.resolve(ok(undefined)))).toEqual(
    [],
  );
});

test("each place and age is looked at once, and stale is exactly what is older than it may be", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          place: fc.constantFrom("s3://a/x/", "s3://a/y/", "s3://b/"),
          span: fc.integer({ min: 1, max: 5 }),
        }),
        { maxLength: 12 },
      ),
      fc.dictionary(
        fc.constantFrom("s3://a/x/", "s3://a/y/", "s3://b/"),
        fc.integer({ min: 0, max: 6 }),
      ),
      async (asked, ages) => {
        const looked: string[] = [];
        const deployed = asked.map(({ place, span }, index) =>
          publishing({
            project: projectName(`p${index}`),
            publishes: [{ uri: place, freshWithinSeconds: span * 3600 }],
          }),
        );
        const stale = await stalePublishes(deployed, now, (place, since) => {
          looked.push(`${place} ${since}`);
          const age = ages[place];
          return Promise.resolve(
            ok({ newest: age === undefined ? undefined : now - age * hour, more: false }),
          );
        });
        expect(new Set(looked).size).toBe(looked.length);
        expect(stale.map(({ project }) => project)).toEqual(
          asked.flatMap(({ place, span }, index) =>
            (ages[place] ?? Infinity) > span ? [`p${index}`] : [],
          ),
        );
      },
    ),
  ));
