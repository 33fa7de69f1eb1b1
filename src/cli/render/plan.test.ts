import { expect, test } from "vitest";

import type { Plan } from "../../platform/plan.ts";
import { renderPlan, renderReplanned } from "./plan.ts";
import { styleFor } from "./style.ts";

const around = { style: styleFor(false), width: 80 };

function planOf(projects: Plan["projects"]): Plan {
  return { schema: 1, environment: "local", platform: "local", projects };
}

const unchanged = {
  kind: "schedule",
  name: "sched-recsys",
  action: "unchanged",
  fields: [],
  drift: false,
} as const;

test("a tree a project, fields from old to new, and the totals", () => {
  const plan = planOf([
    {
      project: "recsys",
      fingerprint: "4f9a1c2d".padEnd(64, "0"),
      hold: undefined,
      warnings: ["the snapshot is 120 MB"],
      changes: [
        {
          kind: "release",
          name: "recsys",
          action: "update",
          fields: [
            { path: "version", before: "1.0.0", after: "1.1.0" },
            { path: "task.environment.LOG_LEVEL", before: undefined, after: "debug" },
          ],
          drift: false,
        },
        {
          kind: "environment",
          name: "python 3.11",
          action: "create",
          fields: [],
          drift: false,
          note: "4 packages",
        },
        { ...unchanged, drift: false },
      ],
    },
    {
      project: "gone",
      fingerprint: undefined,
      hold: undefined,
      warnings: [],
      changes: [{ ...unchanged, action: "remove", name: "sched-gone", drift: true }],
    },
  ]);
  expect(renderPlan(plan, around).join("\n")).toBe(
    `recsys 4f9a1c2d
  ! the snapshot is 120 MB
  ~ release      recsys
      version                     "1.0.0" → "1.1.0"
      task.environment.LOG_LEVEL  (none) → "debug"
  + environment  python 3.11  4 packages
  = schedule     sched-recsys

gone
  - schedule  sched-gone (changed by somebody else)

Plan for local: 1 to create, 1 to update, 1 to remove in 2 projects.`,
  );
});

test("nothing to change is one line a project", () => {
  const plan = planOf([
    {
      project: "recsys",
      fingerprint: "a".repeat(64),
      hold: undefined,
      warnings: [],
      changes: [unchanged],
    },
  ]);
  expect(renderPlan(plan, around)).toEqual([
    "recsys aaaaaaaa",
    "  = nothing to change",
    "",
    "Plan for local: nothing to change in 1 project.",
  ]);
});

test("a held project says why and counts for nothing", () => {
  const plan = planOf([
    {
      project: "recsys",
      fingerprint: "a".repeat(64),
      hold: "rolled back by ana on 2026-01-31",
      warnings: [],
      changes: [{ ...unchanged, action: "update" }],
    },
  ]);
  expect(renderPlan(plan, around)).toEqual([
    "recsys aaaaaaaa",
    "  ! held: rolled back by ana on 2026-01-31",
    "  ~ schedule  sched-recsys",
    "",
    "Plan for local: nothing to change in 1 project.",
  ]);
});

test("of a project that nobody but Esteira changed the plan says so", () => {
  const fields = [{ path: "generation", before: undefined, after: 2 }];
  const plan = planOf([
    {
      project: "recsys",
      fingerprint: "9".repeat(64),
      cause: "esteira-changed",
      hold: undefined,
      warnings: [],
      changes: [{ kind: "release", name: "recsys 1.0.0", action: "update", fields, drift: false }],
    },
  ]);
  expect(renderPlan(plan, around).join("\n")).toBe(
    `recsys 99999999
  i changes because Esteira changed; its config and sources are those that are
    deployed
  ~ release  recsys 1.0.0
      generation  (none) → 2

Plan for local: 1 to update in 1 project.`,
  );
});

test("long values are cut to the terminal's width, from where they differ", () => {
  const same = "python steps/score_model.py --with a --very long --list of --arguments";
  const fields = [
    { path: "command", before: `${same} 1`, after: `${same} 2` },
    {
      path: "definition.States.score_model.Arguments.Overrides.ContainerOverrides",
      before: 1,
      after: 2,
    },
  ];
  const plan = planOf([
    {
      project: "p",
      fingerprint: "a".repeat(64),
      hold: undefined,
      warnings: [],
      changes: [{ ...unchanged, action: "update", fields }],
    },
  ]);
  expect(renderPlan(plan, around).slice(2, 5)).toEqual([
    '      command  …of --arguments 1" → …of --arguments 2"',
    "      definition.States.score_model.Arguments.Overrides.ContainerOverrides",
    "        1 → 2",
  ]);
});

test("many projects without a change are counted; what stands for a value has no quotes", () => {
  const quiet = Array.from({ length: 6 }, (_unused, index) => ({
    project: `project-${index}`,
    fingerprint: "b".repeat(64),
    hold: undefined,
    warnings: [],
    changes: [unchanged],
  }));
  const fields = [
    { path: "image", before: "ml@sha256:0", after: "(known after deploy)" },
    { path: "tags.hash", before: "a".repeat(32), after: "b".repeat(32) },
  ];
  const changed = {
    project: "recsys",
    fingerprint: "a".repeat(64),
    hold: undefined,
    warnings: [],
    changes: [{ ...unchanged, action: "update" as const, fields }],
  };
  expect(renderPlan(planOf([...quiet, changed]), around)).toEqual([
    "recsys aaaaaaaa",
    "  ~ schedule  sched-recsys",
    '      image      "ml@sha256:0" → (known after deploy)',
    "      tags.hash  aaaaaaaaaaaa → bbbbbbbbbbbb",
    "",
    "= nothing to change in 6 other projects",
    "",
    "Plan for local: 1 to update in 7 projects.",
  ]);
  expect(renderPlan(planOf(quiet), around)[0]).toBe("= nothing to change in 6 projects");
});

test("a plan that was made again says what is left, if anything", () => {
  const project = { project: "recsys", fingerprint: undefined, hold: undefined, warnings: [] };
  const left = planOf([{ ...project, changes: [{ ...unchanged, action: "create" }] }]);
  expect(renderReplanned(planOf([{ ...project, changes: [unchanged] }]), around)).toEqual([
    "  ! somebody else has changed local since the plan was made; it was planned",
    "    again, and nothing is left to change",
  ]);
  expect(renderReplanned(left, around)).toEqual([
    "  ! somebody else has changed local since the plan was made; it was planned",
    "    again, and this is left:",
    "",
    ...renderPlan(left, around),
    "",
  ]);
});

test("a note that doesn't fit beside its name is below it, whole", () => {
  const note =
    "Python 3.12.1 is on this machine (/home/ana/.pyenv/versions/3.12.1/bin/python3.12); packages by pip: refused.txt has --config-settings, which uv doesn't know";
  const changes = [
    { ...unchanged, kind: "environment", name: "process", action: "update", note },
  ] as const;
  const project = { project: "recsys", fingerprint: undefined, hold: undefined, warnings: [] };
  expect(renderPlan(planOf([{ ...project, changes }]), around).slice(0, -2)).toEqual([
    "recsys",
    "  ~ environment  process",
    "      Python 3.12.1 is on this machine",
    "      (/home/ana/.pyenv/versions/3.12.1/bin/python3.12); packages by pip:",
    "      refused.txt has --config-settings, which uv doesn't know",
  ]);
});
