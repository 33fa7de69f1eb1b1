import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";
import { diagnose, RULES } from "./diagnose.ts";
import { cases } from "./fixtures/diagnoses.ts";
import { exited, facts, failedRun } from "./fixtures/failed-run.ts";
import { taskDocument } from "./task-document.ts";

describe("each cause", () => {
  test.each(cases)("%s: %j", (code, given, message) => {
    const diagnosis = diagnose(failedRun(given), given.log, [], given.place);
    expect({ code: diagnosis?.code, message: diagnosis?.message }).toEqual({ code, message });
    expect(diagnosis?.help).toMatch(/^[A-Z].*\.$/);
    expect(diagnosis?.step).toBe(
      given.before || given.status === "ABORTED" ? undefined : "score_model",
    );
  });

  test("has a case here, and codes are stable", () => {
    const provoked = new Set(cases.map(([code]) => code));
    expect(RULES.map(({ code }) => code).filter((code) => !provoked.has(code))).toEqual([]);
    expect(provoked.size).toBeGreaterThanOrEqual(14);
  });
});

test("out of memory or time, the advice names what tries more in the resumed run alone", () => {
  const help = (given: Parameters<typeof failedRun>[0]) => diagnose(failedRun(given))?.help;
  expect(help({ end: { ...exited, outOfMemory: true } })).toBe(
    "Give the step more resources.memory_gb, or let it work on less at a time. To try more this once, resume the run with `--memory score_model=8`.",
  );
  const stoppedAt = 60_500;
  expect(help({ end: { ...exited, exitCode: 124, stoppedAt }, timeoutSeconds: 60 })).toBe(
    "Raise the step's timeout_seconds (or schedule.timeout_seconds), or make it do less. To try more this once, resume the run with `--timeout score_model=120`.",
  );
});

test("the reference says every code", () => {
  const text = readFileSync(new URL("../../docs/reference/diagnoses.md", import.meta.url), "utf8");
  const listed = [...text.matchAll(/^\| `(run\/[a-z-]+)` \| .+ \|$/gm)].map(
    ([, code]) => code ?? "",
  );
  expect(listed.toSorted()).toEqual(
    [
      ...new Set<string>(RULES.map(({ code }) => code)),
      "run/failed",
      "run/waiting-for-instance",
      "run/waiting-for-place",
    ].toSorted(),
  );
});

test("runs that are in progress or succeeded have none", () => {
  expect(diagnose(failedRun({ status: "RUNNING" }))).toBeUndefined();
  expect(diagnose(failedRun({ status: "SUCCEEDED" }))).toBeUndefined();
});

test("a cause that AWS has cut is read as prose", () => {
  const cut = JSON.stringify(taskDocument(facts, exited)).slice(0, 60);
  expect(diagnose(failedRun({ cause: cut }))).toMatchObject({
    code: "run/failed",
    message: `score_model failed: States.TaskFailed: ${cut}`,
  });
});

test("a step's missing module is not blamed on a step that ran on", () => {
  const view = failedRun({ error: "States.Timeout" });
  expect(diagnose(view, ["No module named 'x'"])?.code).toBe("run/step-time-limit");
});
