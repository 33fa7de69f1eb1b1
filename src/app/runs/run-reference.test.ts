import { expect, test } from "vitest";

import { environmentName } from "../../core/ids.ts";
import { err, ok } from "../../core/result.ts";
import type { DeployedRelease, Platform } from "../../platform/port.ts";
import type { RunSummary } from "../../runs/model.ts";
import { summary } from "../../runs/fixtures/views.ts";
import { findRun } from "./run-reference.ts";

/** A platform that knows these runs, newest first, two a page. */
function platformWith(...runs: readonly RunSummary[]): Platform {
  const known: Pick<Platform, "environment" | "run" | "runs" | "deployed"> = {
    environment: environmentName("local"),
    // Only churn is.
    deployed: async (project) => ok(project === "churn" ? ({} as DeployedRelease) : undefined),
    run: async (id) => {
      const found = runs.find(({ run }) => run === id);
      return found === undefined ? err({ reason: "not-found", message: "" }) : ok(found);
    },
    runs: async ({ project }, { cursor, limit }) => {
      const matching = runs.filter((run) => project === undefined || run.project === project);
      const from = Number(cursor ?? 0);
      const to = from + Math.min(limit, 2);
      const items = matching.slice(from, to);
      return ok(to < matching.length ? { items, next: String(to) } : { items });
    },
  };
  return known as Platform;
}

const run = (id: string, project: string): RunSummary => summary({ run: id, project });

const platform = platformWith(
  run("recsys-20260131T030000Z-4f9a1c", "recsys"),
  run("fleet-20260131T020000Z-77aa1c", "fleet"),
  run("recsys-20260130T030000Z-0b0b0b", "recsys"),
);

test.each([
  ["recsys-20260130T030000Z-0b0b0b", "recsys-20260130T030000Z-0b0b0b"],
  ["latest", "recsys-20260131T030000Z-4f9a1c"],
  ["fleet", "fleet-20260131T020000Z-77aa1c"],
  ["recsys", "recsys-20260131T030000Z-4f9a1c"],
  ["0b0b0b", "recsys-20260130T030000Z-0b0b0b"],
  ["recsys-20260130", "recsys-20260130T030000Z-0b0b0b"],
])("%s is %s", async (reference, id) => {
  expect(await findRun(platform, reference, [])).toMatchObject({ ok: true, value: { run: id } });
});

test("a part that several ids have", async () => {
  expect(await findRun(platform, "a1c", ["recsys"])).toEqual({
    ok: false,
    error: {
      exit: "refused",
      reason: "refused",
      message: "a1c is part of 2 ids",
      help: "Say more of the one that you mean: recsys-20260131T030000Z-4f9a1c, fleet-20260131T020000Z-77aa1c",
    },
  });
});

test.each([
  ["churn", "churn has not run in local yet", "Start it with `esteira run churn`."],
  [
    "prices",
    "prices has not run in local yet",
    "It isn't deployed there: `esteira deploy prices`.",
  ],
  ["recsis", "there is no run recsis in local", "Did you mean recsys?"],
  [
    "nothing",
    "there is no run nothing in local",
    "`esteira runs` lists them; a beginning or end of an id is enough, or a project's name for its latest run.",
  ],
])("%s: %s", async (reference, message, help) => {
  const found = await findRun(platform, reference, ["churn", "prices", "recsys"]);
  expect(found).toEqual({
    ok: false,
    error: { exit: "notFound", reason: "not-found", message, help },
  });
});

test("latest, where nothing ever ran", async () => {
  expect(await findRun(platformWith(), "latest", [])).toMatchObject({
    ok: false,
    error: {
      message: "nothing has run in local yet",
      help: "Start something with `esteira run PROJECT`.",
    },
  });
});
