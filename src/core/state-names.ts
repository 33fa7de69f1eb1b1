/**
 * What the states of a compiled pipeline are called. The compiler gives these names and anyone who
 * reads a history finds the steps by them. A step's id has no space, so that no name of ours can be
 * a step's; with ids of at most 60 characters all stay within the 80 that AWS admits
 * (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
 */
export const READ_INPUT = "Read input";
export const CHECK_INPUT = "Check input";
export const REFUSE_INPUT = "Refuse input";
export const CHECK_OVERLAP = "Check overlap";
export const LIST_RUNS = "List running executions";
export const COMPARE_RUNS = "Compare starts";
export const LIST_ENDED = "List ended executions";
export const LOOK_FOR_ITEMS = "Look for items of ended executions";
export const LIST_MAP_RUNS = "List Map runs";
export const COMPARE_ITEMS = "Compare items";
export const SKIP_RUN = "Skip this run";

/**
 * What a state does for its step. `take-places` and `give-places` stand around a step with pools;
 * `keep-places` ends what can't give them back. `run` is the Task itself, or the Map of a step with
 * `for_each`, whose Task is `item`, with `take` before it where each item is an execution by
 * itself. `judge`, `wait`, `give-up` and `rethrow` follow a Task that has failed; `judge-items`,
 * `wait-items` and `give-up-items` a list that couldn't be read.
 */
export type StateRole =
  | "guard"
  | "take-places"
  | "give-places"
  | "keep-places"
  | "skip"
  | "read-items"
  | "judge-items"
  | "wait-items"
  | "give-up-items"
  | "check-items"
  | "refuse-items"
  | "run"
  | "take"
  | "item"
  | "judge"
  | "wait"
  | "give-up"
  | "rethrow";

const AFFIXES = {
  guard: ["Run ", "?"],
  "take-places": ["Take places for ", ""],
  "give-places": ["Give back places of ", ""],
  "keep-places": ["Keep places of ", ""],
  skip: ["Skip ", ""],
  "read-items": ["Read items of ", ""],
  "judge-items": ["Judge items of ", ""],
  "wait-items": ["Wait for items of ", ""],
  "give-up-items": ["Give up items of ", ""],
  "check-items": ["Check items of ", ""],
  "refuse-items": ["Refuse items of ", ""],
  run: ["", ""],
  take: ["Take item of ", ""],
  item: ["Item of ", ""],
  judge: ["After ", " failed"],
  wait: ["Wait before ", " again"],
  "give-up": ["Give up ", ""],
  rethrow: ["Fail ", ""],
} as const satisfies Record<StateRole, readonly [string, string]>;

/** The name of a step's state. */
export function stateName(role: StateRole, step: string): string {
  const [before, after] = AFFIXES[role];
  return `${before}${step}${after}`;
}

/** The name of the n-th Parallel, counted from 1. */
export function parallelName(number: number): string {
  return `Parallel ${number}`;
}

/** The step that a state belongs to, and what it does for it; undefined for states of no step. */
export function stepOfState(name: string): { step: string; role: StateRole } | undefined {
  if (!name.includes(" ")) return { step: name, role: "run" };
  for (const [role, [before, after]] of Object.entries(AFFIXES)) {
    if (before === "" || !name.startsWith(before) || !name.endsWith(after)) continue;
    const step = name.slice(before.length, name.length - after.length);
    if (step !== "" && !step.includes(" ")) return { step, role: role as StateRole };
  }
  return undefined;
}

/** Errors that a compiled pipeline fails with by itself. */
export const INVALID_INPUT = "Esteira.InvalidInput";
export const INVALID_ITEMS = "Esteira.InvalidItems";

/** What a run gives that ended at once because an earlier one was still going. */
export const SKIPPED_OUTPUT = { esteira: "skipped" } as const;
