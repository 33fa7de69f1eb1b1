/** Characters read so far of a text. */
export interface Reader {
  readonly text: string;
  at: number;
  /** How many parts are open that hold others. */
  depth: number;
  /** Inside a filter, where an unquoted name ends at the signs that compare and join. */
  inFilter: boolean;
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

/**
 * Parentheses, lists and filters within one another, at most. A path that nests deeper is refused;
 * none that a person writes does.
 */
const maxDepth = 100;

/** Reads something that may hold more of its kind. */
export function nested<T>(reader: Reader, read: () => T): T {
  reader.depth += 1;
  if (reader.depth > maxDepth) {
    throw new PathSyntax(`More than ${maxDepth} nested parts at ${reader.at}`);
  }
  const value = read();
  reader.depth -= 1;
  return value;
}
