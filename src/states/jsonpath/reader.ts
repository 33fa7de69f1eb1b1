import type { Json } from "../../core/json.ts";

/** Characters read so far of a text. */
export interface Reader {
  readonly text: string;
  at: number;
}

/** Thrown inside this folder when a path doesn't parse; never leaves `parsePath`. */
export class PathSyntax extends Error {}

/** Reads a quoted text. */
export function parseQuoted(reader: Reader): string {
  const quote = reader.text[reader.at];
  if (quote !== "'" && quote !== '"') throw new PathSyntax(`A quote is missing at ${reader.at}`);
  reader.at += 1;
  let value = "";
  for (;;) {
    const next = reader.text[reader.at];
    if (next === undefined) throw new PathSyntax("A closing quote is missing");
    reader.at += 1;
    if (next === quote) return value;
    // A backslash makes the closing quote and itself ordinary; before anything else it is ordinary
    // itself.
    const after = reader.text[reader.at];
    if (next === "\\" && (after === quote || after === "\\")) {
      reader.at += 1;
      value += after;
    } else {
      value += next;
    }
  }
}

export function skipSpace(reader: Reader): void {
  while (reader.text[reader.at] === " ") reader.at += 1;
}

export function expect(reader: Reader, character: string): void {
  if (reader.text[reader.at] !== character) {
    throw new PathSyntax(`'${character}' is missing at ${reader.at}`);
  }
  reader.at += 1;
}

/** Reads a JSON number, `true`, `false`, `null` or a quoted text. */
export function parseLiteral(reader: Reader): Json {
  const next = reader.text[reader.at];
  if (next === "'" || next === '"') return parseQuoted(reader);
  const rest = reader.text.slice(reader.at);
  const word = /^(true|false|null|-?\d+(\.\d+)?([eE][+-]?\d+)?)/.exec(rest)?.[0];
  if (word === undefined) throw new PathSyntax(`A value is missing at ${reader.at}`);
  reader.at += word.length;
  return JSON.parse(word) as Json;
}
