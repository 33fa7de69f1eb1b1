import { type Outcome, outcomeOf } from "../../../parts/outcomes.ts";
import type { GanttStep, RunDocument } from "../chosen-log.ts";
import type { RunItem } from "../run-items.ts";
import type { Span } from "./scale.ts";

type Attempt = GanttStep["attempts"][number];

/** A part of a line: it waits, starts or runs. Times are in milliseconds since 1970. */
export interface Bar {
  readonly kind: "waits" | "starts" | "runs";
  readonly from: number;
  readonly to: number;
  /** Of `runs`. */
  readonly outcome: Outcome;
  /** Of `runs`, where there were several: which try. */
  readonly number: number | undefined;
}

/** A row of the chart: a step, an item of an open step, or what is said of its items. */
export type GanttRow =
  | {
      readonly kind: "step";
      readonly key: string;
      readonly step: GanttStep;
      readonly open: boolean;
    }
  | {
      readonly kind: "item";
      readonly key: string;
      readonly step: GanttStep;
      readonly item: RunItem;
    };

/**
 * The bars of some tries: what lies between two is waiting for the next.
 *
 * @param retryAt when a retry is due that waits
 */
export function barsOf(
  attempts: readonly Attempt[],
  retryAt: number | null,
  now: number,
): readonly Bar[] {
  const bars: Bar[] = [];
  const add = (kind: Bar["kind"], from: number, to: number, attempt?: Attempt): void => {
    if (to <= from && kind !== "runs") return;
    bars.push({
      kind,
      from,
      to,
      outcome: attempt === undefined ? "waiting" : outcomeOfTry(attempt, attempts),
      number: attempts.length > 1 ? attempt?.number : undefined,
    });
  };
  let before: number | null = null;
  for (const attempt of attempts) {
    const { scheduledAt, placedAt, startedAt, endedAt } = attempt;
    if (before !== null) add("waits", before, scheduledAt);
    const end = endedAt ?? now;
    add("waits", scheduledAt, placedAt ?? startedAt ?? end);
    if (placedAt !== null) add("starts", placedAt, startedAt ?? end);
    if (startedAt !== null) add("runs", startedAt, end, attempt);
    before = endedAt;
  }
  if (before !== null && retryAt !== null) add("waits", before, Math.max(before, now));
  return bars;
}

/** A try that failed and was followed by another is a warning, not what went wrong. */
function outcomeOfTry(attempt: Attempt, attempts: readonly Attempt[]): Outcome {
  const outcome = outcomeOf(attempt.status);
  const isLast = attempts.at(-1) === attempt;
  return !isLast && ["failed", "timed-out"].includes(outcome) ? "retried" : outcome;
}

/** The bars of a step; those of a step with items are one. */
export function barsOfStep(step: GanttStep, now: number): readonly Bar[] {
  if (step.items === null) return barsOf(step.attempts, step.retryAt, now);
  if (step.startedAt === null) return [];
  const to = step.endedAt ?? now;
  return [
    { kind: "runs", from: step.startedAt, to, outcome: outcomeOf(step.status), number: undefined },
  ];
}

/** What a step is shown as: one that needed another try says so. */
export function outcomeOfStep({ status, attempts, retryAt }: GanttStep): Outcome {
  if (status === "succeeded" && attempts.length > 1) return "retried";
  if (status === "running" && retryAt !== null) return "waiting";
  const last = attempts.at(-1);
  if (status === "running" && last?.status === "scheduled") {
    return last.placedAt === null ? "waiting" : "starting";
  }
  return outcomeOf(status);
}

/**
 * How long it took from the first command's start to the end of the last one, in milliseconds;
 * `undefined`: none has begun.
 */
export function timeOf(bars: readonly Bar[]): number | undefined {
  const first = bars.find(({ kind }) => kind === "runs");
  const last = bars.findLast(({ kind }) => kind === "runs");
  return first === undefined || last === undefined ? undefined : last.to - first.from;
}

/** When something ran or started in a run: what is between may be cut out of the axis. */
export function busySpans(run: RunDocument, now: number): readonly Span[] {
  return run.steps.flatMap((step) =>
    barsOfStep(step, now)
      .filter(({ kind }) => kind !== "waits")
      .map(({ from, to }) => [from, to] as const),
  );
}

/** The rows of the chart, in the order of the pipeline. */
export function rowsOf(
  steps: readonly GanttStep[],
  itemsOf: (step: string) => readonly RunItem[] | undefined,
): readonly GanttRow[] {
  return steps.flatMap((step): readonly GanttRow[] => {
    const items = step.items === null ? undefined : itemsOf(step.id);
    const row = { kind: "step", key: step.id, step, open: items !== undefined } as const;
    if (items === undefined) return [row];
    const inside = items.map(
      (item) => ({ kind: "item", key: `${step.id}[${item.item}]`, step, item }) as const,
    );
    return [row, ...inside];
  });
}
