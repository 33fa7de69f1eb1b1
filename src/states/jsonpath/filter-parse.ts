import type { Filter, Operand, PathStep } from "./path.ts";
import { expect, parseLiteral, PathSyntax, skipSpace, type Reader } from "./reader.ts";

/** Reads the steps of a path inside a filter. */
type Steps = (reader: Reader) => PathStep[];

const operators = [
  "===",
  "==",
  "!=",
  "<=",
  ">=",
  "=~",
  "<",
  ">",
  "in",
  "nin",
  "subsetof",
  "anyof",
  "noneof",
  "contains",
  "size",
  "empty",
];

/** Reads a filter's condition, without the parentheses around it. */
export function parseFilter(reader: Reader, steps: Steps): Filter {
  const parts = [parseAnd(reader, steps)];
  while (take(reader, "||")) parts.push(parseAnd(reader, steps));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: "or", parts };
}

function parseAnd(reader: Reader, steps: Steps): Filter {
  const parts = [parseUnary(reader, steps)];
  while (take(reader, "&&")) parts.push(parseUnary(reader, steps));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: "and", parts };
}

function parseUnary(reader: Reader, steps: Steps): Filter {
  if (take(reader, "!")) return { kind: "not", part: parseUnary(reader, steps) };
  if (take(reader, "(")) {
    const inner = parseFilter(reader, steps);
    skipSpace(reader);
    expect(reader, ")");
    return inner;
  }
  const left = parseOperand(reader, steps);
  skipSpace(reader);
  const rest = reader.text.slice(reader.at);
  const operator = operators.find(
    (one) => rest.startsWith(one) && (!/^[a-z]/.test(one) || /^\W/.test(rest.slice(one.length))),
  );
  if (operator === undefined) {
    if (left.kind !== "path") throw new PathSyntax(`An operator is missing at ${reader.at}`);
    return { kind: "exists", path: left.path };
  }
  reader.at += operator.length;
  skipSpace(reader);
  return { kind: "compare", operator, left, right: parseOperand(reader, steps) };
}

function parseOperand(reader: Reader, steps: Steps): Operand {
  skipSpace(reader);
  const next = reader.text[reader.at];
  if (next === "@" || next === "$") {
    reader.at += 1;
    return { kind: "path", path: { fromItem: next === "@", steps: steps(reader) } };
  }
  if (next === "/") return parsePattern(reader);
  if (next === "[") return { kind: "value", value: parseList(reader) };
  return { kind: "value", value: parseLiteral(reader) };
}

function parseList(reader: Reader): ReturnType<typeof parseLiteral> {
  expect(reader, "[");
  const items: ReturnType<typeof parseLiteral>[] = [];
  skipSpace(reader);
  while (reader.text[reader.at] !== "]") {
    items.push(parseLiteral(reader));
    skipSpace(reader);
    if (reader.text[reader.at] === ",") reader.at += 1;
    else if (reader.text[reader.at] !== "]") throw new PathSyntax(`']' is missing at ${reader.at}`);
    skipSpace(reader);
  }
  reader.at += 1;
  return items;
}

function parsePattern(reader: Reader): Operand {
  const match = /^\/((?:[^/\\]|\\.)*)\/([a-z]*)/.exec(reader.text.slice(reader.at));
  if (match === null) throw new PathSyntax(`A pattern is not closed at ${reader.at}`);
  reader.at += match[0].length;
  try {
    const flags = (match[2] ?? "").replaceAll(/[^imsu]/g, "");
    return { kind: "pattern", pattern: new RegExp(`^(?:${match[1] ?? ""})$`, flags) };
  } catch {
    throw new PathSyntax(`Not a regular expression: ${match[0]}`);
  }
}

function take(reader: Reader, token: string): boolean {
  skipSpace(reader);
  if (!reader.text.startsWith(token, reader.at)) return false;
  reader.at += token.length;
  return true;
}
