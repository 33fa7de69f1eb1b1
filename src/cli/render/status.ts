import { gibText } from "../../runs/diagnosis/rule.ts";
import type { RunSummary, StepStatus, StepView } from "../../runs/model.ts";
import { unreachable } from "../../core/unreachable.ts";
import type { Style } from "./style.ts";

export interface Look {
  readonly mark: string;
  readonly word: string;
  readonly paint: (text: string) => string;
}

/** How a run's state is shown wherever it is shown. */
export function runLook(
  run: Pick<RunSummary, "status" | "skipped" | "interrupted">,
  style: Style,
): Look {
  if (run.skipped) return { mark: "-", word: "skipped", paint: style.dim };
  if (run.interrupted) return { mark: "!", word: "interrupted", paint: style.yellow };
  switch (run.status) {
    case "RUNNING":
      return { mark: "▸", word: "running", paint: style.cyan };
    case "PENDING_REDRIVE":
      return { mark: "▸", word: "resuming", paint: style.cyan };
    case "SUCCEEDED":
      return { mark: "✓", word: "succeeded", paint: style.green };
    case "FAILED":
      return { mark: "✗", word: "failed", paint: style.red };
    case "TIMED_OUT":
      return { mark: "✗", word: "timed out", paint: style.red };
    case "ABORTED":
      return { mark: "■", word: "aborted", paint: style.yellow };
    default:
      return unreachable(run.status);
  }
}

/** How a step's state is shown wherever it is shown. */
export function stepLook(status: StepStatus, style: Style): Look {
  switch (status) {
    case "pending":
      return { mark: "·", word: "pending", paint: style.dim };
    case "running":
      return { mark: "▸", word: "running", paint: style.cyan };
    case "waiting":
      return { mark: "↻", word: "waiting", paint: style.yellow };
    case "succeeded":
      return { mark: "✓", word: "succeeded", paint: style.green };
    case "failed":
      return { mark: "✗", word: "failed", paint: style.red };
    case "skipped":
      return { mark: "-", word: "skipped", paint: style.dim };
    case "aborted":
      return { mark: "■", word: "aborted", paint: style.yellow };
    case "timed_out":
      return { mark: "✗", word: "timed out", paint: style.red };
    default:
      return unreachable(status);
  }
}

/** The exit code of the last attempt that has one. */
export function lastExitCode(step: StepView): number | undefined {
  return step.attempts.findLast((attempt) => attempt.exitCode !== undefined)?.exitCode;
}

/**
 * `0.31 of 2 GiB`: the most that an attempt of it had, beside what it may have; `unknown` where
 * nobody measured it, empty while none has ended.
 */
export function memoryText({ attempts, memoryBytes }: StepView): string {
  const ended = attempts.filter(({ endedAt }) => endedAt !== undefined);
  if (ended.length === 0) return "";
  const peaks = ended.flatMap(({ peakMemoryBytes }) => peakMemoryBytes ?? []);
  if (peaks.length === 0) return "unknown";
  const limit = ended.at(-1)?.memoryLimitBytes ?? memoryBytes;
  const peak = gibText(Math.max(...peaks));
  return limit === undefined ? `${peak} GiB` : `${peak} of ${gibText(limit)} GiB`;
}

/** `3`, or `2 of 3 items`-like `12 (5 items)` for a step that runs once an item. */
export function attemptsText(step: StepView): string {
  if (step.attempts.length === 0) return "";
  const known = new Set(step.attempts.map((attempt) => attempt.item));
  // Of items whose histories aren't read it isn't known which ones they are.
  const unknown = step.attempts.filter(({ item }) => item === undefined).length;
  const items = known.has(undefined) ? known.size - 1 + unknown : known.size;
  const tries = String(step.attempts.length);
  return step.attempts.some((attempt) => attempt.item !== undefined)
    ? `${tries} (${items} item${items === 1 ? "" : "s"})`
    : tries;
}
