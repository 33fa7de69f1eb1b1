import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsedYaml } from "./parsed-yaml.ts";
import { plainYaml } from "./plain-yaml.ts";
import { sourceRange } from "./source-range.ts";

/** What the parser of the whole language gives; undefined where it finds something wrong. */
function whole(text: string): unknown {
  const file = "a.yaml";
  const parsed = parsedYaml(file, text, (start, end) => ({
    file,
    range: sourceRange(text, start, end),
  }));
  return parsed.ok ? parsed.value : undefined;
}

/** Everything that a reader of the value could notice. */
function seen(value: unknown): unknown {
  if (Array.isArray(value)) return ["list", ...value.map(seen)];
  if (typeof value !== "object" || value === null) {
    return [typeof value, Object.is(value, -0) ? "-0" : String(value)];
  }
  const fields = Object.entries(value).map(([key, inside]) => [key, seen(inside)]);
  return ["map", Object.getPrototypeOf(value), ...fields];
}

/** Both agree, or the plain reader has left the text to the other. */
function agrees(text: string): boolean {
  const plain = plainYaml(text);
  if (plain === undefined) return false;
  const other = whole(text);
  expect([text, seen(plain)]).toEqual([text, other === undefined ? "refused" : seen(other)]);
  return true;
}

const root = join(import.meta.dirname, "../../..");

async function textsOfRepository(): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  const exclude = (name: string) => /(^|\/)(node_modules|dist|\..+)$/.test(name);
  for await (const name of glob("**/*.{yaml,yml,md}", { cwd: root, exclude })) {
    const text = await readFile(join(root, name), "utf8");
    if (!name.endsWith(".md")) texts.set(name, text);
    const blocks = [...text.matchAll(/^```ya?ml\n(.*?)^```/gms)].map(([, block = ""]) => block);
    for (const [index, block] of blocks.entries()) texts.set(`${name} ${index}`, block);
  }
  return texts;
}

const texts = await textsOfRepository();

test("the repository's own files have the values that the parser gives", () => {
  const plain = [...texts].filter(([, text]) => agrees(text)).map(([name]) => name);
  const examples = [...texts.keys()].filter((name) => /^examples\/.*config\.yaml$/.test(name));
  expect(examples.length).toBeGreaterThan(2);
  // It would be of no use if it left them to the other.
  expect(examples.filter((name) => !plain.includes(name))).toEqual([]);
  expect(plain.length).toBeGreaterThan(texts.size / 2);
});

describe("what is plain", () => {
  test.each([
    ["comments", "# a\n\na: 1 # b\n# c\nb: x#y # z\n  # d\n"],
    ["lines as Windows ends them", "a:\r\n  b: |\r\n    c\r\n\r\n  d: e # f\r\ng: h\r\n"],
    ["nothing", "a:\nb: # c\n  c:\n"],
    ["lists", "a:\n- b\n-  c\nd:\n  - e: 1\n    f:\n    - g\n  - h: 2\n"],
    ["quotes", `a: "b: # c"\nb: 'd "e" \\n'\n"f g": ''\n'h': ""\n`],
    ["words", "a: true\nb: False\nc: null\nd: yes\ne: NaN\nf: nullable\ng: on\n"],
    ["numbers", "a: 0\nb: -7\nc: 0.250\nd: 123456789012345\ne: -12.5\nf: 1.10\n"],
    [
      "texts that look like numbers",
      "a: 1.0.0\nb: 2026-01-31\nc: 10:30\nd: 1/2\ne: 5m\nf: [26h]\n",
    ],
    ["plain texts", "a: python -m x --y='z' | tee \"b\" && c: d\n".replace(": d", ":d")],
    ["addresses", "a: https://a.b/c?d=e#f\nb: s3://c/{d}/*.csv\nc: ml@x.com\n"],
    ["flow", `a: []\nb: {}\nc: [x, "y, z", 1.5, true,-2]\nd: { e: [1, {f: g}], "h": i }\n`],
    ["blocks", "a: |\n  b: c\n    # d\n\n  e \nf: |-\n  g\n\nh: >-\n  i\n  j\nk: >\n  l\n"],
    ["blocks in lists", "a:\n  - |\n    b\n    c\n  - d: |\n      e\n    f: g\n"],
    ["letters", "título: não\na: ação €5 🚀 Ünï\n".replace("título", '"título"')],
    ["names of JavaScript", "constructor: 1\ntoString: {hasOwnProperty: 2}\n"],
    ["no end of the last line", "a:\n  b: |\n    c"],
  ])("%s", (_, text) => {
    expect(agrees(text)).toBe(true);
  });
});

test.each([
  ["a list or a word", "- a\n"],
  ["nothing at all", "# a\n"],
  ["a key twice", "a: 1\na: 2\n"],
  ["a key twice in brackets", "a: {b: 1, b: 2}\n"],
  ["a name that no field can have", "__proto__: 1\n"],
  ["merge keys, anchors, aliases, tags", "a: &b\n  c: 1\n"],
  ["a merge key", "<<: {a: 1}\n"],
  ["an alias", "a: *b\n"],
  ["a tag", "a: !b c\n"],
  ["a second document", "a: 1\n---\nb: 2\n"],
  ["a directive", "%YAML 1.1\n---\na: 1\n"],
  ["a tab", "a:\n\tb: 1\n"],
  ["a line end of another kind", "a: 1\rb: 2\r"],
  ["a space that isn't one", "a:\u00A0b\n"],
  ["escapes", 'a: "b\\n"\n'],
  ["a quote in quotes", "a: 'b''c'\n"],
  ["a text of two lines", "a: b\n  c\n"],
  ["quotes over two lines", 'a: "b\n  c"\n'],
  ["brackets over two lines", "a: [\n  b]\n"],
  ["a colon too many", "a: b: c\n"],
  ["a dash that is a key", "a: -: \n"],
  ["something behind the quotes", 'a: "b" c\n'],
  ["a line further in", "a: 1\n  b: 2\n"],
  ["a line half-way out", "a:\n    b: 1\n  c: 2\n"],
  ["a dash half-way out", "a:\n    - b\n  - c\n"],
  ["a list beside keys", "a: 1\n- b\n"],
  ["numbers of other kinds", "a: 0x1F\n"],
  ["numbers too long for JavaScript", "a: 12345678901234567890\n"],
  ["infinity", "a: .inf\n"],
  ["a key that is a number", "1: a\n"],
  ["a key that is a word of YAML", "true: a\n"],
  ["blocks with what more there is to say", "a: |2+\n  b\n"],
  ["folded lines that aren't alike", "a: >\n  b\n    c\n"],
  ["maps deeper than any configuration", "a: " + "{a: ".repeat(50) + "1" + "}".repeat(50)],
])("left to the parser: %s", (_, text) => {
  expect(plainYaml(text)).toBeUndefined();
});

/** What YAML is made of, and what it stumbles over. */
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("a: ", "b: ", "c:", '"d": ', "'e': ", "- ", "  ") },
  { weight: 6, arbitrary: fc.constantFrom("\n", "\n  ", "\n    ", "\n- ", "\n  - ", "\nf: ") },
  {
    weight: 4,
    arbitrary: fc.constantFrom("x", "y z", "1", "-0", "1.50", "0.0", "true", "null", "~"),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom("[", "]", "{", "}", ", ", ",", ": ", ":", " #", "#", '"', "'"),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom("|\n", "|-\n", ">\n", ">-\n", "|", ">", "| ", "\n\n", "\n "),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("&a", "*a", "!", "%", "@", "`", "?", "? ", "-", "--", "---"),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("\\", "\t", "\r", "\r\n", "\u00A0", "é", "🚀", ".", ".inf", "1e3"),
  },
);

const runs = { numRuns: Number(process.env["ESTEIRA_FUZZ_CASES"] ?? 3000) };

test("any text that both read has one value", () => {
  let plain = 0;
  const text = fc.array(piece, { minLength: 1, maxLength: 24 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(text, (one) => {
      if (agrees(one)) plain += 1;
    }),
    runs,
  );
  expect(plain).toBeGreaterThan(runs.numRuns / 100);
});

test("a configuration with something changed in it has one value", () => {
  let plain = 0;
  const configs = [...texts.values()].filter((text) => plainYaml(text) !== undefined);
  const changed = fc
    .tuple(fc.constantFrom(...configs), fc.nat(), fc.nat(6), fc.array(piece, { maxLength: 2 }))
    .map(([text, place, length, pieces]) => {
      const at = place % text.length;
      return text.slice(0, at) + pieces.join("") + text.slice(at + length);
    });
  fc.assert(
    fc.property(changed, (one) => {
      if (agrees(one)) plain += 1;
    }),
    runs,
  );
  expect(plain).toBeGreaterThan(runs.numRuns / 10);
});
