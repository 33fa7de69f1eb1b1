import vm from "node:vm";

import { expect, test } from "vitest";

import { threadMs } from "../../src/core/fixtures/thread-time.ts";
import { adversaries, type Expression, expressionsIn } from "./expressions.ts";

const root = new URL("../../", import.meta.url).pathname;
const longestMs = 50;
/** What is slow by itself is slow each time; who pauses for garbage isn't. */
const tries = 4;

/** One for all: making one takes longer than most expressions do. */
const context = vm.createContext({ now: threadMs });
const script = new vm.Script(`texts.map((text) => {
  const from = now();
  if (expression.flags.includes("g")) text.replaceAll(expression, "");
  else expression.exec(text);
  return now() - from;
})`);

/** How long the expression takes for each, or undefined where all take more than `mostMs`. */
function timesOf(
  expression: RegExp,
  texts: readonly string[],
  mostMs: number,
): readonly number[] | undefined {
  Object.assign(context, { expression, texts });
  try {
    // Interrupted from outside: nothing else ends a match.
    return script.runInContext(context, { timeout: mostMs }) as number[];
  } catch {
    return undefined;
  }
}

/**
 * The longest that the expression takes for one of the texts, and for which; at most `mostMs`.
 */
function worst(
  { source, flags }: Expression,
  texts: readonly string[],
  mostMs: number,
): [ms: number, text: string] {
  const expression = new RegExp(source, flags);
  let found = texts.map((text) => ({ text, ms: Infinity }));
  // Only those that were slow are tried again.
  for (let tried = 0; tried < tries; tried += 1) {
    const times = timesOf(
      expression,
      found.map(({ text }) => text),
      mostMs,
    );
    if (times === undefined) return [mostMs, "one of them"];
    found = found
      .map(({ text, ms }, at) => ({ text, ms: Math.min(ms, times[at] ?? Infinity) }))
      .toSorted((one, other) => other.ms - one.ms);
    const slow = found.filter(({ ms }) => ms > longestMs);
    if (slow.length === 0) break;
    found = slow;
  }
  const [{ ms, text } = { ms: 0, text: "" }] = found;
  return [ms, text];
}

/** What an expression is slow for, shortest first: where it is, how long it took. */
function slowness(expression: Expression, mostMs = 2000): string | undefined {
  for (const size of [30, 400, 20_000]) {
    const [ms, text] = worst(expression, adversaries(expression, size), mostMs);
    if (ms > longestMs) return `${Math.round(ms)} ms for ${size} characters`;
    if (size < 20_000) continue;
    const [longMs] = worst(expression, [text.repeat(5)], mostMs);
    if (longMs > longestMs) return `${Math.round(longMs)} ms for 100,000 characters`;
  }
  return undefined;
}

test("no regular expression of the sources takes longer than 50 ms for 100 kB, whatever they are", () => {
  const bySource = Map.groupBy(
    expressionsIn(root, "src"),
    ({ source, flags }) => `/${source}/${flags}`,
  );
  expect(bySource.size).toBeGreaterThan(300);
  const slow = [...bySource].flatMap(([written, [first, ...others]]) => {
    const why = first && slowness(first);
    const places = [first, ...others].map((one) => one?.place).join(", ");
    return why === undefined ? [] : [`${places} ${written}: ${why}`];
  });
  expect(slow).toEqual([]);
}, 240_000);

test("it would find one", () => {
  const at = (source: string, flags = "") => slowness({ place: "here", source, flags }, 500);
  expect(at("\\r+$")).toMatch(/ms for/);
  expect(at("^(a+)+$")).toMatch(/ms for/);
  expect(at("^\\s*FROM", "m")).toMatch(/ms for/);
  expect(at("<([^>]+)>")).toMatch(/ms for/);
  expect(at("(?<!\\r)\\r+$")).toBeUndefined();
}, 60_000);
