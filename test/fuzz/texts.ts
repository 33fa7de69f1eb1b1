import fc from "fast-check";

import type { Json } from "../../src/core/json.ts";
import type { Entry } from "./entries.ts";

const hostileWords = ["constructor", "__proto__", "toString", ""];
const signs = [
  ..."{ } [ ] ( ) \" ' ` | > \\ $ ! * , # &a *a {% %}".split(" "),
  ..."\n|\r|\r\n|\t| |: |- |\u0000|\u001B[2J|\u0085|\u2028|\u202E|\uD800|\uFEFF".split("|"),
];

/** Texts that come near to what is expected, and some that don't. */
export function texts({ words, samples }: Entry): fc.Arbitrary<string> {
  const word = fc.constantFrom(...words, ...hostileWords);
  const json = jsonOf(word);
  const asText = fc
    .array(fc.oneof(word, fc.constantFrom(...signs), fc.string({ maxLength: 5 })), {
      maxLength: 40,
    })
    .map((parts) => parts.join(""));
  const sample = fc.constantFrom(...samples);
  const written = sample.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
  return fc.oneof(
    json.map((value) => JSON.stringify(value)),
    asText,
    fc.string({ unit: "binary" }),
    { weight: 3, arbitrary: fc.tuple(sample, fc.nat(), json).map(withOtherPart) },
    { weight: 2, arbitrary: fc.tuple(written, fc.nat(), fc.nat(9), asText).map(withOtherText) },
  );
}

function jsonOf(word: fc.Arbitrary<string>): fc.Arbitrary<Json> {
  const plain = fc.constantFrom<Json>(null, true, 0, -1, 1.5, 1e308, [], {});
  const { json } = fc.letrec<{ json: Json; object: Json }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 5 },
      fc.oneof(word, plain, fc.string()),
      fc.array(tie("json"), { maxLength: 4 }),
      tie("object"),
    ),
    object: fc
      .array(fc.tuple(word, tie("json")), { maxLength: 5 })
      .map((fields) => Object.fromEntries(fields)),
  }));
  return json;
}

/** One of the parts of a valid document, whichever, is something else. */
function withOtherPart([sample, at, other]: [Json, number, Json]): string {
  let count = 0;
  const walk = (value: Json, change: number): Json => {
    if (count++ === change) return other;
    if (Array.isArray(value)) return value.map((item: Json) => walk(item, change));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, walk(item, change)]),
    );
  };
  walk(sample, -1);
  const parts = count;
  count = 0;
  return JSON.stringify(walk(sample, at % parts));
}

/** A valid text in which a few characters are something else. */
function withOtherText([sample, at, length, other]: [string, number, number, string]): string {
  const from = at % (sample.length + 1);
  return sample.slice(0, from) + other + sample.slice(from + length);
}
