import {
  CAPACITY_PAUSE_SECONDS,
  CAPACITY_WAIT_HOURS,
  LOST_INSTANCE_RETRIES,
} from "../core/task-loss.ts";
import type { Project, Step } from "./model.ts";

/**
 * Events that a run's history may have, less what the run itself, reading lists and errors of
 * services take: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
const BUDGET = 25_000 - 500;

/** Items that an inline Map has in flight at most. */
const INLINE_AT_ONCE = 40;

/** Items of a list that a step leaves, where `max_items` doesn't say. */
const LIST_ITEMS = 2500;

/** A step's states around its tasks: the choice whether it runs, a Map, reading a list. */
const STEP = 20;
/** Places are taken and given back, each with nine tries of the call at most. */
const PLACES = 60;
/** Entered, scheduled, started, submitted, ended, left; an iteration begins and ends besides. */
const TRY = 6;
const ITERATION = 2;
/** What follows a try that failed: it is judged, and the next one is waited for. */
const JUDGED = 2;
const WAITED = 2;
/** The least that ECS waits for room before it gives a task up; seconds. */
const ECS_PATIENCE_SECONDS = 600;

/** How a step runs for its items. */
export interface ItemsPlace {
  /** Each item in a separate execution, with its own history. */
  readonly distributed: boolean;
  /** The most items that it runs for. */
  readonly most: number;
}

/**
 * Where each step with `for_each` runs for its items, so that the run's history holds whatever
 * happens: counted with all tries that retries and lost instances allow, and with the longest wait
 * for capacity. The steps with the most events are the first to get separate histories, and so
 * is one that has more items in flight than an inline Map can have. A list of unknown length gets
 * what is left, counted with one try an item.
 */
export function itemsPlaces(steps: Project["steps"]): ReadonlyMap<Step, ItemsPlace> {
  const counted = steps.flatMap((step) => {
    const items = knownItems(step);
    return items === undefined ? [] : [{ step, items, events: items * itemEvents(step) }];
  });
  const apart = new Set(
    counted
      .filter(
        ({ step, items }) => Math.min(step.forEach?.maxConcurrency ?? 0, items) > INLINE_AT_ONCE,
      )
      .map(({ step }) => step),
  );
  const others =
    steps.length * STEP +
    steps.filter(({ pools = [] }) => pools.length > 0).length * PLACES +
    sum(steps.filter(({ forEach }) => forEach === undefined).map(stepEvents)) +
    Math.max(0, ...steps.map(waitingEvents));
  const inline = () => counted.filter(({ step }) => !apart.has(step));
  for (const { step } of counted.toSorted((a, b) => b.events - a.events)) {
    if (others + sum(inline().map(({ events }) => events)) <= BUDGET) break;
    apart.add(step);
  }
  const lists = steps.filter(
    (step) => step.forEach !== undefined && knownItems(step) === undefined,
  );
  const once = sum(inline().map(({ items }) => items * (ITERATION + TRY)));
  const left = BUDGET - steps.length * (STEP + TRY) - once;
  const share = Math.floor(left / (ITERATION + TRY) / Math.max(1, lists.length));
  return new Map([
    ...counted.map(
      ({ step, items }) => [step, { distributed: apart.has(step), most: items }] as const,
    ),
    ...lists.map(
      (step) =>
        [step, { distributed: false, most: Math.max(1, Math.min(LIST_ITEMS, share)) }] as const,
    ),
  ]);
}

/** Undefined where there are none, and where only the run knows. */
function knownItems({ forEach }: Step): number | undefined {
  return forEach?.kind === "items" ? forEach.items.length : forEach?.maxItems;
}

function itemEvents(step: Step): number {
  return ITERATION + stepEvents(step);
}

function stepEvents(step: Step): number {
  const lost = step.lostInstanceRetries ?? LOST_INSTANCE_RETRIES;
  return TRY + step.retries * (TRY + JUDGED + WAITED) + lost * (TRY + JUDGED);
}

/** All tasks of a step that run at once wait for room, as long as they may. */
function waitingEvents(step: Step): number {
  const seconds = (step.capacityWaitHours ?? CAPACITY_WAIT_HOURS) * 3600;
  const waits = Math.ceil(seconds / (ECS_PATIENCE_SECONDS + CAPACITY_PAUSE_SECONDS));
  const { forEach } = step;
  const tasks =
    forEach === undefined
      ? 1
      : Math.min(forEach.maxConcurrency, knownItems(step) ?? Infinity, INLINE_AT_ONCE);
  return waits * tasks * (TRY + JUDGED + WAITED);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
