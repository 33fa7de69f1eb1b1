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
