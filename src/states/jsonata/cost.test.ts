import { readFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import jsonata from "jsonata";
import { describe, expect, test } from "vitest";

import type { Scope } from "../machine.ts";
import { isAffordable } from "./affordable.ts";
import { costOf } from "./cost.ts";
import { addFunctions } from "./functions.ts";

const isCheap = (source: string): boolean => costOf(jsonata(source).ast()) !== undefined;

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
    // What multiplies what it gets.
    `$x${".[$, $]".repeat(20)}`,
    `$x${"[[0, 0]]".repeat(20)}`,
    `($a := [${"$x, ".repeat(200)} $x]; $b := [${"$a, ".repeat(200)} $a]; $count($b))`,
    `(${"$x := $x & $x; ".repeat(20)} $x)`,
    `${"$map(".repeat(14)}[1]${", function($v) { [$v, $v] })".repeat(14)}`,
    // Each of all with each of all.
    "$x.items@$a.items@$b.name",
    "$x.items#$i.name",
    "$x.items.%.name",
    // Under another name a function is another one.
    '($count := $pad; $count("x", 300000000))',
    '$map([$pad], function($count) { $count("x", 300000000) })',
    "$map($x, function($v)<s:s> { $v })",
    // Indented, each line is as long as it is deep.
    "$string($x, true)",
    "$now('[Y]')",
    "$contains($text, /a{1000}a{1000}b/)",
    "$match($text, /a/)",
    "$contains($text, /(a+)+b/)",
    "$contains($text, $pattern)",
    "$toMillis($text, '[Y]')",
    "$fromMillis($at, '[Y]')",
  ])("%s", (source) => {
    expect(isCheap(source)).toBe(false);
  });
});

describe("what is cheap of little isn't of much", () => {
  const ones = Array<number>(100_000).fill(1);
  const text = "a".repeat(250_000);
  const variables = { ones, text, few: [1, 2, 3], name: "x", object: { ones, name: "x" } };
  const scope = {
    input: { ones, name: "x" },
    result: undefined,
    errorOutput: undefined,
    variables: {
      own: { few: variables.few, name: "x" },
      outer: { own: variables, outer: undefined },
    },
    context: () => ({ Execution: { Name: "x", Input: { ones } } }),
  } as unknown as Scope;
  const isAffordableNow = (source: string): boolean => {
    const cost = costOf(jsonata(source).ast());
    return cost !== undefined && isAffordable(cost, source.length, scope);
  };

  test.each([
    "$name & $uppercase($text)",
    "$few[$ > 1]",
    // Only what is read counts, not what else is there.
    "$states.input.name = 'x' and $states.context.Execution.Name = 'x'",
    "$object.name & $object.absent",
    "$map($few, function($v) { {'a': $v} })",
    "$contains($text, /a{20}b/)",
    '$few{"all": $}',
  ])("on the spot: %s", (source) => {
    expect(isAffordableNow(source)).toBe(true);
  });

  test.each([
    "$ones[$ > 1]",
    "$states.input.ones[$ > 1]",
    "$states.input[$type($) = 'array']",
    "$string($states)",
    "$states.context.Execution.Input.ones[$ > 1]",
    "$object.(ones & name)",
    "$map($split($text, ''), function($v) { $v })",
    // A list that grows is copied for each.
    '$ones{"all": $}',
    "[[$ones]].{'all': $}",
    "$contains($text, /a{1000}b/)",
    "$few.$range(1, 1000, 1).$range(1, 1000, 1)",
    `$map($few, function($v) { "${"long ".repeat(20_000)}" & $v })`,
  ])("elsewhere: %s", (source) => {
    expect(isAffordableNow(source)).toBe(false);
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
