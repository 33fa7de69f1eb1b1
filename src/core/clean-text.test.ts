import { expect, test } from "vitest";

import { threadMs } from "./fixtures/thread-time.ts";
import { cleanColouredText, cleanJson, cleanText } from "./clean-text.ts";

const escape = "\u001B";

test.each([
  ["the clipboard (OSC 52)", `a${escape}]52;c;ZXZpbA==\u0007b`, "ab"],
  ["the clipboard, ended by ST", `a${escape}]52;c;ZXZpbA==${escape}\\b`, "ab"],
  ["the window's title", `a${escape}]0;owned\u0007b`, "ab"],
  ["a link", `${escape}]8;;https://x.example\u0007text${escape}]8;;\u0007`, "text"],
  ["clearing the screen", `a${escape}[2J${escape}[Hb`, "ab"],
  ["a reset", `a${escape}cb`, "ab"],
  ["another character set", `a${escape}(0b`, "ab"],
  ["a device control string", `a${escape}P1$r0m${escape}\\b`, "ab"],
  ["one byte control sequences (C1)", "a\u009B2Jb\u009D0;owned\u009Cc\u0085d", "abcd"],
  ["a string without an end", `a${escape}]52;c;b`, "a]52;c;b"],
  ["an escape at the end", `a${escape}`, "a"],
  ["a sequence that appears when another is taken out", `${escape}${escape}[2J[2Jb`, "[2Jb"],
  ["the bell, backspaces, carriage returns, DEL", "a\u0007\b\r\u007Fb", "ab"],
  ["changes of direction", "a\u202Egpj.\u2066b\u200F\u061C", "agpj.b"],
  ["colour", `${escape}[31;1mred${escape}[0m`, "red"],
  ["nothing", "a\tb\nc é 日本 👩‍🔬", "a\tb\nc é 日本 👩‍🔬"],
])("%s", (_what, text, clean) => {
  expect(cleanText(text)).toBe(clean);
});

test("colours stay where they are shown, and nothing else", () => {
  expect(cleanColouredText(`${escape}[38;5;9ma${escape}[2Jb${escape}[m\u009B31mc`)).toBe(
    `${escape}[38;5;9mab${escape}[mc`,
  );
});

test("a colour that is left open ends with its text", () => {
  expect(cleanColouredText(`${escape}[31mred\n`)).toBe(`${escape}[31mred${escape}[0m\n`);
  expect(cleanColouredText(`${escape}[1;31mred${escape}[22m`)).toBe(
    `${escape}[1;31mred${escape}[22m`,
  );
});

test("text that ends a split sequence makes none", () => {
  const parts = [escape, "[", `2J${escape}]52;`, "c;ZXZpbA==", "\u0007"];
  expect(parts.map(cleanColouredText).join("")).toBe("[2J]52;c;ZXZpbA==");
});

test("JSON says the same value, and only in characters that do nothing", () => {
  const value = { text: "a\u001B[2J\u007F\u009B2J\u202E\nb" };
  const json = cleanJson(JSON.stringify(value));
  expect(json).toBe(String.raw`{"text":"a\u001b[2J\u007f\u009b2J\u202e\nb"}`);
  expect(JSON.parse(json)).toEqual(value);
});

test.each([
  ["starts of strings", "\u001B]".repeat(150_000)],
  ["strings of strings", "\u0090".repeat(300_000)],
  ["one long string", `\u001B]${"a".repeat(300_000)}`],
  ["one long sequence", `\u001B[${"0".repeat(300_000)}\n`],
  ["colours", "\u001B[0".repeat(100_000)],
])("takes a time that grows with the length only: %s", (_what, text) => {
  const before = threadMs();
  cleanText(text);
  cleanColouredText(text);
  expect(threadMs() - before).toBeLessThan(5000);
});
