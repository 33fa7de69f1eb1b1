import { describe, expect, test } from "vitest";
import type { Json } from "../../core/json.ts";
import { evaluatePath, NoValue } from "./evaluate.ts";
import { parsePath } from "./parse.ts";

const document: Json = {
  b: [7, 2],
  wanted: ["x", "y"],
  e: [
    { n: 0, k: 1, name: "ann" },
    { n: 1, k: 2, name: "Bob", tags: ["x"], deep: { a: { b: 2 } } },
    { n: 2, k: "2", name: "it's", tags: [] },
    { n: 3, k: 3, ok: true, none: null, "odd key": 1, "my-key": 2, list: [{ v: 1 }, { v: 2 }] },
  ],
};

/** The numbers of the items that pass, or why the filter doesn't parse. */
function passing(filter: string): readonly Json[] | string {
  const parsed = parsePath(`$.e[?(${filter})].n`);
  if (!parsed.ok) return parsed.error;
  const found = evaluatePath(parsed.value, document);
  return found instanceof NoValue ? found.reason : (found as readonly Json[]);
}

describe("filters without blanks mean what they mean with them", () => {
  test.each<[string, readonly Json[]]>([
    ["@.k==1", [0]],
    ["@.k!=1", [1, 2, 3]],
    ["@.k<2", [0]],
    ["@.k<=2", [0, 1]],
    ["@.k>1", [1, 3]],
    ["@.k>=3", [3]],
    ["@.name=~/b.*/i", [1]],
    ["@.k==1||@.k==3", [0, 3]],
    ["@.k>1&&@.k<3", [1]],
    ["@.tags&&@.deep", [1]],
    ["@.tags||@.ok", [1, 2, 3]],
    ["!(@.k==1)", [1, 2, 3]],
    ["!@.tags", [0, 3]],
    ["!(@.tags||@.ok)", [0]],
    ["((@.k==1)||(@.k==3))&&(@.ok)", [3]],
    ["@.k==$.b[1]", [1, 2]],
    ["$.b[1]==@.k", [1, 2]],
    ["2==@.k", [1, 2]],
    ["@.deep.a.b==$.b[1]", [1]],
    ["@['odd key']==1", [3]],
    ["@.my-key==2", [3]],
    ['@.name=="ann"', [0]],
    ["@.ok==true", [3]],
    ["@.none==null", [3]],
    ["@.k==-1", []],
    ["@.k==1.0e0", [0]],
  ])("%s", (filter, expected) => {
    expect(passing(filter)).toEqual(expected);
    const spaced = filter.replaceAll(/(?<![@.\w'-])(==|!=|<=|>=|=~|<|>|&&|\|\||[()])/g, " $1 ");
    expect(passing(` ${spaced} `)).toEqual(expected);
  });
});

describe("filters answer as Jayway JsonPath", () => {
  test.each<[string, readonly Json[]]>([
    // A number and a text are equal where one reads as the other, unless types count.
    ["@.k == '2'", [1, 2]],
    ["@.k === 2", [1]],
    ["@.k !== 2", [0, 2, 3]],
    ["@.k < '3'", [2]],
    // Nothing equals what isn't there.
    ["@.gone == @.lost", []],
    ["@.gone != @.lost", [0, 1, 2, 3]],
    ["@.gone == null", []],
    ["@.none", [3]],
    // The sign before a path that is compared counts for nothing.
    ["!@.k == 1", [0]],
    ["!!(@.k == 1)", [0]],
    // Escapes.
    [String.raw`@.name == 'it\'s'`, [2]],
    [String.raw`@.name == "it's"`, [2]],
    [String.raw`@.name == '\u0061nn'`, [0]],
    // Lists.
    ["@.name in ['ann', 'Bob']", [0, 1]],
    ["@.name IN ['ann', 'Bob']", [0, 1]],
    ["@.k nin [1, 3]", [1, 2]],
    ["@.name in @.gone", []],
    ["@.name nin @.gone", []],
    ["!(@.name in @.gone)", []],
    ["'x' in @.tags", [1]],
    ["@.tags subsetof $.wanted", [1, 2]],
    ["@.tags anyof $.wanted", [1]],
    ["@.tags noneof $.wanted", [2]],
    ["@.tags contains 'x'", [1]],
    ["@.name contains 'o'", [1]],
    ["@.tags size 1", [1]],
    ["@.tags empty true", [2]],
    ["@.list[*].v == [1, 2]", [3]],
    ["@.deep == {'a': {\"b\": 2}}", [1]],
    // A path that parts leads somewhere as soon as it begins to.
    ["@.list[*].v", [3]],
    ["@.list[*].w", []],
    ["@..v", [0, 1, 2, 3]],
    ["@.list[?(@.v > 1)]", [3]],
    // Patterns match whole texts, a list's items each.
    ["@.name =~ /B/", []],
    ["@.name =~ /(?i)b.b/", [1]],
    ["@.tags =~ /[xz]/", [1]],
    ["@.k =~ /[12]/", [0, 1, 2]],
    ["/ann/ =~ @.name", [0]],
  ])("%s", (filter, expected) => {
    expect(passing(filter)).toEqual(expected);
  });
});

describe("what is not a filter", () => {
  test.each([
    ["@.k >", "A value is missing at 11"],
    ["@.k = 1", "'=' at 10 is not an operator"],
    ["@.k =< 1", "'=<' at 10 is not an operator"],
    ["@.k like 1", "'like' at 10 is not an operator"],
    ["@.k in[1]", "')' is missing at 10"],
    ["1", "An operator is missing at 7"],
    ["@.k == abc", "A value is missing at 13"],
    ["@.k == 'a", "A closing quote is missing"],
    ["@.k == [1, 2", "',' is missing at 18"],
    ["@.k =~ /a", "A pattern is not closed at 13"],
    ["@.k =~ /(/", "Not a regular expression: /(/"],
    ["(@.k == 1", "')' is missing at 16"],
    ["@.k == 1 &&", "A value is missing at 17"],
    ["@.k == 1e999", "1e999 is not a number"],
  ])("%s", (filter, problem) => {
    expect(passing(filter)).toContain(problem);
  });

  test.each([
    ["!(", "@.k", ")"],
    ["(", "@.k", ")"],
    ["@[?(", "@.k", ")]"],
    ["@.k == ".concat("["), "1", "]"],
  ])("30,000 times %s are refused, not a stack overflow", (open, inside, close) => {
    const filter = open.repeat(30_000) + inside + close.repeat(30_000);
    expect(passing(filter)).toMatch(/^More than 100 nested parts at \d+$|^A value is missing/);
  });

  test("30,000 signs in a row are read", () => {
    expect(passing(`${"!".repeat(30_000)}(@.k == 1)`)).toEqual([0]);
    expect(passing(`@.k == 1${" || @.k == 1".repeat(30_000)}`)).toEqual([0]);
  });
});

test("values nest deeper than a stack goes", () => {
  let value: Json = { x: 1 };
  for (let depth = 0; depth < 100_000; depth += 1) value = [value];
  const parsed = parsePath("$..x");
  expect(parsed.ok && evaluatePath(parsed.value, value)).toEqual([1]);
});
