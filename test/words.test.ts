import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const glossary = readFileSync(join(root, "docs/glossary.md"), "utf8");

/** The cells of a column of the table below a heading of the glossary. */
function column(heading: string, index: number): string[] {
  const [, section = ""] = glossary.split(`\n## ${heading}\n`);
  const [body = ""] = section.split("\n## ");
  const rows = body.split("\n").filter((line) => line.startsWith("| "));
  return rows.slice(2).map((row) => row.split("|")[index + 1]?.trim() ?? "");
}

const banned = column("Say, and don't say", 1).flatMap((cell) => cell.split(", "));
/** Stored and parsed names, which may be anywhere; the longest first, as some contain others. */
const names = column("Names that stay", 0)
  .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name))
  .toSorted((a, b) => b.length - a.length);

/** Between two words: a space, or a line's end and what begins the next line of a comment. */
const gap = String.raw`(?:[^\S\n]+|[^\S\n]*\n[^\S\n]*(?:\*|//|--|#|>)?[^\S\n]*)`;

/** "No longer" and its like are plain English. */
const other = String.raw`(?:longer|more|less|such)\b`;

/** In prose, and as a word of a name such as `nobodyIsTold`; not in "there is no field of …". */
function patternOf(phrase: string): RegExp {
  const words = phrase
    .split(" ")
    .map((word) => (word === "…" ? `(?!${other})\\w+(?:${gap}\\w+){0,2}` : word));
  const text = words.join(gap);
  const capital = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  const end = `(?![a-z])(?!${gap}${other})`;
  const there = `(?<![Tt]here${gap})`;
  const prose = `${there}(?:(?<![A-Za-z])(?:${text}|${capital})|(?<=[a-z])${capital})${end}`;
  return new RegExp([prose, ...nameOf(phrase)].join("|"), "g");
}

/** Several words as they are in a name: `goesOn`, `howItGoesOn`. A stand-in is plain English. */
function nameOf(phrase: string): string[] {
  if (!/^[a-z]+( [a-z]+)+$/.test(phrase) || /^stands? /.test(phrase)) return [];
  const [first = "", ...others] = phrase.split(" ");
  const upper = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
  const rest = others.map(upper).join("");
  return [`(?:(?<![A-Za-z])${first}|(?<=[a-z])${upper(first)})${rest}(?![a-z])`];
}

const patterns = banned.map((phrase) => [phrase, patternOf(phrase)] as const);

/** Each banned phrase in a text, as `line: phrase`. */
function findings(text: string): string[] {
  let rest = text;
  for (const name of names) rest = rest.replaceAll(name, (found) => "_".repeat(found.length));
  return patterns
    .flatMap(([phrase, pattern]) =>
      [...rest.matchAll(pattern)].map(({ index }) => ({ index, phrase })),
    )
    .toSorted((a, b) => a.index - b.index)
    .map(({ index, phrase }) => `${rest.slice(0, index).split("\n").length}: ${phrase}`);
}

/** Paths of the files that people read, from the repository's root. */
function files(): string[] {
  const read = [".ts", ".tsx", ".css", ".js", ".py", ".md", ".sh", ".yml"];
  // The glossary and this file name the words; the guide is Portuguese.
  const others = new Set(["docs/glossary.md", "docs/guia.md", "test/words.test.ts"]);
  const folders = ["src", "web", "bin", "docs", "python", "examples", "tools", "bench", "test"];
  const beside = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "Makefile"];
  const inFolders = [...folders, ".ci", ".github"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter(
        (entry) =>
          entry.isFile() && (folder === ".ci" || read.some((end) => entry.name.endsWith(end))),
      )
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
  return [...inFolders, ...beside].filter(
    (path) => !others.has(path) && !path.startsWith("docs/guide/pt-BR/"),
  );
}

test("code and docs use the glossary's words", () => {
  const found = files().flatMap((path) =>
    findings(readFileSync(join(root, path), "utf8")).map((finding) => `${path}:${finding}`),
  );
  expect(found).toEqual([]);
});

test.each([
  ["people are told", ["1: told"]],
  ["const toldOf = nobodyIsTold(told);", ["1: told", "1: told", "1: told"]],
  ["if (goesOn) nameGoesOn(standIn);", ["1: goes on", "1: goes on"]],
  ["// It goes\n// on, and puts that fault right.", ["1: goes on", "2: puts … right"]],
  ["a step\n\n * which is no step of ours", ["3: which is no", "3: is no … of"]],
  ["there is no field of this name; it is no longer part of it; `untold/x` in watch_told", []],
  ["a bold intolerant stand-in for mending", []],
])("%j is read as %j", (text, expected) => {
  expect(findings(text)).toEqual(expected);
});
