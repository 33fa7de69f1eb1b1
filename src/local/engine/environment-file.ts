import { err, ok, type Result } from "../../core/result.ts";

/** A quoted value, from its quote on, up to the end of the line on which it is closed. */
const quoted = {
  '"': /^"((?:\\[^]|[^"\\])*)"([^\n]*)/,
  "'": /^'([^']*)'([^\n]*)/,
  "`": /^`([^`]*)`([^\n]*)/,
} as const;

const escapes: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ['"', '"'],
  ["\\", "\\"],
]);

const loneReturn =
  "it has a carriage return without a line feed; write each variable on its own line";

/**
 * Reads variables in the form of `.env` files: `NAME=value` with or without `export`, comments,
 * values in quotes of three kinds, which may go over several lines; `\n`, `\r`, `\t`, `\"` and `\\`
 * in double quotes. Nothing is expanded. Where the readers of such files differ or pass over what
 * they don't understand, this one refuses: half a key is worse than none. A `#` inside a word is
 * part of the value, as in a password.
 *
 * @returns the values by name, or which line is wrong and how: `line 3: …`
 */
export function parseEnvironmentFile(text: string): Result<ReadonlyMap<string, string>, string> {
  const entries = entriesOf(text);
  if (!entries.ok) return entries;
  const values = new Map<string, string>();
  for (const { name, value } of entries.value) if (name !== undefined) values.set(name, value);
  return ok(values);
}

/** A variable, a comment or a blank line, and how it is written. */
export interface WrittenEntry {
  /** Undefined for a blank line and a comment. */
  readonly name: string | undefined;
  readonly value: string;
  /** With its line break, which is a line feed; together the entries are the file. */
  readonly text: string;
}

/** All that is in such a file, in its order, or which line is wrong and how. */
export function entriesOf(text: string): Result<readonly WrittenEntry[], string> {
  const entries: WrittenEntry[] = [];
  let rest = text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  for (let line = 1; rest !== "";) {
    const entry = firstEntry(rest);
    if (!entry.ok) return err(`line ${line}: ${entry.error}`);
    const { name, value, length } = entry.value;
    const written = rest.slice(0, length);
    entries.push({ name, value, text: written });
    line += written.split("\n").length - 1;
    rest = rest.slice(length);
  }
  return ok(entries);
}

interface Entry {
  /** Undefined for a blank line and a comment. */
  readonly name: string | undefined;
  readonly value: string;
  /** Of what was read, the line break included. */
  readonly length: number;
}

function firstEntry(text: string): Result<Entry, string> {
  // `.` would end at other line separators too, which are no ends of a line here.
  const [whole, line = ""] = /^([^\n]*)\n?/.exec(text) ?? [""];
  if (/^\s*#/.test(line) && line.trim().includes("\r")) return err(loneReturn);
  if (/^\s*(#|$)/.test(line)) return ok({ name: undefined, value: "", length: whole.length });
  const head = /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*/.exec(line);
  if (head === null) {
    return err("it is not NAME=value; a value of several lines needs quotes around it");
  }
  const [before, name] = head;
  const from = text.slice(before.length);
  const quote = from[0];
  if (quote !== '"' && quote !== "'" && quote !== "`") {
    const value = line
      .slice(before.length)
      .replace(/(?:^|(?<!\s)\s+)#.*$/s, "")
      .trim();
    if (value.includes("\r")) return err(loneReturn);
    return ok({ name, value, length: whole.length });
  }
  const found = quoted[quote].exec(from);
  if (found === null)
    return err(`the quote ${quote} that begins the value of ${name} isn't closed`);
  const [read, inside = "", after = ""] = found;
  if (!/^\s*(#.*)?$/.test(after)) {
    return err(`there is more after the closing quote ${quote} of ${name}`);
  }
  const value = quote === '"' ? unescaped(inside) : inside;
  const length = before.length + read.length;
  return ok({ name, value, length: length + (text[length] === "\n" ? 1 : 0) });
}

function unescaped(text: string): string {
  return text.replaceAll(/\\([^])/g, (found, letter: string) => escapes.get(letter) ?? found);
}
