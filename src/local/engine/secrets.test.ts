import { expect, test } from "vitest";

import { parseEnvironmentFile } from "./secrets.ts";

test("reads NAME=value lines and nothing else", () => {
  const text = [
    "# a comment",
    "",
    "PLAIN=one two ",
    "export EXPORTED=three",
    'QUOTED="four = five"',
    "SINGLE='six'",
    "EMPTY=",
    "URL=http://user:p@host/?a=b#c",
    `HALF="seven`,
    "DOLLAR=$HOME",
    "not a line",
    "1BAD=eight",
    "WINDOWS=nine\r",
  ].join("\n");
  expect(parseEnvironmentFile(text)).toEqual({
    PLAIN: "one two",
    EXPORTED: "three",
    QUOTED: "four = five",
    SINGLE: "six",
    EMPTY: "",
    URL: "http://user:p@host/?a=b#c",
    HALF: '"seven',
    DOLLAR: "$HOME",
    WINDOWS: "nine",
  });
});
