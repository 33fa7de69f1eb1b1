import { expect, test } from "vitest";

import { type FleetRow, linesOf, matching, nearest, tally } from "./groups.ts";

const row = (
  project: string,
  state: FleetRow["state"],
  more: Partial<FleetRow> = {},
): FleetRow => ({
  project,
  owner: "supply",
  inWorkspace: true,
  state,
  deployed: null,
  failedDeploy: null,
  hold: null,
  next: { kind: "none" },
  model: null,
  drift: null,
  lastRun: null,
  diagnosis: null,
  nights: [],
  ...more,
});

const rows = [
  row("b-well", "well"),
  row("a-held", "held", { owner: null }),
  row("late", "late"),
  row("failed", "failed", { owner: "growth" }),
  row("running", "running"),
  row("broken-deploy", "well", { failedDeploy: { at: 0, actor: "ana", error: null } }),
];

const shown = (by: "state" | "owner"): readonly string[] =>
  linesOf(rows, by, (group) => group).map((line) =>
    line.kind === "group" ? `${line.name} ${line.count}` : `  ${line.row.project}`,
  );

test("by state, what needs a person is first; a deploy that failed needs one", () => {
  expect(shown("state")).toEqual([
    "need 3",
    "  failed",
    "  late",
    "  broken-deploy",
    "under 1",
    "  running",
    "well 2",
    "  b-well",
    "  a-held",
  ]);
  expect(tally(rows)).toEqual({ need: 3, under: 1, well: 2, never: 0 });
});

test("by owner, a group says how its projects are; by state its name does", () => {
  const tallies = (by: "state" | "owner") =>
    linesOf(rows, by, (group) => group).flatMap((line) =>
      line.kind === "group" ? [line.tally] : [],
    );
  expect(tallies("state")).toEqual([undefined, undefined, undefined]);
  expect(tallies("owner")).toEqual([
    { need: 1, under: 0, well: 0, never: 0 },
    { need: 2, under: 1, well: 1, never: 0 },
    { need: 0, under: 0, well: 1, never: 0 },
  ]);
});

test("by owner, those without one are last", () => {
  expect(shown("owner").filter((line) => !line.startsWith(" "))).toEqual([
    "growth 1",
    "supply 4",
    "nobody 1",
  ]);
});

test.each([
  ["GROWTH", ["failed"]],
  ["supply late", ["late"]],
  ["atrasádo", ["late"]],
  ["", rows.map(({ project }) => project)],
  ["nothing", []],
])("the filter %j", (text, expected) => {
  const words = { late: "atrasado" } as Readonly<Record<string, string>>;
  const found = matching(rows, text, ({ state }) => words[state] ?? state);
  expect(found.map(({ project }) => project)).toEqual(expected);
});

test("a name that was mistyped is found, another is not made up", () => {
  expect(nearest(["recsys", "churn"], "recsis")).toBe("recsys");
  expect(nearest(["recsys", "churn"], "inventory")).toBeUndefined();
});
