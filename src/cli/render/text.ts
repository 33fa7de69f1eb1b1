import { createRequire } from "node:module";

import type StringWidth from "string-width";

import { cleanColouredText, cleanText } from "../../core/clean-text.ts";

const require = createRequire(import.meta.url);

let characters: Intl.Segmenter | undefined; // made when it is needed: it reads tables

/** Most of what tables hold, a column a character. */
const narrow = /^[ -~·×–—…→✓✗]*$/;
let stringWidth: typeof StringWidth | undefined;

/** Columns that the text takes in a terminal; colour takes none. */
export function widthOf(text: string): number {
  const plain = cleanText(text);
  if (narrow.test(plain)) return plain.length;
  // Loaded when it is needed: it reads Unicode's tables, a tenth of the time of `esteira runs`.
  stringWidth ??= (require("string-width") as { default: typeof StringWidth }).default;
  return stringWidth(plain);
}

/** Fills up with spaces to `width` columns. */
export function pad(text: string, width: number, align: "left" | "right" = "left"): string {
  const fill = " ".repeat(Math.max(0, width - widthOf(text)));
  return align === "left" ? text + fill : fill + text;
}

/** Cuts plain text to `width` columns, with `…` in the last one when something is cut. */
export function truncate(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width < 1) return "";
  let result = "";
  let used = 0;
  characters ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  for (const { segment } of characters.segment(text)) {
    const next = widthOf(segment);
    if (used + next > width - 1) break;
    result += segment;
    used += next;
  }
  return `${result}…`;
}

/**
 * Breaks plain text at spaces into lines of at most `width` columns; a longer word gets its own
 * line.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.split(" ")) {
      if (line !== "" && widthOf(line) + 1 + widthOf(word) > width) {
        lines.push(line);
        line = word;
      } else {
        line = line === "" ? word : `${line} ${word}`;
      }
    }
    lines.push(line);
  }
  return lines;
}

/** A time and a mark at the beginning of a line, as in `✓ Succeeded` or `$ esteira up`. */
const mark = /^ *(?:\d\d:\d\d:\d\d )?(?:[✓✗!■↻▸$] )?/;

/**
 * Breaks a line of ours at spaces where it is longer than `width` columns. What follows goes under
 * the beginning of the line's last column, which two spaces or a mark set off; where that is too
 * far to the right, under the beginning of the line, and further in. A command to type stays whole.
 * The line may have colour.
 *
 * @param width columns; Infinity where nothing breaks lines
 * @param indent columns before the lines after the first, where it isn't to be found in the line
 */
export function hanging(line: string, width: number, indent?: number): string[] {
  if (widthOf(line) <= width) return [line];
  const plain = cleanText(line);
  const margin = mark.exec(plain)?.[0] ?? "";
  const column = lastColumn(plain.slice(margin.length));
  if (column === undefined && margin.endsWith("$ ")) return [line];
  const beginning = margin.length + (column ?? 0);
  if (indent === undefined && column !== undefined && beginning > width / 2) {
    const at = splitAt(line, beginning);
    const rest = hanging(`${" ".repeat(margin.length + 4)}${at.after}`, width);
    return [at.before.trimEnd(), ...rest];
  }
  const { before, after } = splitAt(line, indent === undefined ? beginning : margin.length);
  const [first = "", ...more] = wrap(after, width - (indent ?? beginning));
  return [`${before}${first}`, ...more.map((part) => " ".repeat(indent ?? beginning) + part)];
}

/** Where the text's last column begins: behind its last two spaces, where text follows. */
function lastColumn(text: string): number | undefined {
  const gap = text.lastIndexOf("  ");
  return gap === -1 || text.endsWith(" ") ? undefined : gap + 2;
}

/** Lines for a terminal: those with a mark are sentences, and broken at spaces. */
export function fitted(lines: readonly string[], width: number): readonly string[] {
  if (width === Infinity) return lines;
  return lines.flatMap((text) =>
    text.split("\n").flatMap((line) => (isMarked(line) ? hanging(line, width) : [line])),
  );
}

/**
 * Facts with ` · ` between them, as one line where it fits, else on as many as it takes. They may
 * have colour.
 */
export function factLines(facts: string, width: number): string[] {
  const lines: string[] = [];
  for (const fact of facts.split(" · ")) {
    const line = lines.at(-1);
    if (line === undefined) lines.push(fact);
    else if (widthOf(line) + 3 + widthOf(fact) > width) lines.push(`  ${fact}`);
    else lines[lines.length - 1] = `${line} · ${fact}`;
  }
  return lines;
}

/** Looked for near the beginning first: most lines have none, and cleaning costs. */
function isMarked(line: string): boolean {
  if (!/[✓✗!■↻▸$]/.test(line.slice(0, 48))) return false;
  return /[✓✗!■↻▸$] $/.test(mark.exec(cleanText(line))?.[0] ?? "");
}

/** Cuts a line, which may have colour, after as many characters that are seen. */
function splitAt(line: string, count: number): { readonly before: string; readonly after: string } {
  let seen = 0;
  let index = 0;
  while (seen < count && index < line.length) {
    const [colour] = /^\u001B\[[\d;]*m/.exec(line.slice(index, index + 16)) ?? [];
    index += colour?.length ?? 1;
    if (colour === undefined) seen += 1;
  }
  return { before: line.slice(0, index), after: line.slice(index) };
}

/**
 * Makes a line that a step wrote safe to show between our own: colour is kept where colour is
 * shown, whatever would move the cursor or ring the bell goes, and of a line that was written over
 * itself (progress bars) what was left standing stays.
 */
export function cleanOutput(text: string, color: boolean): string {
  const end = trimmedEnd(text);
  const lastWritten = text.slice(text.lastIndexOf("\r", end - 1) + 1, end);
  if (!color) return cleanText(lastWritten);
  const clean = cleanColouredText(lastWritten);
  const ended = !clean.includes("\u001B") || clean.endsWith("\u001B[0m");
  return ended ? clean : `${clean}\u001B[0m`;
}

/** Where the text ends without the carriage returns at its end. */
function trimmedEnd(text: string): number {
  let end = text.length;
  while (text[end - 1] === "\r") end -= 1;
  return end;
}
