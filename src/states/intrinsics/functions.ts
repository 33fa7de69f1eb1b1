import { createHash } from "node:crypto";
import { canonicalJson, isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { javaNumbers } from "../engine/random.ts";
import { sameJson } from "../engine/tape.ts";
import type { Scope } from "../machine.ts";
import { format } from "./format.ts";
import { maxNesting, nestsTooDeep } from "../nesting.ts";
import { own } from "../own.ts";

/** Why a function can't do with its arguments. */
export class BadArgument {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Where functions that draw lots get them from. */
export type Draws = Pick<Scope, "random" | "uuid">;

export interface Intrinsic {
  /** How many arguments it takes. */
  readonly least: number;
  readonly most: number;
  readonly run: (args: readonly Json[], scope: Draws) => Json | BadArgument;
}

type Run = Intrinsic["run"];

function takes(least: number, most: number, run: Run): Intrinsic {
  return { least, most, run };
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
export const intrinsics: Readonly<Record<string, Intrinsic | undefined>> = {
  "States.Array": takes(0, Infinity, (args) => args),
  "States.ArrayPartition": takes(2, 2, ([array, size]) => partition(array, size)),
  "States.ArrayContains": takes(2, 2, ([array, wanted]) =>
    Array.isArray(array)
      ? (array as readonly Json[]).some((item) => sameJson(item, wanted))
      : notArray(),
  ),
  "States.ArrayRange": takes(3, 3, ([first, last, step]) => range(first, last, step)),
  "States.ArrayGetItem": takes(2, 2, ([array, index]) => getItem(array, index)),
  "States.ArrayLength": takes(1, 1, ([array]) =>
    Array.isArray(array) ? array.length : notArray(),
  ),
  "States.ArrayUnique": takes(1, 1, ([array]) => unique(array)),
  "States.Base64Encode": takes(1, 1, ([text]) =>
    shortText(text, (value) => Buffer.from(value).toString("base64")),
  ),
  "States.Base64Decode": takes(1, 1, ([text]) => shortText(text, decodeBase64)),
  "States.Hash": takes(2, 2, ([data, algorithm]) => hash(data, algorithm)),
  "States.JsonMerge": takes(3, 3, ([left, right, deep]) => merge(left, right, deep)),
  "States.StringToJson": takes(1, 1, ([text]) => stringToJson(text)),
  "States.JsonToString": takes(1, 1, ([value]) => JSON.stringify(value)),
  "States.MathRandom": takes(2, 3, ([first, last, seed], scope) =>
    mathRandom(first, last, seed, scope),
  ),
  "States.MathAdd": takes(2, 2, ([a, b]) =>
    typeof a === "number" && typeof b === "number"
      ? rounded(a) + rounded(b)
      : new BadArgument("The arguments must be numbers"),
  ),
  "States.StringSplit": takes(2, 2, ([text, splitters]) => split(text, splitters)),
  "States.UUID": takes(0, 0, (_args, scope) => scope.uuid()),
  "States.Format": takes(1, Infinity, ([template, ...values]) =>
    typeof template === "string"
      ? (format(template, values) ??
        new BadArgument("The number of arguments does not match the number of {} in the template"))
      : notText(),
  ),
};

function notArray(): BadArgument {
  return new BadArgument("The first argument must be an array");
}

function notText(): BadArgument {
  return new BadArgument("The first argument must be a string");
}

/** Halves go up, also below zero. */
function rounded(value: number): number {
  return Math.floor(value + 0.5) + 0;
}

function partition(array: Json | undefined, size: Json | undefined): Json | BadArgument {
  if (!Array.isArray(array)) return notArray();
  if (typeof size !== "number" || rounded(size) < 1) {
    return new BadArgument("The chunk size must be a positive integer");
  }
  const length = rounded(size);
  const chunks: Json[] = [];
  for (let from = 0; from < array.length; from += length) {
    chunks.push(array.slice(from, from + length) as Json[]);
  }
  return chunks;
}

/** Elements that `States.ArrayRange` makes at most. */
const maxRange = 1000;

function range(
  first: Json | undefined,
  last: Json | undefined,
  step: Json | undefined,
): Json | BadArgument {
  if (typeof first !== "number" || typeof last !== "number" || typeof step !== "number") {
    return new BadArgument("The arguments must be numbers");
  }
  const [from, to, by] = [rounded(first), rounded(last), rounded(step)];
  if (by === 0) return new BadArgument("The step must not be 0");
  const count = Math.max(0, Math.floor((to - from) / by) + 1);
  if (count > maxRange) {
    return new BadArgument(`The array must not have more than ${maxRange} elements`);
  }
  return Array.from({ length: count }, (_, index) => from + index * by);
}

function getItem(array: Json | undefined, index: Json | undefined): Json | BadArgument {
  if (!Array.isArray(array)) return notArray();
  if (typeof index !== "number") return new BadArgument("The index must be a number");
  const item = index < 0 ? undefined : (array as readonly Json[])[rounded(index)];
  return item ?? (rounded(index) < array.length && index >= 0 ? null : outOfBounds());
}

function outOfBounds(): BadArgument {
  return new BadArgument("The index is out of the bounds of the array");
}

function unique(array: Json | undefined): Json | BadArgument {
  if (!Array.isArray(array)) return notArray();
  const kept = new Map<string, Json>();
  for (const item of array as readonly Json[]) {
    const key = canonicalJson(item);
    if (!kept.has(key)) kept.set(key, item);
  }
  return [...kept.values()];
}

/** Characters that the encoding functions take at most. */
const maxText = 10_000;

function shortText(
  text: Json | undefined,
  use: (text: string) => Json | BadArgument,
): Json | BadArgument {
  if (typeof text !== "string") return notText();
  if (text.length > maxText) {
    return new BadArgument(`The argument must not be longer than ${maxText} characters`);
  }
  return use(text);
}

function decodeBase64(text: string): Json | BadArgument {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 === 1) {
    return new BadArgument("The argument is not valid Base64");
  }
  return Buffer.from(text, "base64").toString("utf8");
}

const algorithms: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

function hash(data: Json | undefined, algorithm: Json | undefined): Json | BadArgument {
  const name = typeof algorithm === "string" ? own(algorithms, algorithm) : undefined;
  if (name === undefined) return new BadArgument("The hash algorithm is not supported");
  const text = typeof data === "string" ? data : JSON.stringify(data ?? null);
  if (text.length > maxText) {
    return new BadArgument(`The data must not be longer than ${maxText} characters`);
  }
  return createHash(name).update(text).digest("hex");
}

function merge(
  left: Json | undefined,
  right: Json | undefined,
  deep: Json | undefined,
): Json | BadArgument {
  if (!isJsonObject(left) || !isJsonObject(right)) {
    return new BadArgument("The first two arguments must be JSON objects");
  }
  if (deep !== false) return new BadArgument("Deep merging is not supported");
  const merged: JsonObject = { ...left, ...right };
  return merged;
}

function stringToJson(text: Json | undefined): Json | BadArgument {
  if (typeof text !== "string") return notText();
  if (text.trim() === "") return null;
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return new BadArgument("The argument is not valid JSON");
  }
  return nestsTooDeep(value)
    ? new BadArgument(`The argument nests deeper than ${maxNesting} levels`)
    : value;
}

function mathRandom(
  first: Json | undefined,
  last: Json | undefined,
  seed: Json | undefined,
  scope: Draws,
): Json | BadArgument {
  if (typeof first !== "number" || typeof last !== "number") {
    return new BadArgument("The start and the end of the range must be numbers");
  }
  if (seed !== undefined && typeof seed !== "number") {
    return new BadArgument("The seed must be a number");
  }
  const [from, to] = [rounded(first), rounded(last)];
  if (to <= from) return new BadArgument("The start of the range must be less than its end");
  const drawn = seed === undefined ? scope.random() : javaNumbers(seed).double();
  return from + Math.floor(drawn * (to - from));
}

function split(text: Json | undefined, splitters: Json | undefined): Json | BadArgument {
  if (typeof text !== "string" || typeof splitters !== "string") {
    return new BadArgument("The arguments must be strings");
  }
  if (splitters === "") return [text];
  const ends = new Set(splitters);
  // Each character of the second argument splits; what lies between two of them is left out when it
  // is empty.
  const parts: string[] = [];
  let part = "";
  for (const character of text) {
    if (ends.has(character)) {
      if (part !== "") parts.push(part);
      part = "";
    } else {
      part += character;
    }
  }
  if (part !== "") parts.push(part);
  return parts;
}
