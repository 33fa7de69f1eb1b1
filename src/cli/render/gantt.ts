import type { StepView } from "../../runs/model.ts";

/**
 * One bar a step on the run's time line: `▕ ━━━━━━┅┅━━ ▏`-like, `━` while an attempt is at work,
 * `┄` while it waits for its retry.
 *
 * @param from start of the run, milliseconds since the epoch
 * @param to its end, or now
 * @param width columns of the bar
 */
export function bar(step: StepView, from: number, to: number, width: number): string {
  const cells: string[] = Array.from({ length: width }, () => " ");
  const span = Math.max(1, to - from);
  const cell = (at: number): number =>
    Math.min(width - 1, Math.max(0, Math.floor(((at - from) / span) * width)));
  const fill = (start: number, end: number, mark: string): void => {
    // An end on the edge between two cells belongs to the one before it.
    const last = Math.max(cell(start), cell(Math.max(start, end - span / width / 1000)));
    for (let index = cell(start); index <= last; index += 1) cells[index] = mark;
  };
  if (step.startedAt === undefined) return "".padEnd(width);
  fill(step.startedAt, step.endedAt ?? to, "┄");
  for (const attempt of step.attempts) {
    if (attempt.startedAt === undefined) continue;
    fill(attempt.startedAt, attempt.endedAt ?? to, "━");
  }
  return cells.join("");
}
