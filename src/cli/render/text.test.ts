import { expect, test } from "vitest";

import stringWidth from "string-width";
import { cleanOutput, factLines, fitted, pad, truncate, widthOf, wrap } from "./text.ts";
import { count } from "../../core/text.ts";

test("colour and combining marks take no columns, ideographs and emoji take two", () => {
  expect(widthOf("ação")).toBe(4);
  expect(widthOf("ac\u0327a\u0303o")).toBe(4);
  expect(widthOf("\u001B[1m\u001B[36mstep\u001B[39m\u001B[22m")).toBe(4);
  expect(widthOf("車")).toBe(2);
  expect(widthOf("🚗!")).toBe(3);
  expect(widthOf("👩‍🔬 🇧🇷")).toBe(5);
});

test("fills up on either side, and never cuts", () => {
  expect(pad("ok", 4)).toBe("ok  ");
  expect(pad("ok", 4, "right")).toBe("  ok");
  expect(pad("longer", 4)).toBe("longer");
});

test("cuts to a width that counts columns", () => {
  expect(truncate("extract_features", 16)).toBe("extract_features");
  expect(truncate("extract_features", 8)).toBe("extract…");
  expect(truncate("車車車", 4)).toBe("車…");
  expect(truncate("abc", 0)).toBe("");
  expect(truncate("👩‍🔬👩‍🔬👩‍🔬", 4)).toBe("👩‍🔬…");
});

test("breaks at spaces, keeps paragraphs, leaves a long word whole", () => {
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap("a\nb c", 10)).toEqual(["a", "b c"]);
  expect(wrap("/a/very/long/path", 5)).toEqual(["/a/very/long/path"]);
});

test("a sentence after a mark continues under its beginning, with its colour", () => {
  const lines = [
    "\u001B[33m! one two three\u001B[39m",
    "  \u001B[32m✓\u001B[39m four five six",
    "12:00:00 ▸ up: one two three four",
    "  train │ a step's own line is left as it is",
    "id  a row of a table is left as it is",
  ];
  expect(fitted(lines, 14).slice(0, 4)).toEqual([
    "\u001B[33m! one two",
    "  three\u001B[39m",
    "  \u001B[32m✓\u001B[39m four five",
    "    six",
  ]);
  expect(fitted(lines, 22).slice(2)).toEqual([
    "12:00:00 ▸ up: one two",
    "           three four",
    ...lines.slice(3),
  ]);
  expect(fitted(lines, Infinity)).toEqual(lines);
});

test("a command stays whole, and its remark goes under it", () => {
  const command = "  $ esteira logs recsys --step score_model";
  expect(fitted([command], 30)).toEqual([command]);
  expect(fitted([`${command}    what it printed`], 46)).toEqual([
    command,
    "        what it printed",
  ]);
  expect(fitted(["  $ esteira up    as long as it is open"], 36)).toEqual([
    "  $ esteira up    as long as it is",
    "                  open",
  ]);
});

test("facts are broken between each other", () => {
  expect(factLines("recsys 1.0 · local · artifacts of a", 40)).toEqual([
    "recsys 1.0 · local · artifacts of a",
  ]);
  expect(factLines("recsys 1.0 · local · artifacts of a", 20)).toEqual([
    "recsys 1.0 · local",
    "  artifacts of a",
  ]);
});

test("a step's line keeps its colour where colour is shown, and can't move the cursor", () => {
  const line = "\u001B[32mok\u001B[39m \u001B[2Kdone\u001B[1A\u0007";
  expect(cleanOutput(line, true)).toBe("\u001B[32mok\u001B[39m done\u001B[0m");
  expect(cleanOutput(line, false)).toBe("ok done");
});

test("of a progress bar what was written last stays", () => {
  expect(cleanOutput(" 10%\r 50%\r100%\r", false)).toBe("100%");
});

test("a title that a program sets for the window is not text", () => {
  expect(cleanOutput("\u001B]0;title\u0007text", false)).toBe("text");
});

test("counts things", () => {
  expect([count(0, "step"), count(1, "step"), count(2, "step")]).toEqual([
    "0 steps",
    "1 step",
    "2 steps",
  ]);
});

test("characters that are counted without the library are a column wide by it too", () => {
  for (const character of "~ ·×–—…→✓✗") expect(stringWidth(character)).toBe(1);
});
