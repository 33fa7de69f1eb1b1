import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lines } from "../fixtures/checked.ts";
import { rangeOf } from "./positions.ts";
import { readYaml } from "./yaml-source.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function refused(text: string | Uint8Array): string {
  const read = readYaml("a.yaml", typeof text === "string" ? bytes(text) : text);
  if (read.ok) throw new Error("was read");
  return lines(read.error).join("\n");
}

function value(text: string): unknown {
  const read = readYaml("a.yaml", bytes(text));
  if (!read.ok) throw new Error(lines(read.error).join("\n"));
  return read.value.value;
}

describe("what is read", () => {
  test("a byte order mark, CRLF, comments, anchors that do no harm", () => {
    const text =
      "\u{FEFF}# head\r\na: &x {b: 1}\r\nc: *x\r\nd: &y [1, 2]\r\ne: *y # tail\r\nf: 2026-01-31\r\n1: one\r\n";
    expect(value(text)).toEqual({
      a: { b: 1 },
      c: { b: 1 },
      d: [1, 2],
      e: [1, 2],
      f: "2026-01-31",
      "1": "one",
    });
  });

  test("keys that are special in JavaScript are only keys", () => {
    expect(Object.keys(value("constructor: 1\ntoString: 2\nhasOwnProperty: 3") as object)).toEqual([
      "constructor",
      "toString",
      "hasOwnProperty",
    ]);
  });
});

describe("what is refused", () => {
  test("duplicate keys", () => {
    expect(refused("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\na: 4\n")).toMatchInlineSnapshot(`
      "a.yaml:5:3 [c] error yaml/duplicate-key: c is given twice; keep one of the two (a.yaml:3: the first one is here)
      a.yaml:6:1 [a] error yaml/duplicate-key: a is given twice; keep one of the two (a.yaml:1: the first one is here)"
    `);
  });

  test("an element without its dash, reported once", () => {
    expect(
      refused("steps:\n  - id: a\n    command: b\n    id: c\n    command: d\n"),
    ).toMatchInlineSnapshot(
      `"a.yaml:4:5 [id] error yaml/duplicate-key: id is given twice; put "- " before it if it begins another element; otherwise keep one of the two (a.yaml:2: the first one is here)"`,
    );
  });

  test("tabs", () => {
    expect(refused("a:\n\tb: 1\n")).toMatchInlineSnapshot(
      `"a.yaml:2:1 [	] error yaml/tab: the line is indented with a tab; indent with spaces; YAML doesn't allow tabs there"`,
    );
  });

  test("several tabs, each reported, and not what the parser thinks behind them", () => {
    expect(refused("a:\n\tb: 1\n  c: 2\nd:\n\te: 1\n")).toMatchInlineSnapshot(`
      "a.yaml:2:1 [	] error yaml/tab: the line is indented with a tab; indent with spaces; YAML doesn't allow tabs there
      a.yaml:5:1 [	] error yaml/tab: the line is indented with a tab; indent with spaces; YAML doesn't allow tabs there"
    `);
  });

  test("a merge that wasn't finished", () => {
    expect(
      refused("a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> feature\n"),
    ).toMatchInlineSnapshot(
      `"a.yaml:2:1 [<<<<<<<] error yaml/conflict: the file has the marks of a merge that wasn't finished; choose between the two versions, and delete the marks"`,
    );
  });

  test("what is not YAML", () => {
    expect(refused("schedule:\n  enabled true\n  retries: 2\n")).toMatchInlineSnapshot(
      `"a.yaml:2:3 [enabled true] error yaml/syntax: the line has no colon followed by a space, so it is not a field; write "name: value""`,
    );
    expect(refused('a: "C:\\data"\n')).toMatchInlineSnapshot(
      `"a.yaml:1:7 [\\] error yaml/syntax: the text has a backslash in double quotes, which begins an escape there; use single quotes, or write two backslashes"`,
    );
    expect(refused('a: "say "hi" to"\n')).toMatchInlineSnapshot(
      `"a.yaml:1:10 [hi" to"] error yaml/syntax: more text follows where the quotes end; put the whole text in one pair of quotes, of the kind that isn't in it"`,
    );
    expect(refused("a:\n  b: [\n    1\n]\n")).toMatchInlineSnapshot(
      `"a.yaml:4:1 []] error yaml/syntax: the bracket isn't indented as deep as what it closes; indent it, or put it at the end of the line before"`,
    );
    expect(refused("a: {b: 1\nc: 2\n")).toMatchInlineSnapshot(
      `"a.yaml:2:1 [c] error yaml/syntax: the group that "{" begins isn't closed; add "}""`,
    );
    expect(refused("a: [1, 2\nb: 3\n")).toMatchInlineSnapshot(
      `"a.yaml:2:1 [b] error yaml/syntax: the list that "[" begins isn't closed; add "]""`,
    );
    expect(refused('a: "open\nb: 3\n')).toMatchInlineSnapshot(
      `"a.yaml:1:4 ["open] error yaml/syntax: the text that a quote begins isn't closed; add the quote at its end"`,
    );
    expect(refused("a: b: c\n")).toMatchInlineSnapshot(
      `"a.yaml:1:4 [b] error yaml/syntax: the text has a colon and a space in it, which begin another field; put the text in quotes"`,
    );
    expect(refused("a: 1\n b: 2\n")).toMatchInlineSnapshot(
      `"a.yaml:2:1 [ ] error yaml/indentation: the line is indented with 1 space, which fits none of the lines above it; start it at the left margin, like line 1, or indent that one, too"`,
    );
    expect(refused("metrics:\n  auc: >=0.8\n")).toMatchInlineSnapshot(
      `"a.yaml:2:9 [=] error yaml/syntax: this is not valid YAML: block scalar header includes extra characters: >=0.8; a text that starts with ">" needs quotes"`,
    );
    expect(refused("cron: */5 * * * *\n")).toMatchInlineSnapshot(
      `"a.yaml:1:11 [*] error yaml/syntax: this is not valid YAML: unexpected alias at node end; a text that starts with "*" needs quotes"`,
    );
    expect(refused("cron: * * * * *\n")).toMatchInlineSnapshot(
      `"a.yaml:1:7 [*] error yaml/alias: the alias names no anchor that comes before it; a text that starts with "*" needs quotes, as in cron: "* * * * *""`,
    );
    expect(refused("name: @daily\n")).toMatchInlineSnapshot(
      `"a.yaml:1:7 [@] error yaml/syntax: this is not valid YAML: plain value cannot start with reserved character @; a text that starts with "@" needs quotes"`,
    );
  });

  test("more than one document", () => {
    expect(refused("a: 1\n---\nb: 2\n")).toMatchInlineSnapshot(
      `"a.yaml:2:1 [---] error yaml/multiple-documents: the file has more than one YAML document; keep one document: remove the "---" and what follows it"`,
    );
    expect(value("---\na: 1\n")).toEqual({ a: 1 });
  });

  test("merge keys, tags, directives, keys that are not text", () => {
    expect(refused("a: &x {b: 1}\nc:\n  <<: *x\n")).toMatchInlineSnapshot(
      `"a.yaml:3:3 [<<] error yaml/merge-key: merge keys ("<<") are not supported; write the fields out where they are needed, so that each file says what it means"`,
    );
    expect(refused("a: !!python/object:os.system x\n")).toMatchInlineSnapshot(
      `"a.yaml:1:4 [!!python/object:os.system] error yaml/tag: the value has a tag, which means nothing here; remove the word that starts with "!"; a text that starts so needs quotes"`,
    );
    expect(refused("a: !ENV ${X}\n")).toMatchInlineSnapshot(
      `"a.yaml:1:4 [!ENV] error yaml/tag: the value has a tag, which means nothing here; remove the word that starts with "!"; a text that starts so needs quotes"`,
    );
    expect(refused("%YAML 1.1\n---\na: yes\n")).toMatchInlineSnapshot(
      `"a.yaml:1:1 [%YAML] error yaml/directive: the file asks for a version of YAML; remove the %YAML line"`,
    );
    expect(refused("? [a, b]\n: 1\n")).toMatchInlineSnapshot(
      `"a.yaml:1:3 [[a, b]] error yaml/key: a key must be plain text; write "name: value""`,
    );
    expect(refused(": 1\n")).toMatchInlineSnapshot(
      `"a.yaml:1:1 [:] error yaml/key: a key must be plain text; write "name: value""`,
    );
    expect(refused("__proto__: {a: 1}\n")).toMatchInlineSnapshot(
      `"a.yaml:1:1 [__proto__] error yaml/key: no field can have this name; write "name: value""`,
    );
  });

  test("aliases that name nothing, contain themselves, or multiply", () => {
    expect(refused("a: *x\n")).toMatchInlineSnapshot(
      `"a.yaml:1:4 [*x] error yaml/alias: no anchor before this is named &x; write the value out"`,
    );
    expect(refused("a: &x\n  b: *x\n")).toMatchInlineSnapshot(
      `"a.yaml:2:6 [*x] error yaml/alias: the alias *x contains itself; write the value out"`,
    );
    const bomb = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 12; level += 1) {
      bomb.push(`l${level}: &l${level} [${`*l${level - 1}, `.repeat(10)}]`);
    }
    expect(refused(bomb.join("\n"))).toMatchInlineSnapshot(
      `"a.yaml:2:10 [*l0] error yaml/alias-bomb: the aliases of this file stand for more than 50,000 values; write the values out; a configuration needs few of them"`,
    );
  });

  test("nothing, a list, a single value", () => {
    expect(refused("")).toMatchInlineSnapshot(
      `"a.yaml error yaml/empty: the file is empty; write its fields, or remove the file; \`esteira schema config\` and \`esteira schema workspace\` list them"`,
    );
    expect(refused("# only a comment\n")).toMatchInlineSnapshot(
      `"a.yaml error yaml/empty: the file is empty; write its fields, or remove the file; \`esteira schema config\` and \`esteira schema workspace\` list them"`,
    );
    expect(refused("---\n...\n")).toMatchInlineSnapshot(
      `"a.yaml error yaml/empty: the file is empty; write its fields, or remove the file; \`esteira schema config\` and \`esteira schema workspace\` list them"`,
    );
    expect(refused("- a\n- b\n")).toMatchInlineSnapshot(
      `"a.yaml:1:1 [- a] error yaml/not-a-map: the file must hold fields such as "name: value", not a list; start with the fields at the left margin, without a dash"`,
    );
    expect(refused("hello\n")).toMatchInlineSnapshot(
      `"a.yaml:1:1 [hello] error yaml/not-a-map: the file must hold fields such as "name: value", not a single value; start with the fields at the left margin, without a dash"`,
    );
    expect(refused("null\n")).toMatchInlineSnapshot(
      `"a.yaml:1:1 [null] error yaml/not-a-map: the file must hold fields such as "name: value", not a single value; start with the fields at the left margin, without a dash"`,
    );
  });

  test("what is not text", () => {
    expect(refused(new Uint8Array([0x61, 0x3a, 0x20, 0xff, 0xfe]))).toMatchInlineSnapshot(
      `"a.yaml error file/not-text: the file is not valid UTF-8; save it as text in UTF-8"`,
    );
    expect(refused(new Uint8Array([0xff, 0xfe, 0x61, 0x00]))).toMatchInlineSnapshot(
      `"a.yaml error file/not-text: the file is binary, or in UTF-16; save it as text in UTF-8"`,
    );
    expect(refused("a: 1\nb: \u0007\n")).toMatchInlineSnapshot(
      `"a.yaml:2:4 [] error yaml/control-character: the file has a control character (U+0007); delete it, or write it as an escape in double quotes"`,
    );
  });

  test("what is nested without end", () => {
    expect(
      refused(`a: ${"[".repeat(100)}${"]".repeat(100)}`).replaceAll(/\[+/g, "["),
    ).toMatchInlineSnapshot(
      `"a.yaml:1:64 [] error yaml/too-deep: the file is nested more than 60 levels deep; no field of a configuration is that deep; check the indentation"`,
    );
    expect(refused("[".repeat(20_000))).toMatch(/^a\.yaml.* error yaml\/(too-deep|syntax): /);
    expect(refused(`a: ${"{b: ".repeat(5_000)}`)).toMatch(
      /^a\.yaml.* error yaml\/(too-deep|syntax): /,
    );
    expect(refused(`[${",".repeat(20_000)}`)).toMatch(/^a\.yaml.* error yaml\/syntax: /);
    expect(refused("- ".repeat(20_000))).toMatch(
      /^a\.yaml.* error yaml\/(too-deep|syntax|not-a-map): /,
    );
  });
});

test("no bytes make it throw", () => {
  const noise = fc.string({
    unit: fc.constantFrom(...Array.from("ab:-?&*!|>'\"%@`{}[],# \t\n\r<.~")),
    maxLength: 60,
  });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), noise.map(bytes)), (input) => {
      const read = readYaml("a.yaml", input);
      expect(read.ok ? typeof read.value.value : read.error[0]?.severity).toMatch(
        /^(object|error)$/,
      );
    }),
    { numRuns: 1000 },
  );
});

describe("places", () => {
  const text =
    'top: 1\r\nlist:\r\n  - &anchor\r\n    key: "va\\"lue"\r\n  - *anchor\r\nblock: |\r\n  one\r\n  two\r\nempty:\r\n';
  const read = readYaml("a.yaml", bytes(text));
  const at = (
    path: (string | number)[],
    of?: "key" | "value",
    part?: { start: number; length: number },
  ) => {
    if (!read.ok) throw new Error("not read");
    const range = rangeOf(read.value, path, of, part);
    return (
      range &&
      `${range.line}:${range.column} ${range.text.slice(range.column - 1, range.column - 1 + range.length)}`
    );
  };

  test("of keys and values", () => {
    expect(at(["top"])).toBe("1:6 1");
    expect(at(["top"], "key")).toBe("1:1 top");
    expect(at(["list"])).toBe("2:1 list");
    expect(at(["list", 0])).toBe("4:5 key");
    expect(at(["list", 0, "key"])).toBe('4:10 "va\\"lue"');
    expect(at(["empty"])).toBe("9:1 empty");
    expect(at([])).toBe("1:1 top");
  });

  test("through an alias", () => {
    expect(at(["list", 1, "key"])).toBe('4:10 "va\\"lue"');
    expect(at(["list", 1])).toBe("5:5 *anchor");
  });

  test("of a part of a value; of the whole value where an escape moves the part", () => {
    expect(at(["list", 0, "key"], "value", { start: 0, length: 2 })).toBe("4:11 va");
    expect(at(["list", 0, "key"], "value", { start: 3, length: 3 })).toBe('4:10 "va\\"lue"');
  });

  test("of what continues over lines: the first of them", () => {
    expect(at(["block"])).toBe("6:8 |");
  });

  test("of what isn't there: what is nearest around it", () => {
    expect(at(["list", 0, "missing"])).toBe("4:5 key");
    expect(at(["list", 7])).toBe("2:1 list");
    expect(at(["missing", "more"])).toBe("1:1 top");
  });
});
