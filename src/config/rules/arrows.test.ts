import { expect, test } from "vitest";

import { checkTexts, lines } from "../fixtures/checked.ts";

const project = (name: string, schedule: string): string =>
  `project_name: ${name}\nversion: "1.0"\nschedule: ${schedule}\n`;
const clock = '{ cron: "0 3 * * *" }';

test("a project follows others, in one of two ways to write it", () => {
  const { diagnostics, byEnvironment } = checkTexts({
    projects: {
      features: project("features", clock),
      scores: project("scores", "{ after: [features, features], timezone: America/Sao_Paulo }"),
      reports: project("reports", "{ after: { projects: [scores], match: time } }"),
    },
  });
  expect(lines(diagnostics)).toEqual([]);
  const schedules = [...byEnvironment.values()][0]?.map(({ schedule }) => schedule);
  expect(schedules).toEqual([
    expect.objectContaining({ cron: "0 3 * * *" }),
    {
      enabled: true,
      after: { projects: ["features"], match: "day" },
      timezone: "America/Sao_Paulo",
      overlap: "allow",
      deadline: undefined,
      flexibleWindowMinutes: undefined,
    },
    expect.objectContaining({ after: { projects: ["scores"], match: "time" } }),
  ]);
});

test("a project that there isn't, and circles, are refused where they are written", () => {
  const { diagnostics, byEnvironment } = checkTexts({
    workspace: "environments:\n  lab: { platform: local }\n",
    projects: {
      features: project("features", clock),
      scores: project("scores", "{ after: [feature] }"),
      a: project("a", "{ after: [c] }"),
      b: project("b", "{ after: [a] }"),
      c: project("c", "{ after: { projects: [features, b] } }"),
      self: project("self", clock) + "environments: { lab: { schedule: { after: [self] } } }\n",
    },
  });
  expect(lines(diagnostics)).toEqual([
    'scores/config.yaml:3:13 [after] error config/unknown-project: schedule.after names "feature", and there is no such project; did you mean "features"?',
    "a/config.yaml:3:13 [after] error config/project-cycle: projects wait for each other: a waits for c waits for b waits for a; remove one of them from the other's schedule.after",
    "self/config.yaml:4:36 [after] error config/project-cycle: projects wait for each other: self waits for self (in lab); remove one of them from the other's schedule.after",
  ]);
  expect([...(byEnvironment.values().next().value ?? [])].map(({ name }) => name)).toEqual([
    "features",
    "b",
    "c",
    "self",
  ]);
});
