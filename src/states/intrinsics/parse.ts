import type { Json } from "../../core/json.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { parsePath } from "../jsonpath/parse.ts";
import type { Path } from "../jsonpath/path.ts";

/** An argument of an intrinsic call. */
export type Argument =
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "call"; readonly call: Call };

export interface Call {
  /** As it was written. */
  readonly text: string;
  /** `States.Format` */
  readonly name: string;
  readonly arguments: readonly Argument[];
}

interface Reader {
  readonly text: string;
  at: number;
}

/**
 * Calls within calls, at most.
 * https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
 */
const maxDepth = 10;

/**
 * Parses `States.Name(argument, …)`; arguments are paths, numbers, `true`, `false`, `null`, texts
 * in single quotes, and calls.
 */
export function parseIntrinsic(text: string): Result<Call, string> {
  const reader: Reader = { text, at: 0 };
  const call = parseCall(reader, 0);
  if (typeof call === "string") return err(call);
  skipSpace(reader);
  return reader.at === text.length ? ok(call) : err(`Unexpected text at ${reader.at}`);
}

function parseCall(reader: Reader, depth: number): Call | string {
  if (depth > maxDepth) return `More than ${maxDepth} nested calls`;
  skipSpace(reader);
  const start = reader.at;
  const name = /^States\.[A-Za-z0-9]+/.exec(reader.text.slice(start))?.[0];
  if (name === undefined) return `A function's name is missing at ${start}`;
  reader.at += name.length;
  skipSpace(reader);
  if (reader.text[reader.at] !== "(") return `'(' is missing at ${reader.at}`;
  reader.at += 1;
  const args: Argument[] = [];
  skipSpace(reader);
  if (reader.text[reader.at] === ")") {
    reader.at += 1;
  } else {
    for (;;) {
      const argument = parseArgument(reader, depth);
      if (typeof argument === "string") return argument;
      args.push(argument);
      skipSpace(reader);
      const next = reader.text[reader.at];
      reader.at += 1;
      if (next === ")") break;
      if (next !== ",") return `',' or ')' is missing at ${reader.at - 1}`;
    }
  }
  return { text: reader.text.slice(start, reader.at), name, arguments: args };
}

function parseArgument(reader: Reader, depth: number): Argument | string {
  skipSpace(reader);
  const next = reader.text[reader.at];
  if (next === "'") return parseText(reader);
  if (next === "$") return parsePathArgument(reader);
  const rest = reader.text.slice(reader.at);
  const word = /^(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=[\s,)])/.exec(rest)?.[0];
  if (word !== undefined) {
    reader.at += word.length;
    return { kind: "value", value: JSON.parse(word) as Json };
  }
  const call = parseCall(reader, depth + 1);
  return typeof call === "string" ? call : { kind: "call", call };
}

function parseText(reader: Reader): Argument | string {
  let value = "";
  reader.at += 1;
  for (;;) {
    const next = reader.text[reader.at];
    if (next === undefined) return "A closing quote is missing";
    reader.at += 1;
    if (next === "'") return { kind: "value", value };
    if (next === "\\") {
      const escaped = reader.text[reader.at] ?? "";
      reader.at += 1;
      // An escaped brace stays escaped: States.Format has to distinguish it from a place to fill.
      value +=
        unescaped[escaped] ?? (escaped === "{" || escaped === "}" ? `\\${escaped}` : escaped);
    } else {
      value += next;
    }
  }
}

const unescaped: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/**
 * Reads to the comma or parenthesis that ends the argument; brackets and quotes may hold either.
 */
function parsePathArgument(reader: Reader): Argument | string {
  const { text } = reader;
  const start = reader.at;
  let depth = 0;
  let quote: string | undefined;
  for (; reader.at < text.length; reader.at += 1) {
    const character = text[reader.at] ?? "";
    if (quote !== undefined) {
      if (character === "\\") reader.at += 1;
      else if (character === quote) quote = undefined;
    } else if (depth > 0 && (character === "'" || character === '"')) {
      quote = character;
    } else if (character === "[" || character === "(") {
      depth += 1;
    } else if (character === "]" || (character === ")" && depth > 0)) {
      depth -= 1;
    } else if (depth === 0 && (character === "," || character === ")")) {
      break;
    }
  }
  const path = parsePath(text.slice(start, reader.at).trim());
  return path.ok ? { kind: "path", path: path.value } : path.error;
}

function skipSpace(reader: Reader): void {
  while (/\s/.test(reader.text[reader.at] ?? "")) reader.at += 1;
}
