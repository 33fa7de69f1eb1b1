import type jsonata from "jsonata";
import { excessMessages } from "../elsewhere/excess.ts";

/** What AWS says about an expression that goes deeper than it lets one go. */
export const tooDeep =
  "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.";

/** Evaluations within evaluations that AWS allows. */
const maxDepth = 100;
/**
 * Stands for AWS's time limit, but doesn't depend on the machine's speed: a replay must fail where
 * the first run failed.
 */
const maxSteps = 1_000_000;

/** Under this name an evaluation finds its counts. No expression can say it. */
const countsKey = "\u0000counts";

interface Counts {
  depth: number;
  steps: number;
}

class OutOfBounds extends Error {}

/** The message of an expression that was stopped; undefined for any other error. */
export function boundOf(error: unknown): string | undefined {
  return error instanceof OutOfBounds ? error.message : undefined;
}

/**
 * Makes an expression count its depth and its steps, and stop past AWS's bounds. Counting costs as
 * much as evaluating, so expressions that are not deep and define no function, and so can't run
 * away, go without.
 *
 * @returns what each evaluation's bindings need
 */
export function boundExpression(expression: jsonata.Expression): () => Record<string, unknown> {
  if (!canRunAway(expression.ast(), 0)) return () => ({});
  onEvent(expression, "jsonata.__evaluate_entry", (counts) => {
    counts.depth += 1;
    counts.steps += 1;
    if (counts.depth > maxDepth) stop(tooDeep);
    if (counts.steps > maxSteps) stop(excessMessages.time);
  });
  onEvent(expression, "jsonata.__evaluate_exit", (counts) => {
    counts.depth -= 1;
  });
  return () => ({ [countsKey]: { depth: 0, steps: 0 } satisfies Counts });
}

function onEvent(
  expression: jsonata.Expression,
  event: string,
  run: (counts: Counts) => void,
): void {
  // The library looks its events up by symbol; its types know names only.
  expression.assign(
    Symbol.for(event) as unknown as string,
    (_expr: unknown, _input: unknown, environment: jsonata.Environment) => {
      const counts: unknown = environment.lookup(countsKey);
      if (counts !== undefined) run(counts as Counts);
    },
  );
}

function stop(message: string): never {
  throw new OutOfBounds(message);
}

function canRunAway(node: unknown, depth: number): boolean {
  if (typeof node !== "object" || node === null) return false;
  if (depth > maxDepth / 2) return true;
  if ((node as { type?: unknown }).type === "lambda") return true;
  return Object.values(node).some((child) =>
    canRunAway(child, Array.isArray(node) ? depth : depth + 1),
  );
}
