/**
 * Sequences that command a terminal (ECMA-48): control sequences, control strings with what they
 * hold (titles, links, the clipboard), and the short escapes. The body of a string ends where
 * another could begin, so that matching stays linear in the length of the text.
 */
const sequence =
  /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]|(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\n\u0007\u001B\u0090\u0098\u009C-\u009F]*(?:\u0007|\u001B\\|\u009C)|\u001B[ -/]*[0-Z\\^-~]/g;

/** Controls but tabs and line feeds, and what changes the direction of the text after it. */
const control =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/;
const controls = new RegExp(control, "g");
const colour = /(\u001B\[[0-9;:]*m)/;
/** What ends all colour, or one kind of it. */
const switchedOff = /^\u001B\[(?:0*|2[2-9]|[34]9)m$/;

/**
 * Text that somebody else may have written, without what commands the place where it is shown:
 * escape sequences, controls other than tabs and line feeds, changes of direction.
 */
export function cleanText(text: string): string {
  return control.test(text) ? text.replaceAll(sequence, "").replaceAll(controls, "") : text;
}

/**
 * The same for a terminal that shows colours, which stay (SGR of ECMA-48) and end with the text:
 * one that is left open is closed, so that it colours nothing that comes after.
 */
export function cleanColouredText(text: string): string {
  if (!control.test(text)) return text;
  const parts = text.split(colour);
  const clean = parts.map((part, index) => (index % 2 === 1 ? part : cleanText(part))).join("");
  const last = parts.at(-2);
  if (last === undefined || switchedOff.test(last)) return clean;
  return clean.endsWith("\n") ? `${clean.slice(0, -1)}\u001B[0m\n` : `${clean}\u001B[0m`;
}

/**
 * JSON with nothing in it that commands a terminal when it is printed: what `JSON.stringify` leaves
 * as it is (DEL, C1, directions) is escaped. The value is the same.
 */
export function cleanJson(json: string): string {
  return json.replaceAll(
    controls,
    (character) => String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
