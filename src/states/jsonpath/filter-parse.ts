import type { Filter, FilterPath, Operand, PathStep } from "./path.ts";
import { parsePattern, parseValue } from "./literal.ts";
import { expect, nested, PathSyntax, skipSpace, type Reader } from "./reader.ts";

/** Reads the steps of a path inside a filter. */
type Steps = (reader: Reader) => PathStep[];

/** Comparisons that are written with signs. */
const signs: ReadonlySet<string> = new Set(["==", "===", "!=", "!==", "<", "<=", ">", ">=", "=~"]);

/** Comparisons that are written as words, in any case, with a blank behind them. */
const words: ReadonlySet<string> = new Set([
  "in",
  "nin",
  "subsetof",
  "anyof",
  "noneof",
  "contains",
  "size",
  "empty",
]);

/**
 * Reads a filter's condition, without the parentheses around it. The grammar is that of Jayway
 * JsonPath, which AWS uses:
 *
 *     or      = and { "||" and }
 *     and     = unary { "&&" unary }
 *     unary   = "!" unary | "(" or ")" | compare
 *     compare = [ "!" ] path | operand operator operand
 *
 * Blanks may be between any two of its parts, or nowhere but after operators that are words. One
 * thing differs: in `@.a&&@.b` the name ends at `&&`, where Jayway takes the rest for a part of the
 * name.
 */
export function parseFilter(reader: Reader, steps: Steps): Filter {
  return nested(reader, () => {
    const parts = [parseAnd(reader, steps)];
    while (take(reader, "||")) parts.push(parseAnd(reader, steps));
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: "or", parts };
  });
}

function parseAnd(reader: Reader, steps: Steps): Filter {
  const parts = [parseUnary(reader, steps)];
  while (take(reader, "&&")) parts.push(parseUnary(reader, steps));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: "and", parts };
}

function parseUnary(reader: Reader, steps: Steps): Filter {
  let negations = 0;
  while (take(reader, "!")) {
    skipSpace(reader);
    if (startsPath(reader)) return negatedTimes(parseNegatedPath(reader, steps), negations);
    negations += 1;
  }
  if (!take(reader, "(")) return negatedTimes(parseComparison(reader, steps), negations);
  const inner = parseFilter(reader, steps);
  skipSpace(reader);
  expect(reader, ")");
  return negatedTimes(inner, negations);
}

function negatedTimes(part: Filter, negations: number): Filter {
  return negations % 2 === 1 ? { kind: "not", part } : part;
}

/**
 * `!@.a` asks whether a path leads nowhere. Before a comparison, as in `!@.a == 1`, AWS's engine
 * passes over the sign.
 */
function parseNegatedPath(reader: Reader, steps: Steps): Filter {
  const filter = parseComparison(reader, steps);
  return filter.kind === "exists" ? { kind: "not", part: filter } : filter;
}

function parseComparison(reader: Reader, steps: Steps): Filter {
  const left = parseOperand(reader, steps);
  const operator = takeOperator(reader);
  if (operator === undefined) {
    if (left.kind !== "path") throw new PathSyntax(`An operator is missing at ${reader.at}`);
    return { kind: "exists", path: left.path };
  }
  return { kind: "compare", operator, left, right: parseOperand(reader, steps) };
}

/** The comparison that follows; undefined, with nothing read, where none does. */
function takeOperator(reader: Reader): string | undefined {
  skipSpace(reader);
  const written = /[<>=~!]+|[a-z]+(?= |$)/iy;
  written.lastIndex = reader.at;
  const found = written.exec(reader.text)?.[0].toLowerCase();
  if (found === undefined) return undefined;
  if (!signs.has(found) && !words.has(found)) {
    throw new PathSyntax(`'${found}' at ${reader.at} is not an operator`);
  }
  reader.at += found.length;
  return found;
}

function startsPath(reader: Reader): boolean {
  const next = reader.text[reader.at];
  return next === "@" || next === "$";
}

function parseOperand(reader: Reader, steps: Steps): Operand {
  skipSpace(reader);
  if (startsPath(reader)) return { kind: "path", path: parsePath(reader, steps) };
  if (reader.text[reader.at] === "/") return { kind: "pattern", pattern: parsePattern(reader) };
  return { kind: "value", value: parseValue(reader) };
}

function parsePath(reader: Reader, steps: Steps): FilterPath {
  const fromItem = reader.text[reader.at] === "@";
  reader.at += 1;
  return { fromItem, steps: steps(reader) };
}

function take(reader: Reader, token: string): boolean {
  skipSpace(reader);
  if (!reader.text.startsWith(token, reader.at)) return false;
  reader.at += token.length;
  return true;
}
