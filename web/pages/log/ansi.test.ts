import { expect, test } from "vitest";

import { piecesOf, plainText } from "./ansi.ts";

const [esc, bell] = ["\u001B", "\u0007"];

test.each([
  ["plain", [["plain", 0, ""]]],
  ["", []],
  [
    `${esc}[31mred${esc}[0m rest`,
    [
      ["red", 5, "red"],
      [" rest", 12, ""],
    ],
  ],
  [
    `${esc}[1;38;5;196mloud${esc}[22m on`,
    [
      ["loud", 13, "red bold"],
      [" on", 22, "red"],
    ],
  ],
  [`${esc}[38;2;20;200;40mgreen`, [["green", 17, "green"]]],
  [`${esc}[38;2;120;121;122mgrey`, [["grey", 19, ""]]],
  [`${esc}[44;97mground${esc}[m`, [["ground", 8, "white on-blue"]]],
  ["10 %\r50 %\r100 %", [["100 %", 10, ""]]],
  ["done\r", [["done", 0, ""]]],
  [`${esc}]8;;https://example.com${bell}link${esc}]8;;${bell}`, [["link", 25, ""]]],
  [
    `a${esc}[2Kb${esc}(Bc${esc}`,
    [
      ["a", 0, ""],
      ["b", 5, ""],
      ["c", 9, ""],
    ],
  ],
  [`a${esc}]0;never ends`, [["a", 0, ""]]],
  ["tab\there", [["tab\there", 0, ""]]],
])("the pieces of %j", (line, expected) => {
  expect(piecesOf(line).map(({ text, start, look }) => [text, start, look])).toEqual(expected);
});

test("HTML in a line is text", () => {
  const line = `${esc}[31m<script>alert(1)</script>${esc}[0m`;
  expect(plainText(line)).toBe("<script>alert(1)</script>");
});

test("a line of a million sequences is read in time that grows with it alone", () => {
  const line = `${esc}]`.repeat(500_000);
  expect(plainText(line)).toBe("");
});
