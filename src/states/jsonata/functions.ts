import { createHash } from "node:crypto";
import jsonata from "jsonata";
import type { Scope } from "../machine.ts";
import { QueryError } from "./query-error.ts";
import { javaNumbers } from "../engine/random.ts";
import { own } from "../own.ts";

/** Under this name an evaluation finds its scope. No expression can say it. */
export const scopeKey = "\u0000scope";

type Focus = { readonly environment: { lookup(name: string): unknown } };

/**
 * Gives an expression the functions that AWS adds to JSONata, and those that it changes so that a
 * run can be repeated. https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export function addFunctions(expression: jsonata.Expression): void {
  const add = (
    name: string,
    signature: string,
    run: (focus: Focus, ...args: never[]) => unknown,
  ): void => {
    expression.registerFunction(
      name,
      function (this: unknown, ...args: unknown[]) {
        return run(this as Focus, ...(args as never[]));
      },
      signature,
    );
  };
  add("now", "<s?s?:s>", (focus, picture?: string, zone?: string) => {
    const format = focus.environment.lookup("fromMillis") as {
      implementation(this: Focus, at: number, picture?: string, zone?: string): string;
    };
    return format.implementation.call(focus, scopeOf(focus).now(), picture, zone);
  });
  add("toMillis", "<s-s?:n>", (_focus, text?: string, picture?: string) => toMillis(text, picture));
  add("millis", "<:n>", (focus) => scopeOf(focus).now());
  add("random", "<n?:n>", (focus, seed?: number) =>
    seed === undefined ? scopeOf(focus).random() : javaNumbers(seed).double(),
  );
  add("uuid", "<:s>", (focus) => scopeOf(focus).uuid());
  add("partition", "<an:a>", (_focus, array?: unknown[], size?: number) => partition(array, size));
  add("range", "<nnn:a>", (_focus, first?: number, last?: number, step?: number) =>
    range(first, last, step),
  );
  add("hash", "<ss:s>", (_focus, text?: string, algorithm?: string) => hash(text, algorithm));
  add("parse", "<s:x>", (_focus, text?: string) => parse(text));
  add("eval", "<x?x?:x>", () => {
    throw new QueryError("T1006", "Attempted to invoke a non-function");
  });
}

function scopeOf(focus: Focus): Scope {
  return focus.environment.lookup(scopeKey) as Scope;
}

/**
 * The library's own pattern of a timestamp takes time with the square of the text's length. This
 * one takes the same texts (what its first part may repeat, its second may as well), and once.
 */
const timestamp = /^\d{4}(-[0-3]\d)*(T[0-2]\d:[0-5]\d:[0-5]\d)*(\.\d+)?([+-][0-2]\d:?[0-5]\d|Z)?$/;

/** @returns milliseconds since the epoch; undefined for no text */
function toMillis(text?: string, picture?: string): unknown {
  if (text === undefined) return undefined;
  if (picture !== undefined) {
    return jsonata("$toMillis($text, $picture)").evaluate(undefined, { text, picture });
  }
  if (!timestamp.test(text)) throw new QueryError("D3110", "no ISO 8601 timestamp", text);
  return Date.parse(text);
}

function partition(array?: readonly unknown[], size?: number): unknown[][] | undefined {
  if (array === undefined || size === undefined) return undefined;
  const length = Math.trunc(size);
  if (length < 1) throw new QueryError("D3141", "The chunk size must be a positive number");
  const chunks: unknown[][] = [];
  for (let from = 0; from < array.length; from += length) {
    chunks.push(array.slice(from, from + length));
  }
  return chunks;
}

function range(first?: number, last?: number, step?: number): number[] | number | undefined {
  if (first === undefined || last === undefined || step === undefined) return undefined;
  if (step === 0) throw new QueryError("D3141", "The step of the range must not be 0");
  const numbers: number[] = [];
  const count = Math.floor((last - first) / step) + 1;
  if (count > 1000) {
    throw new QueryError("D3141", "The range must not contain more than 1000 elements");
  }
  for (let index = 0; index < count; index += 1) numbers.push(first + index * step);
  // On AWS it gives a sequence, and a sequence of one is its value.
  return numbers.length === 1 ? numbers[0] : numbers;
}

const algorithms: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

function hash(text?: string, algorithm?: string): string | undefined {
  if (text === undefined) return undefined;
  const name = own(algorithms, algorithm ?? "");
  if (name === undefined) {
    throw new QueryError("D3141", `Unsupported hash algorithm: ${String(algorithm)}`);
  }
  return createHash(name).update(text).digest("hex");
}

function parse(text?: string): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new QueryError("D3141", "The argument of the parse function must be valid JSON");
  }
}
