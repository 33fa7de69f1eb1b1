import fc from "fast-check";
import { jsonpath } from "json-p3";
import { JSONPath } from "jsonpath-plus";
import { describe, expect, test } from "vitest";
import type { Json } from "../../src/core/json.ts";
import { evaluatePath } from "../../src/states/jsonpath/evaluate.ts";
import { parsePath } from "../../src/states/jsonpath/parse.ts";

/**
 * Filters of the part of the language that all dialects of JSONPath have in common, with blanks
 * anywhere or nowhere, put to ours and to two other implementations. `k` and `name` are there in
 * every item, `j` in some.
 */
const items = fc.array(
  fc.record(
    {
      k: fc.integer({ min: -2, max: 3 }),
      name: fc.constantFrom("ann", "bob", "a b", "it's"),
      j: fc.integer({ min: 1, max: 3 }),
      deep: fc.constant({ a: { b: 2 } }),
    },
    { requiredKeys: ["k", "name"] },
  ),
  { maxLength: 6 },
);

const blank = fc.constantFrom("", "", " ", "  ");
const sign = fc.constantFrom("==", "!=", "<", "<=", ">", ">=");
const equality = fc.constantFrom("==", "!=");
const number = fc.integer({ min: -2, max: 3 }).map(String);
const text = fc.oneof(
  fc.constantFrom("ann", "bob", "a b").map((one) => `'${one}'`),
  fc.constantFrom("ann", "bob", "it's").map((one) => `"${one}"`),
);
const always = fc.constantFrom("@.k", "@['k']", "$.b[1]", "$['b'][0]");
const sometimes = fc.constantFrom("@.j", '@["j"]');

const comparison = fc.oneof(
  fc.tuple(always, sign, fc.oneof(number, always)),
  fc.tuple(number, sign, always),
  fc.tuple(sometimes, equality, number),
  fc.tuple(number, equality, sometimes),
  fc.tuple(fc.constantFrom("@.name", "@['name']"), sign, text),
  fc.tuple(text, equality, fc.constant("@.name")),
);

/** Parts of a filter that blanks may be between. */
type Parts = readonly string[];

/**
 * @param existence with parts that ask whether something is there, on which one of the others goes
 * by truth
 */
function filters(existence: boolean): fc.Arbitrary<Parts> {
  const there = fc.constantFrom(["@.j"], ["!", "@.j"], ["@.deep.a"], ["!", "@['deep']"]);
  const { filter } = fc.letrec<{ filter: Parts; unary: Parts; and: Parts }>((tie) => ({
    unary: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      comparison as fc.Arbitrary<Parts>,
      ...(existence ? [there as fc.Arbitrary<Parts>] : []),
      tie("filter").map((inner) => ["(", ...inner, ")"]),
      tie("filter").map((inner) => ["!", "(", ...inner, ")"]),
    ),
    and: fc
      .array(tie("unary"), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.flatMap((part, at) => (at === 0 ? part : ["&&", ...part]))),
    filter: fc
      .array(tie("and"), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.flatMap((part, at) => (at === 0 ? part : ["||", ...part]))),
  }));
  return filter;
}

function written(parts: fc.Arbitrary<Parts>): fc.Arbitrary<string> {
  return parts.chain((some) =>
    fc
      .array(blank, { minLength: some.length + 1, maxLength: some.length + 1 })
      .map((blanks) => some.map((part, at) => `${blanks[at] ?? ""}${part}`).join("")),
  );
}

function ours(filter: string, document: Json): Json {
  const parsed = parsePath(`$.e[?(${filter})]`);
  if (!parsed.ok) throw new Error(`${filter}: ${parsed.error}`);
  return evaluatePath(parsed.value, document) as Json;
}

describe("filters with blanks or without, against other implementations", () => {
  test("json-p3", () => {
    fc.assert(
      fc.property(written(filters(true)), items, (filter, e) => {
        const document = { b: [1, 2], e };
        const theirs = jsonpath.query(`$.e[?(${filter})]`, document).values();
        expect(ours(filter, document)).toEqual(theirs);
      }),
      { numRuns: 500 },
    );
  });

  test("jsonpath-plus", () => {
    fc.assert(
      fc.property(written(filters(false)), items, (filter, e) => {
        const document = { b: [1, 2], e };
        const path = `$.e[?(${filter.replaceAll("$", "@root")})]`;
        const theirs: unknown = JSONPath({ path, json: document, eval: "safe" });
        expect(ours(filter, document)).toEqual(theirs);
      }),
      { numRuns: 500 },
    );
  });
});
