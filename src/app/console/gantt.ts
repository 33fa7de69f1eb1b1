import type { Release } from "../../release/release.ts";
import type { AttemptView, RunView, StepView } from "../../runs/model.ts";
import type { ConsoleDocumentOf } from "../documents/console.ts";
import type { OpenView } from "./run-view.ts";

type GanttStep = ConsoleDocumentOf<"run">["steps"][number];
type Bar = GanttStep["attempts"][number];

/** Tries of a step without items that are shown: the newest ones. */
const mostTries = 100;

/** The steps of a run with their tries; the items of a `for_each` as one row. */
export function ganttSteps({ release, view, commandStarts }: OpenView): readonly GanttStep[] {
  return view.steps.map((step) => {
    const isMap = hasItems(release, step);
    return {
      id: step.id,
      name: step.name,
      dependsOn: release.steps.find(({ id }) => id === step.id)?.dependsOn ?? [],
      status: step.status,
      startedAt: step.startedAt,
      endedAt: step.endedAt,
      retryAt: step.retryAt,
      timeoutSeconds: step.timeoutSeconds,
      memoryBytes: step.memoryBytes,
      attempts: isMap
        ? []
        : step.attempts.slice(-mostTries).map((attempt) => barOf(attempt, commandStarts)),
      items: isMap ? countItems(step) : undefined,
    };
  });
}

/** A try: it waits until `placedAt`, starts until `startedAt`, and runs. */
export function barOf(attempt: AttemptView, starts: ReadonlyMap<number, number>): Bar {
  const placedAt = attempt.startedAt;
  const began = starts.get(attempt.task);
  const startedAt =
    placedAt === undefined || began === undefined ? placedAt : Math.max(placedAt, began);
  return { ...attempt, placedAt, startedAt };
}

function hasItems(release: Release, step: StepView): boolean {
  return (
    release.steps.some(({ id, forEach }) => id === step.id && forEach !== undefined) ||
    step.attempts.some(({ item }) => item !== undefined)
  );
}

/** The newest try of each item; items whose histories weren't read have no index. */
function newestTries(step: StepView): readonly AttemptView[] {
  const newest = new Map<number, AttemptView>();
  const unnamed: AttemptView[] = [];
  for (const attempt of step.attempts) {
    if (attempt.item === undefined) unnamed.push(attempt);
    else newest.set(attempt.item, attempt);
  }
  return [...newest.values(), ...unnamed];
}

function countItems(step: StepView): NonNullable<GanttStep["items"]> {
  const tries = newestTries(step);
  const count = (...states: readonly AttemptView["status"][]): number =>
    tries.filter(({ status }) => states.includes(status)).length;
  return {
    total: tries.length,
    succeeded: count("succeeded"),
    failed: count("failed", "timed_out", "aborted"),
    running: count("running", "scheduled"),
  };
}

/** The items of a step by index, each with its tries, from an index on. */
export function itemsOf(
  { view, commandStarts }: OpenView,
  stepId: string,
  from: number,
  limit: number,
): Pick<ConsoleDocumentOf<"run-items">, "items" | "next"> | undefined {
  const step = findStep(view, stepId);
  if (step === undefined) return undefined;
  const byItem = Map.groupBy(
    step.attempts.filter(({ item }) => item !== undefined && item >= from),
    ({ item }) => item ?? 0,
  );
  const indexes = [...byItem.keys()].toSorted((a, b) => a - b);
  const items = indexes.slice(0, limit).map((item) => {
    const tries = byItem.get(item) ?? [];
    return {
      item,
      status: tries.at(-1)?.status ?? "scheduled",
      attempts: tries.map((attempt) => barOf(attempt, commandStarts)),
    };
  });
  const following = indexes[limit];
  return { items, next: following === undefined ? undefined : String(following) };
}

export function findStep(view: RunView, id: string): StepView | undefined {
  return view.steps.find((step) => step.id === id);
}
