import { expect, test } from "vitest";

import type { ApplyEvent } from "../../platform/port.ts";
import { advance, renderApplied, renderEvent, renderProgress, type Progress } from "./apply.ts";
import { styleFor } from "./style.ts";

const style = styleFor(false);
const words = {
  changed: "deployed",
  unchanged: "nothing to change",
  steps: false,
  verbose: false,
  many: false,
};

const events: readonly ApplyEvent[] = [
  { kind: "project-started", project: "recsys" },
  { kind: "step-started", project: "recsys", resource: "environment", text: "installing packages" },
  { kind: "output", project: "recsys", text: "Collecting numpy" },
  {
    kind: "step-finished",
    project: "recsys",
    resource: "environment",
    text: "packages installed",
    durationMs: 12_300,
  },
  { kind: "project-finished", project: "recsys", outcome: "changed", durationMs: 12_900 },
];

test("while it runs, a line a project says what is done and what a tool wrote last", () => {
  let progress: Progress = new Map();
  for (const event of events.slice(0, 3)) progress = advance(progress, event, 1000);
  const around = { style, width: 80, now: 13_400, frame: "⠋" };
  expect(renderProgress(progress, around)).toEqual([
    "⠋ recsys  installing packages  12s  Collecting numpy",
  ]);
  expect(renderProgress(progress, { ...around, width: 40 })).toEqual([
    "⠋ recsys  installing packages  12s",
  ]);
  for (const event of events.slice(3)) progress = advance(progress, event, 13_900);
  expect(renderProgress(progress, around)).toEqual([]);
});

test("what stays on a terminal", () => {
  expect(events.flatMap((event) => renderEvent(event, 12, style, words) ?? [])).toEqual([
    "  recsys        packages installed (12.3s)",
    "✓ recsys        deployed (12.9s)",
  ]);
});

test("what a log that nobody watches gets", () => {
  expect(
    events.flatMap((event) => renderEvent(event, 6, style, { ...words, steps: true }) ?? []),
  ).toEqual([
    "▸ recsys  installing packages",
    "  recsys  packages installed (12.3s)",
    "✓ recsys  deployed (12.9s)",
  ]);
});

test("what tools print, for who wants it", () => {
  const verbose = { ...words, verbose: true };
  expect(events.flatMap((event) => renderEvent(event, 6, style, verbose) ?? [])[0]).toBe(
    "  recsys │ Collecting numpy",
  );
});

test("the sum, and of a failure the tool's last lines, what happened and what to do", () => {
  let progress: Progress = new Map();
  for (const event of events) progress = advance(progress, event, 0);
  const around = {
    style,
    width: 80,
    environment: "local",
    tookMs: 12_900,
    withOutput: true,
    verb: "deployed to",
    noun: "project",
  };
  const good = { projects: [{ project: "recsys", outcome: "changed" as const }] };
  expect(renderApplied(good, progress, around)).toEqual([
    "",
    "1 project deployed to local in 12.9s.",
  ]);
  const bad = {
    projects: [
      { project: "fleet", outcome: "unchanged" as const },
      {
        project: "recsys",
        outcome: "failed" as const,
        error: {
          reason: "failed" as const,
          message: "recsys: pip install failed with exit code 1.",
          help: "Its last lines say why.",
        },
      },
    ],
  };
  expect(renderApplied(bad, progress, around)).toEqual([
    "",
    "  │ Collecting numpy",
    "error: recsys: pip install failed with exit code 1.",
    "       Its last lines say why.",
    "",
    "0 of 2 projects deployed to local in 12.9s, 1 unchanged, 1 failed.",
  ]);
});

test("a step that is only a verb is reported with its resource, and a long wait with what for", () => {
  const log = { ...words, steps: true };
  const about = { project: "recsys", resource: "cluster ml-cluster-recsys" };
  const events: readonly ApplyEvent[] = [
    { kind: "step-started", ...about, text: "remove" },
    { kind: "output", project: "recsys", text: "waiting until no instance is left (60 s)" },
    { kind: "output", project: "recsys", text: "layer 1 of 3" },
    { kind: "step-finished", ...about, text: "remove", durationMs: 95_000 },
  ];
  expect(events.flatMap((event) => renderEvent(event, 6, style, log) ?? [])).toEqual([
    "▸ recsys  remove cluster ml-cluster-recsys",
    "  recsys │ waiting until no instance is left (60 s)",
    "  recsys  remove cluster ml-cluster-recsys (1m 35s)",
  ]);
});

test("of many projects those without a change have no line", () => {
  const event = {
    kind: "project-finished",
    project: "recsys",
    outcome: "unchanged",
    durationMs: 1,
  } as const;
  expect(renderEvent(event, 6, style, words)).toBe("= recsys  nothing to change (0.0s)");
  expect(renderEvent(event, 6, style, { ...words, many: true })).toBeUndefined();
});
