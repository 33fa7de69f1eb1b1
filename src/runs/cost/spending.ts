import type { AttemptView, RunView } from "../model.ts";
import { estimateCost, heldByAttempt, instanceMinutesOf, type CostFacts } from "./estimate.ts";

/** What a run, a step or a project took. Times are summed over attempts, in milliseconds. */
export interface Spending {
  /** US dollars; undefined where no price is known, and on this machine. */
  readonly usd: number | undefined;
  /** Attempts that succeeded or still run, from the start of their command. */
  readonly workedMs: number;
  /** From when an attempt was scheduled until its command started. */
  readonly waitedMs: number;
  /** Attempts that ended otherwise, from the start of their command. */
  readonly wastedMs: number;
}

export interface StepSpending extends Spending {
  readonly step: string;
  /** The most memory that an attempt had, in bytes; undefined: nobody measured it. */
  readonly peakMemoryBytes: number | undefined;
  /** The memory that the latest attempt might have, in bytes. */
  readonly memoryLimitBytes: number | undefined;
}

/** Instances that were there without a task. */
export interface IdleSpending {
  readonly minutes: number;
  readonly usd: number | undefined;
}

export interface RunSpending extends Spending {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly instanceMinutes: number | undefined;
  /** The quarter of an hour after the last task. */
  readonly idle: IdleSpending;
  /** The second instance that AWS starts from zero. */
  readonly second: IdleSpending;
  readonly steps: readonly StepSpending[];
}

export interface ProjectSpending extends Omit<RunSpending, "startedAt"> {
  readonly runs: number;
  /** One a day of the month on which something ran, by date in UTC (`2026-11-30`). */
  readonly days: readonly {
    readonly date: string;
    readonly usd: number | undefined;
    readonly workedMs: number;
  }[];
}

/**
 * What one run took, step by step. The money of what its tasks used is shared out by the part of an
 * instance that each held; what idle instances cost is no step's.
 *
 * @param facts undefined where its steps need no instances
 */
export function spendingOf(
  view: RunView,
  facts: CostFacts | undefined,
  now: number,
): Omit<RunSpending, "startedAt"> {
  const minutes = facts && instanceMinutesOf(facts);
  const estimate = facts && estimateCost(facts);
  const usdAMinute =
    estimate?.usd === undefined || estimate.instanceMinutes === 0
      ? undefined
      : estimate.usd / estimate.instanceMinutes;
  const priced = (of: number): number | undefined =>
    usdAMinute === undefined ? undefined : of * usdAMinute;
  const held = new Map(
    view.steps.map(({ id, attempts }) => [
      id,
      facts === undefined ? 0 : sum(attempts.map((attempt) => heldByAttempt(facts, id, attempt))),
    ]),
  );
  const all = sum([...held.values()]);
  const steps = view.steps.map(({ id, attempts, memoryBytes }): StepSpending => {
    const part = all === 0 ? 0 : (held.get(id) ?? 0) / all;
    const peaks = attempts.flatMap(({ peakMemoryBytes }) => peakMemoryBytes ?? []);
    return {
      step: id,
      usd: priced((minutes?.used ?? 0) * part),
      ...timesOf(attempts, now),
      peakMemoryBytes: peaks.length === 0 ? undefined : Math.max(...peaks),
      memoryLimitBytes: attempts.at(-1)?.memoryLimitBytes ?? memoryBytes,
    };
  });
  const idle = minutes?.idle ?? 0;
  const second = minutes?.second ?? 0;
  return {
    usd: estimate?.usd,
    ...sumOfTimes(steps),
    instanceMinutes: estimate?.instanceMinutes,
    idle: { minutes: idle, usd: priced(idle) },
    second: { minutes: second, usd: priced(second) },
    steps,
  };
}

/** The runs of one project together; steps in the order of the newest run that has them. */
export function addUp(runs: readonly RunSpending[]): ProjectSpending {
  const newestFirst = runs.toSorted((a, b) => b.startedAt - a.startedAt);
  const steps = Map.groupBy(
    newestFirst.flatMap((run) => run.steps),
    ({ step }) => step,
  );
  const days = Map.groupBy(newestFirst, ({ startedAt }) =>
    new Date(startedAt).toISOString().slice(0, 10),
  );
  return {
    runs: runs.length,
    ...sumOfSpending(runs),
    instanceMinutes: known(runs.map(({ instanceMinutes }) => instanceMinutes)),
    idle: addIdle(runs.map(({ idle }) => idle)),
    second: addIdle(runs.map(({ second }) => second)),
    steps: [...steps].map(([step, parts]) => {
      const peaks = parts.flatMap(({ peakMemoryBytes }) => peakMemoryBytes ?? []);
      return {
        step,
        ...sumOfSpending(parts),
        peakMemoryBytes: peaks.length === 0 ? undefined : Math.max(...peaks),
        memoryLimitBytes: parts[0]?.memoryLimitBytes,
      };
    }),
    days: [...days]
      .map(([date, of]) => ({ date, ...sumOfSpending(of) }))
      .map(({ date, usd, workedMs }) => ({ date, usd, workedMs }))
      .toSorted((a, b) => a.date.localeCompare(b.date)),
  };
}

/** The sum of spendings; of money the part that is known. */
export function sumOfSpending(parts: readonly Spending[]): Spending {
  return { usd: known(parts.map(({ usd }) => usd)), ...sumOfTimes(parts) };
}

function timesOf(attempts: readonly AttemptView[], now: number): Omit<Spending, "usd"> {
  const ran = (attempt: AttemptView): number =>
    attempt.startedAt === undefined ? 0 : (attempt.endedAt ?? now) - attempt.startedAt;
  const good = ({ status }: AttemptView): boolean =>
    status === "succeeded" || status === "running" || status === "scheduled";
  return {
    workedMs: sum(attempts.filter(good).map(ran)),
    waitedMs: sum(
      attempts.map(
        ({ scheduledAt, startedAt, endedAt }) => (startedAt ?? endedAt ?? now) - scheduledAt,
      ),
    ),
    wastedMs: sum(attempts.filter((attempt) => !good(attempt)).map(ran)),
  };
}

function sumOfTimes(parts: readonly Omit<Spending, "usd">[]): Omit<Spending, "usd"> {
  return {
    workedMs: sum(parts.map(({ workedMs }) => workedMs)),
    waitedMs: sum(parts.map(({ waitedMs }) => waitedMs)),
    wastedMs: sum(parts.map(({ wastedMs }) => wastedMs)),
  };
}

function addIdle(parts: readonly IdleSpending[]): IdleSpending {
  return { minutes: sum(parts.map(({ minutes }) => minutes)), usd: known(parts.map((p) => p.usd)) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The sum of what is known; undefined where nothing is. */
function known(values: readonly (number | undefined)[]): number | undefined {
  const given = values.filter((value) => value !== undefined);
  return given.length === 0 ? undefined : sum(given);
}
