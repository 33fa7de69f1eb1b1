import { readFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import jsonata from "jsonata";
import { describe, expect, test } from "vitest";

import { isCheapExpression } from "./cost.ts";
import { addFunctions } from "./functions.ts";
import { isLinearRegex } from "./regex-cost.ts";

const isCheap = (source: string): boolean => isCheapExpression(jsonata(source).ast());

describe("a look proves cheap", () => {
  test.each([
    "$states.input.items[price > $least].name",
    "$states.input.items[$ != $other]",
    "$states.input.items[$type($) = 'string' and $not($ in ['a', 'b'])]",
    String.raw`$contains($origin, /^[^.\/\\\s][^\/\\\s]*$/)`,
    "$contains($states.input.Cause, /Status Code: [34]/)",
    "$each($given, function($value, $name) { $name & $string($value) })",
    "$map($list, function($v) { $v.items[$ > 1] })",
    "$toMillis($states.context.Execution.StartTime)",
    "$fromMillis($at)",
    "($a := $states.input.a; $b := $states.input.b; $c := $a; $d := $c; $d)",
  ])("%s", (source) => {
    expect(isCheap(source)).toBe(true);
  });
});

describe("a look doesn't prove cheap", () => {
  test.each([
    "[1..9]",
    // For each of many, what may be as large as all of them.
    "$states.input.items[$string($all) = name]",
    "$states.input.items[$ in $all]",
    "$states.input.items[name & $all = 'x']",
    "$states.input.items[$count($all.x) > 1]",
    "$states.input.items.$string($all)",
    "$map($list, function($v, $i, $all) { $string($all) })",
    "$map($list, function($v) { $string($list) })",
    "$map($list, function($v) { $string($) })",
    "$map($list, function($v) { $string(name) })",
    "$map($list, function($v) { $map($v, function($w) { $w }) })",
    "$map($list, function($v) { $v.items[$string($v) = name] })",
    "$map($list, $string)",
    // A function that has a name can call itself.
    "($f := function($n) { $f($n) }; $f(1))",
    "($a := $x & $x; $b := $a & $a; $c := $b & $b; $d := $c & $c; $d)",
    "$match($text, /a/)",
    "$contains($text, /(a+)+b/)",
    "$contains($text, $pattern)",
    "$toMillis($text, '[Y]')",
    "$fromMillis($at, '[Y]')",
  ])("%s", (source) => {
    expect(isCheap(source)).toBe(false);
  });
});

describe("a regular expression takes time in proportion to its text", () => {
  test.each([
    /abc/,
    /a?b{2,9}(?:c|d)/i,
    /^[^\]\\]*$/,
    /^a+$|b|^c*/,
    /^\d{4}-(0[1-9]|1[0-2])(\.\d+)?Z$/,
    /[a-z\d\-.]\x41é\/\bx\B/,
    /^a*?b/,
    /^(Task failed to start)?$/,
  ])("%s", (pattern) => {
    expect(isLinearRegex(pattern)).toBe(true);
  });

  test.each([
    /a+/,
    /b|a+$/,
    /^a*a*$/,
    /^(a*)(a*)$/,
    /^(a+)+$/,
    /^(a|a)*$/,
    /^(a?){30}$/,
    /^(?:ab)+$/,
    /a?a?a?a?a?a?a?/,
    /(^a+)/,
    /^(a)\1$/,
    /^a(?=b)/,
    /^(?<name>a)/,
    /^a+/m,
    /a{1001}/,
    /^a{2,}b*/,
  ])("not proven: %s", (pattern) => {
    expect(isLinearRegex(pattern)).toBe(false);
  });
});

test("of what every run evaluates, what reads a list of items is all that isn't proven cheap in UTC", () => {
  const folder = join(import.meta.dirname, "../../release/fixtures/golden");
  const costly = (name: string): string[] => {
    const states = new Map<string, unknown>();
    collectStates(JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")), states);
    return [...states]
      .filter(([, state]) => !expressionsOf(state).every(isCheap))
      .map(([state]) => state)
      .toSorted();
  };
  expect(costly("minimal")).toEqual([]);
  expect(costly("mission")).toEqual([]);
  expect(costly("publishes")).toEqual([]);
  expect(costly("outputs")).toEqual([
    "Check items of train",
    "Item of train",
    "Read items of train",
    "train",
  ]);
});

/** The states of all machines in a document, by name. */
function collectStates(value: unknown, into: Map<string, unknown>): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, part] of Object.entries(value as Readonly<Record<string, object>>)) {
    if (key === "States") for (const [name, state] of Object.entries(part)) into.set(name, state);
    collectStates(part, into);
  }
}

function expressionsOf(value: unknown): string[] {
  if (typeof value === "string") return value.startsWith("{%") ? [value.slice(2, -2).trim()] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(expressionsOf);
}

describe("$toMillis", () => {
  const ours = jsonata("$toMillis($text)");
  addFunctions(ours);
  const theirs = jsonata("$toMillis($text)");
  const of = async (expression: jsonata.Expression, text: string): Promise<unknown> => {
    try {
      return await expression.evaluate(undefined, { text });
    } catch (error) {
      const { code, message, value } = error as Record<string, unknown>;
      return { code, message, value };
    }
  };

  test("answers and refuses as the library's does", async () => {
    const part = fc.constantFrom(
      "2026",
      "-01",
      "-39",
      "-99",
      "T03:04:05",
      "T29:59:59",
      ".123",
      "Z",
      "+03:00",
      "-0300",
      " ",
    );
    const texts = fc.oneof(
      fc.array(part, { maxLength: 8 }).map((parts) => `2026${parts.join("")}`),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect(await of(ours, text)).toEqual(await of(theirs, text));
      }),
      { numRuns: 500 },
    );
  });

  test("takes a picture, as the library's does", async () => {
    const picture = "$toMillis('31/01/2026', '[D]/[M]/[Y]')";
    const expression = jsonata(picture);
    addFunctions(expression);
    expect(await expression.evaluate({})).toBe(Date.UTC(2026, 0, 31));
    const wrong = jsonata("$toMillis('x', '[Q]')");
    addFunctions(wrong);
    await expect(wrong.evaluate({})).rejects.toMatchObject({ code: "D3132" });
  });
});
