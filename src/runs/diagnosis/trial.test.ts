import { expect, test } from "vitest";

import { NO_FIGURES } from "../task-facts.ts";
import { COMMAND_RULES } from "./command-rules.ts";
import { diagnoseTrial } from "./trial.ts";

const gib = 1024 ** 3;
const ended = {
  exitCode: 1,
  reason: "",
  stopCode: "",
  stoppedReason: "",
  id: undefined,
  lastedMs: 5_000,
  figures: { ...NO_FIGURES, peakMemoryBytes: 1.9 * gib, memoryLimitBytes: 2 * gib },
};

test("memory is said with its amounts, without a run to be resumed", () => {
  const task = { ...ended, exitCode: 137, reason: "OutOfMemoryError" };
  expect(diagnoseTrial("train", task, [])).toEqual({
    code: "run/out-of-memory",
    step: "train",
    message: "train ran out of memory: it had 1.9 of the 2 GiB that it may use",
    help: "Give the step more resources.memory_gb, or let it work on less at a time.",
  });
});

test.each([
  ["check failed", { exitCode: 65 }, ["esteira: check failed: rows 10 < 100"]],
  ["no space", {}, ["OSError: [Errno 28] No space left on device"]],
  ["no module", {}, ["ModuleNotFoundError: No module named 'polars'"]],
  ["no service", {}, ["requests: connection refused"]],
  ["no model", {}, ["RESOURCE_DOES_NOT_EXIST: Registered Model"]],
  ["a cell", {}, ['Exception encountered at "In [3]":', "ValueError: no"]],
  ["no command", { exitCode: 127 }, ["sh: trian: not found"]],
  ["no execution", { exitCode: 126 }, ["sh: ./train.sh: Permission denied"]],
  ["killed", { exitCode: 137 }, []],
  ["asked to end", { exitCode: 143 }, []],
])("%s: advice speaks of no deploy and no resume", (_what, end, log) => {
  const found = diagnoseTrial("train", { ...ended, ...end }, log);
  expect(found?.help).toBeTypeOf("string");
  expect(found?.help).not.toMatch(/\b(?:deploy|resume|run it again)\b/i);
});

test.each(["supervisor-lost", "container-removed"] as const)(
  "cut off (%s): nothing is to be resumed",
  (endedBy) => {
    const task = { ...ended, exitCode: 137, figures: { ...ended.figures, endedBy } };
    expect(diagnoseTrial("train", task, [])?.help).toBe("Nothing is wrong with the step itself.");
  },
);

test("a step that says by itself why it failed, and one that succeeded, need no more", () => {
  expect(diagnoseTrial("train", ended, ["Traceback", "ValueError: no rows"])).toBeUndefined();
  expect(diagnoseTrial("train", { ...ended, exitCode: 0 }, ["No module named x"])).toBeUndefined();
  expect(COMMAND_RULES.at(-1)?.code).toBe("run/exit-code");
});
