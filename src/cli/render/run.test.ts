import { expect, test } from "vitest";

import { bar } from "./gantt.ts";
import { begin, failedView, attempt, step, summary, view } from "../../runs/fixtures/views.ts";
import { renderOutcome, renderRun } from "./run.ts";
import { suggestion } from "../../app/names.ts";
import { styleFor } from "./style.ts";

const around = {
  style: styleFor(false),
  width: 100,
  now: begin + 60_000,
  offset: () => -180,
};

const diagnosis = {
  code: "run/exit-code",
  step: "score_model",
  message: "score_model ended with exit code 1",
  help: "Look at its last lines.",
};

test("a failed run: what, when, each step on its time line, why, and what to do", () => {
  const screen = { run: summary({ status: "FAILED" }), view: failedView, diagnosis };
  expect(renderRun(screen, around).join("\n")).toBe(
    `recsys-20260131T030000Z-4f9a1c

project      recsys 1.0.0
environment  local
status       ✗ failed
started      2026-01-31 00:00:00 UTC-3
duration     10.0s
trigger      manual, ana
artifacts    file:///home/ana/ml/.esteira/artifacts/recsys/recsys-20260131T030000Z-4f9a1c/

step              status       attempts  started   duration  exit   memory
extract_features  ✓ succeeded         1  00:00:00      2.1s     0  unknown  ▏━━━━━                 ▏
score_model       ✗ failed            2  00:00:02      7.7s     1  unknown  ▏    ━━━━━━━┄┄━━━━━━━━━▏
publish           · pending                                                 ▏                      ▏

✗ Failed after 10.0s: score_model ended with exit code 1
  Look at its last lines.
  $ esteira logs recsys-20260131T030000Z-4f9a1c --step score_model
  $ esteira resume recsys-20260131T030000Z-4f9a1c`,
  );
});

test("a narrow terminal gets the table without bars, and a narrower one without the times", () => {
  const screen = { run: summary(), view: view([]), diagnosis: undefined };
  const at = (width: number) =>
    renderRun({ ...screen, view: failedView }, { ...around, width }).filter((line) =>
      line.startsWith("extract"),
    );
  expect(at(70)).toEqual(["extract_features  ✓ succeeded         1  00:00:00      2.1s     0"]);
  expect(at(60)).toEqual(["extract_features  ✓ succeeded         1      2.1s     0"]);
});

test("a run that another one continues from says so, and so does one that was scheduled", () => {
  const run = summary({
    origin: "recsys-20260130T030000Z-aaaaaa",
    trigger: "schedule",
    actor: "",
    scheduledTime: begin,
    modelVersion: "7",
  });
  expect(renderRun({ run, view: view([]), diagnosis: undefined }, around).slice(2, 11)).toEqual([
    "project        recsys 1.0.0",
    "environment    local",
    "status         ✓ succeeded",
    "started        2026-01-31 00:00:00 UTC-3",
    "duration       10.0s",
    "trigger        schedule",
    "scheduled for  2026-01-31 00:00:00",
    "continues      recsys-20260130T030000Z-aaaaaa",
    "model          7",
  ]);
});

test("a run that waits for an instance says so, and what AWS says", () => {
  const run = summary({ status: "RUNNING", endedAt: undefined, environment: "dev" });
  const diagnosis = {
    code: "run/waiting-for-instance",
    step: "score_model",
    message: "score_model has been waiting for an instance for 4 min: no spot capacity",
    help: "AWS keeps trying.",
  };
  expect(renderOutcome({ run, view: view([]), diagnosis }, around)).toEqual([
    "▸ Running for 1m 00s.",
    "  score_model has been waiting for an instance for 4 min: no spot capacity.",
    "  AWS keeps trying.",
    "  $ esteira logs recsys-20260131T030000Z-4f9a1c --follow -e dev",
  ]);
});

test.each([
  [{}, ["✓ Succeeded in 10.0s."]],
  [
    { status: "RUNNING" as const, endedAt: undefined },
    ["▸ Running for 1m 00s.", "  $ esteira logs recsys-20260131T030000Z-4f9a1c --follow"],
  ],
  [
    { status: "RUNNING" as const, endedAt: undefined, interrupted: true },
    [
      "! Interrupted: the process that drove this run is gone. Finished steps are kept.",
      "  $ esteira resume recsys-20260131T030000Z-4f9a1c",
    ],
  ],
  [
    { status: "ABORTED" as const },
    [
      "■ Stopped after 10.0s. Finished steps are kept.",
      "  $ esteira resume recsys-20260131T030000Z-4f9a1c",
    ],
  ],
  [{ skipped: true }, ["- Skipped: an earlier run of this project was still going."]],
  [
    { status: "TIMED_OUT" as const, failure: "States.Timeout", environment: "dev" },
    [
      "✗ Timed out after 10.0s: States.Timeout",
      "  $ esteira logs recsys-20260131T030000Z-4f9a1c -e dev",
      "  $ esteira resume recsys-20260131T030000Z-4f9a1c -e dev",
    ],
  ],
])("how it ended and what next: %j", (change, lines) => {
  const screen = { run: summary(change), view: view([]), diagnosis: undefined };
  expect(renderOutcome(screen, around)).toEqual(lines);
});

test("a bar shows work, waiting, and how long ago the run began", () => {
  const waiting = step("a", {
    startedAt: begin,
    attempts: [attempt({ endedAt: begin + 5000 })],
  });
  expect(bar(waiting, begin, begin + 10_000, 10)).toBe("━━━━━┄┄┄┄┄");
  expect(bar(step("b"), begin, begin + 10_000, 10)).toBe("          ");
  const instant = step("c", {
    startedAt: begin + 9999,
    endedAt: begin + 9999,
    attempts: [attempt({ startedAt: begin + 9999, endedAt: begin + 9999 })],
  });
  expect(bar(instant, begin, begin + 10_000, 10)).toBe("         ━");
  expect(bar(instant, begin + 9999, begin + 9999, 10)).toBe("━         ");
});

test("the environment is named unless it is this machine's", () => {
  expect(suggestion("local", "runs")).toBe("esteira runs");
  expect(suggestion("dev", "runs")).toBe("esteira runs -e dev");
});

test("files that a step left and nobody declared are named, with the line that keeps them", () => {
  const undeclared = {
    files: 3,
    bytes: 1_200_005,
    paths: [
      { path: "out/", files: 2, bytes: 1_200_000 },
      { path: "x.txt", files: 1, bytes: 5 },
    ],
    more: 0,
  };
  const steps = [step("train", { status: "succeeded", attempts: [attempt({ undeclared })] })];
  const screen = {
    run: summary({ status: "SUCCEEDED", endedAt: begin + 10_000 }),
    view: view(steps),
    diagnosis: undefined,
  };
  expect(renderOutcome(screen, around).join("\n")).toBe(
    `✓ Succeeded in 10.0s.
  train left files that it doesn't declare, and they weren't kept: out/ (1.2 MB), x.txt (5 bytes).
  To keep them, add the last line to the step in config.yaml:
    - id: train
      outputs: ["out/", "x.txt"]`,
  );
});

test("a step that declares far more memory than it used is said, with what would do", () => {
  const gib = 1024 ** 3;
  const train = (peak: number) => {
    const tried = attempt({ peakMemoryBytes: peak * gib, memoryLimitBytes: 8 * gib });
    const steps = [step("train", { status: "succeeded", attempts: [tried] })];
    return renderOutcome({ run: summary(), view: view(steps), diagnosis: undefined }, around);
  };
  expect(train(1.1)).toContain("· train uses 1.1 of 8 GiB at most; `memory_gb: 2` would do.");
  expect(train(7).join("\n")).not.toContain("would do");
});
