import type { AttemptView, RunView } from "../model.ts";
import { pricesIn, SPOT_SHARE } from "./prices.ts";

/** What the estimate rests on; a release's capacity and steps fit. */
export interface CostFacts {
  readonly view: Pick<RunView, "steps">;
  /** The steps' sizes; a step that isn't here counts as one that fills an instance. */
  readonly steps: readonly {
    readonly id: string;
    readonly resources: { readonly cpu: number; readonly memoryGb: number };
  }[];
  readonly capacity: {
    readonly instanceTypes: readonly string[];
    readonly minQuantity: number;
    readonly maxQuantity: number;
    readonly spot: boolean;
  };
  /**
   * Size of the smallest of the types; undefined when it isn't known: then a task fills an
   * instance.
   */
  readonly instance: { readonly vcpus: number; readonly memoryGb: number } | undefined;
  readonly region: string;
  /** Milliseconds since the epoch: the end of what still runs. */
  readonly now: number;
}

export interface CostEstimate {
  /** Minutes that instances exist because of the run, idle ones too. */
  readonly instanceMinutes: number;
  /** The type that the price is of: the dearest of those that may be started. */
  readonly instanceType: string | undefined;
  /** US dollars; undefined when no price is known for a type. */
  readonly usd: number | undefined;
  readonly spot: boolean;
  /** What spot capacity is taken to cost, as a share of the price on demand. */
  readonly spotShare: number | undefined;
  /** Date and region of the price table. */
  readonly pricesOf: string;
  readonly pricesRegion: string;
  /** Where the run was: when it isn't `pricesRegion`, prices differ somewhat. */
  readonly region: string;
}

/**
 * An instance goes when it has had no task for 15 minutes: 15 readings of a one-minute alarm
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-auto-scaling.html).
 */
const IDLE_MS = 15 * 60_000;

/**
 * From no instance at all, managed scaling starts two (same page), unless the group may have one
 * only.
 */
const FIRST_STEP = 2;

/** Why instances were there: the parts of an estimate's `instanceMinutes`. */
export interface InstanceMinutes {
  /** Some task was on them. */
  readonly used: number;
  /** Their last quarter of an hour, without a task. */
  readonly idle: number;
  /** The second instance that scaling starts from zero, as far as nothing needed it. */
  readonly second: number;
}

/**
 * Estimates what instances a run took, from when its tasks were scheduled and ended: a task takes
 * its share of an instance, instances stay for 15 minutes after they were last needed, and scaling
 * out from zero begins with two. The run is taken to be alone on its cluster. Instances that are
 * kept on purpose (`min_quantity`) cost without a run as well: only their use counts.
 *
 * @returns undefined for a run that has scheduled no task
 */
export function estimateCost(facts: CostFacts): CostEstimate | undefined {
  const { capacity, region } = facts;
  const minutes = instanceMinutesOf(facts);
  if (minutes === undefined) return undefined;
  const instanceMinutes = minutes.used + minutes.idle + minutes.second;
  const prices = pricesIn(region, capacity.instanceTypes);
  const priced = capacity.instanceTypes.map((type, index) => ({
    type,
    price: prices.hourly[index],
  }));
  const dearest = priced.toSorted((a, b) => (b.price ?? 0) - (a.price ?? 0))[0];
  const known = priced.every(({ price }) => price !== undefined) && dearest?.price !== undefined;
  const share = capacity.spot ? SPOT_SHARE : 1;
  return {
    instanceMinutes,
    instanceType: dearest?.type,
    usd: known ? (instanceMinutes / 60) * (dearest.price ?? 0) * share : undefined,
    spot: capacity.spot,
    spotShare: capacity.spot ? SPOT_SHARE : undefined,
    pricesOf: prices.date,
    pricesRegion: prices.region,
    region,
  };
}

/** The instance minutes of a run by why they were; undefined for one that scheduled no task. */
export function instanceMinutesOf(
  facts: Pick<CostFacts, "view" | "steps" | "instance" | "now" | "capacity">,
): InstanceMinutes | undefined {
  const tasks = facts.view.steps.flatMap((step) =>
    step.attempts.flatMap((attempt) => taskOf(facts, step.id, attempt) ?? []),
  );
  return tasks.length === 0 ? undefined : countMinutes(tasks, facts.capacity);
}

/**
 * How much of an instance an attempt held, and for how long: instance milliseconds. Its part of
 * what a run's tasks used together.
 */
export function heldByAttempt(
  facts: Pick<CostFacts, "steps" | "instance" | "now">,
  step: string,
  attempt: AttemptView,
): number {
  const task = taskOf(facts, step, attempt);
  return task === undefined ? 0 : (task.to - task.from) * task.share;
}

interface Task {
  readonly from: number;
  readonly to: number;
  /** Part of an instance, above 0 and at most 1. */
  readonly share: number;
}

function taskOf(
  facts: Pick<CostFacts, "steps" | "instance" | "now">,
  id: string,
  attempt: AttemptView,
): Task | undefined {
  const to = attempt.endedAt ?? facts.now;
  if (to <= attempt.scheduledAt) return undefined;
  const resources = facts.steps.find((step) => step.id === id)?.resources;
  const { instance } = facts;
  const share =
    resources === undefined || instance === undefined
      ? 1
      : Math.max(resources.cpu / instance.vcpus, resources.memoryGb / instance.memoryGb);
  return { from: attempt.scheduledAt, to, share: Math.min(1, share) };
}

/** A length of time in which so many instances are needed, or there. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** How long each instance is there, summed over all of them and taken apart by why. */
function countMinutes(
  tasks: readonly Task[],
  { minQuantity, maxQuantity }: CostFacts["capacity"],
): InstanceMinutes {
  const largest = Math.max(1, maxQuantity);
  const needs = needed(tasks, largest);
  const overMinimum = ({ count }: Span): boolean => count > minQuantity;
  const staying = needs.map((need) => ({ ...need, to: need.to + IDLE_MS })).filter(overMinimum);
  const first = needs
    .flatMap((need, index): Span[] => {
      const before = needs[index - 1];
      const cold = before === undefined || need.from - before.to > IDLE_MS;
      if (!cold || minQuantity > 0) return [];
      const to = need.from + IDLE_MS;
      return [{ from: need.from, to, count: Math.min(FIRST_STEP, largest) }];
    })
    .filter(overMinimum);
  const used = areaUnder(needs);
  const withIdle = areaUnder([...needs, ...staying]);
  const all = areaUnder([...needs, ...staying, ...first]);
  return {
    used: used / 60_000,
    idle: (withIdle - used) / 60_000,
    second: (all - withIdle) / 60_000,
  };
}

/** How many instances the tasks need, from moment to moment; nothing where they need none. */
function needed(tasks: readonly Task[], largest: number): Span[] {
  const changes = tasks
    .flatMap(({ from, to, share }) => [
      { at: from, by: share },
      { at: to, by: -share },
    ])
    .toSorted((a, b) => a.at - b.at);
  let sum = 0;
  return changes.flatMap(({ at, by }, index): Span[] => {
    sum += by;
    const to = changes[index + 1]?.at ?? at;
    // Shares are fractions: what is left of a sum of them may be a trace.
    const count = Math.min(Math.ceil(sum - 1e-6), largest);
    return to > at && count > 0 ? [{ from: at, to, count }] : [];
  });
}

/** The highest of the spans at each moment, summed over time. */
function areaUnder(spans: readonly Span[]): number {
  const changes = spans
    .flatMap(({ from, to, count }) => [
      { at: from, count, by: 1 },
      { at: to, count, by: -1 },
    ])
    .toSorted((a, b) => a.at - b.at);
  const open = new Map<number, number>();
  let area = 0;
  for (const [index, { at, count, by }] of changes.entries()) {
    const left = (open.get(count) ?? 0) + by;
    if (left === 0) open.delete(count);
    else open.set(count, left);
    area += Math.max(0, ...open.keys()) * ((changes[index + 1]?.at ?? at) - at);
  }
  return area;
}
