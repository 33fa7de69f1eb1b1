import { describe, expect, test } from "vitest";
import type { Json } from "../../core/json.ts";
import { evaluatePath, NoValue } from "./evaluate.ts";
import { parsePath } from "./parse.ts";
import { compilePlacement } from "./place.ts";
import { StateFailure } from "../failure.ts";

const store: Json = {
  book: [
    { title: "A", price: 8, tags: ["x", "y"] },
    { title: "B", price: 12 },
    { title: "C", price: 20, isbn: "1" },
  ],
  "odd key": { "a.b": 1 },
  nothing: null,
};

function at(path: string, value: Json = store): Json | string {
  const parsed = parsePath(path);
  if (!parsed.ok) return `does not parse: ${parsed.error}`;
  const found = evaluatePath(parsed.value, value);
  return found instanceof NoValue ? found.reason : found;
}

describe("paths", () => {
  test.each<[string, Json]>([
    ["$", store],
    ["$.book[0].title", "A"],
    ["$.book[-1].title", "C"],
    ["$['odd key']['a.b']", 1],
    ["$.nothing", null],
    ["$.book[*].title", ["A", "B", "C"]],
    ["$.book[1:].title", ["B", "C"]],
    ["$.book[:-1].title", ["A", "B"]],
    ["$.book[0,2].title", ["A", "C"]],
    ["$.book[1]['title','price']", { title: "B", price: 12 }],
    ["$.book[2]['isbn','gone']", { isbn: "1" }],
    ["$.book[1:]['title','isbn']", [{ title: "B" }, { title: "C", isbn: "1" }]],
    ["$['odd key','nothing']['a.b']", [1]],
    ["$..price", [8, 12, 20]],
    ["$.book[?(@.price > 10)].title", ["B", "C"]],
    ["$.book[?(@.isbn)].title", ["C"]],
    ["$.book[?(!@.isbn && @.price < 10)].title", ["A"]],
    ["$.book[?(@.title == 'B' || @.title == 'C')].price", [12, 20]],
    ["$.book[?(@.title in ['A', 'C'])].price", [8, 20]],
    ["$.book[?(@.title =~ /[ab]/i)].price", [8, 12]],
    ["$.book[?('x' in @.tags)].title", ["A"]],
    ["$.missing.deeper[*]", []],
    ["$.book.length()", 3],
  ])("%s", (path, expected) => {
    expect(at(path)).toEqual(expected);
  });

  test.each([
    ["$.missing", "No results for path: $['missing']"],
    ["$.missing.deeper", "Missing property in path $['missing']"],
    ["$.book[7]", "Index out of bounds when evaluating path $['book'][7]"],
    [
      "$.book[0].title.more",
      "Expected to find an object with property ['more'] in path $['book'][0]['title'] but found 'com.fasterxml.jackson.databind.node.TextNode'. This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.",
    ],
  ])("%s leads nowhere", (path, reason) => {
    expect(at(path)).toBe(reason);
  });

  test.each(["", "book", "$.", "$.book[", "$.book[x]", "$['open]", "$.book[?(@.price >)]"])(
    "%j does not parse",
    (path) => {
      expect(at(path)).toContain("does not parse: ");
    },
  );

  test("distinguish input, context and variables", () => {
    const roots = ["$.a", "$$.Execution.Id", "$name.a"].map((path) => {
      const parsed = parsePath(path);
      return parsed.ok ? parsed.value.root : parsed.error;
    });
    expect(roots).toEqual([
      { kind: "input" },
      { kind: "context" },
      { kind: "variable", name: "name" },
    ]);
  });
});

describe("placement", () => {
  function placed(path: string, input: Json): Json | string | undefined {
    const parsed = parsePath(path);
    if (!parsed.ok) return parsed.error;
    const result = compilePlacement(parsed.value)(input, "new");
    return result instanceof StateFailure ? result.cause : result;
  }

  test("makes objects on the way and leaves the input as it was", () => {
    const input = { a: { kept: 1 } };
    expect(placed("$.a.b.c", input)).toEqual({ a: { kept: 1, b: { c: "new" } } });
    expect(input).toEqual({ a: { kept: 1 } });
  });

  test("replaces an item of an array, and adds none", () => {
    expect(placed("$.list[1]", { list: [1, 2] })).toEqual({ list: [1, "new"] });
    expect(placed("$.list[2]", { list: [1, 2] })).toBe(
      'Unable to apply ReferencePath $.list[2] to input {"list":[1,2]}',
    );
  });

  test("finds no place in what is not an object", () => {
    expect(placed("$.a", "text")).toBe('Unable to apply ReferencePath $.a to input "text"');
  });
});
