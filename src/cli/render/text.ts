const escapeSequence =
  /\u001B(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-_])/g;
const controlCharacter = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;
const combining = /\p{Mark}|\u200B|\u200D|\uFE0F/u;
const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6]|[\u{1F300}-\u{1FAFF}]|[\u{20000}-\u{3FFFD}]/u;

/** Columns that the text takes in a terminal; colour takes none. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text.replaceAll(escapeSequence, "")) {
    if (combining.test(character)) continue;
    width += wide.test(character) ? 2 : 1;
  }
  return width;
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
  for (const character of text) {
    const next = widthOf(character);
    if (used + next > width - 1) break;
    result += character;
    used += next;
  }
  return `${result}…`;
}

/**
 * Breaks plain text at spaces into lines of at most `width` columns; a longer word stands alone.
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
  const lastWritten = text.replace(/\r+$/, "").split("\r").at(-1) ?? "";
  let coloured = false;
  const kept = lastWritten.replaceAll(escapeSequence, (sequence) => {
    if (!color || !sequence.endsWith("m") || !sequence.startsWith("\u001B[")) return "";
    coloured = true;
    return sequence;
  });
  const parts = kept.split(/(\u001B\[[0-9;]*m)/);
  const clean = parts
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll(controlCharacter, "")))
    .join("");
  return coloured ? `${clean}\u001B[0m` : clean;
}

/**
 * `user/ana` of an ARN, which says the account that everybody here has; any other name as it is.
 */
export function actorText(actor: string): string {
  return actor.replace(/^arn:[^:]*:(iam|sts)::\d*:/, "");
}
