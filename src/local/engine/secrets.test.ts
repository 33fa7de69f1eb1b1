import { expect, test } from "vitest";

import { parseEnvironmentFile } from "./environment-file.ts";

test("a secrets file is read as .env files are", () => {
  const text = [
    "\uFEFF# a comment",
    "",
    "PLAIN=one two ",
    "export EXPORTED=three",
    'QUOTED="four = five"',
    "SINGLE='six\\n'",
    'BACK=`it\'s "so"`',
    "EMPTY=",
    "NOTHING= # a remark",
    "URL=http://user:p@host/?a=b#c",
    "REMARK=value # a remark",
    "HASH='value # no remark' # a remark",
    "DOLLAR=$HOME",
    "WINDOWS=nine\r",
    'ESCAPED="a\\nb\\t\\"c\\" \\\\ \\d"',
    'KEY="-----BEGIN KEY-----\r',
    "MIIE=",
    "-----END KEY-----\r",
    '"',
    "constructor=ten",
    "__proto__=eleven",
    "PLAIN=the last one",
  ].join("\n");
  const parsed = parseEnvironmentFile(text);
  expect(parsed.ok && [...parsed.value]).toEqual([
    ["PLAIN", "the last one"],
    ["EXPORTED", "three"],
    ["QUOTED", "four = five"],
    ["SINGLE", "six\\n"],
    ["BACK", `it's "so"`],
    ["EMPTY", ""],
    ["NOTHING", ""],
    ["URL", "http://user:p@host/?a=b#c"],
    ["REMARK", "value"],
    ["HASH", "value # no remark"],
    ["DOLLAR", "$HOME"],
    ["WINDOWS", "nine"],
    ["ESCAPED", 'a\nb\t"c" \\ \\d'],
    ["KEY", "-----BEGIN KEY-----\nMIIE=\n-----END KEY-----\n"],
    ["constructor", "ten"],
    ["__proto__", "eleven"],
  ]);
});

test.each([
  ["not a line", "line 1: it is not NAME=value; a value of several lines needs quotes around it"],
  ["1BAD=x", "line 1: it is not NAME=value; a value of several lines needs quotes around it"],
  [
    "A='one\ntwo'\nKEY=-----BEGIN\nMIIEv",
    "line 4: it is not NAME=value; a value of several lines needs quotes around it",
  ],
  ['A=1\nHALF="seven\nB=2', `line 2: the quote " that begins the value of HALF isn't closed`],
  ["A='it's'", "line 1: there is more after the closing quote ' of A"],
])("%j is refused with its line", (text, error) => {
  expect(parseEnvironmentFile(text)).toEqual({ ok: false, error });
});
