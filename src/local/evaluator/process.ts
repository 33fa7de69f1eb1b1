import process from "node:process";
import { Worker } from "node:worker_threads";
import { entryFile } from "../../platform/package-files.ts";
import { answer } from "../../states/elsewhere/answer.ts";
import type { Answer } from "../../states/elsewhere/question.ts";
import type { Answered, Asked } from "./messages.ts";

/**
 * The process that evaluates what may take long or much memory: one question at a time, ended from
 * outside it or by its own guard. It holds nothing that would be missed.
 */

const running = new Int32Array(new SharedArrayBuffer(8));
const guard = new Worker(entryFile("local/evaluator/guard"), {
  workerData: { running, parent: Number(process.argv[2]) },
});
guard.unref();

// It ends with the process that started it, not with a terminal's Ctrl-C: that one wants answers.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
process.on("disconnect", () => process.exit(0));

process.on("message", (asked: Asked) => {
  void evaluate(asked);
});

async function evaluate({ id, question, limitMs }: Asked): Promise<void> {
  Atomics.store(running, 0, id);
  Atomics.store(running, 1, limitMs);
  let answered: Answered;
  try {
    answered = { id, answer: await answer(question) };
  } catch (error) {
    answered =
      error instanceof RangeError
        ? { id, answer: memory }
        : { id, broken: error instanceof Error ? error.message : String(error) };
  }
  Atomics.store(running, 1, 0);
  try {
    process.send?.(answered);
  } catch {
    // It nests deeper than it can be written.
    process.send?.({ id, answer: memory });
  }
}

const memory: Answer = { kind: "ended", excess: "memory" };
