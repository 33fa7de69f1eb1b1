import type { Json } from "../../core/json.ts";
import { own } from "../own.ts";

const delimiters: Readonly<Record<string, string>> = {
  COMMA: ",",
  PIPE: "|",
  SEMICOLON: ";",
  SPACE: " ",
  TAB: "\t",
};

/**
 * Reads CSV (RFC 4180): each row becomes an object of texts.
 *
 * @param delimiter `COMMA`, `PIPE`, `SEMICOLON`, `SPACE` or `TAB`
 * @param given column names; the first row holds them where they are undefined
 * @returns the rows, or what is wrong with the text
 */
export function readCsv(
  text: string,
  delimiter: string,
  given: readonly string[] | undefined,
): readonly Json[] | string {
  const separator = own(delimiters, delimiter);
  if (separator === undefined) return `There is no CSV delimiter ${delimiter}.`;
  const rows = rowsOf(text.replace(/^\uFEFF/, ""), separator);
  if (rows === undefined) return "A quoted field of the CSV file is not closed.";
  const headers = given ?? rows.shift() ?? [];
  return rows.map((row) =>
    Object.fromEntries(headers.map((header, column) => [header, row[column] ?? ""])),
  );
}

function rowsOf(text: string, separator: string): string[][] | undefined {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let quoted = false;
  const endRow = (): void => {
    row.push(field);
    field = "";
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"' && field === "") quoted = true;
    else if (character === separator) {
      row.push(field);
      field = "";
    } else if (character === "\n") endRow();
    else if (character !== "\r") field += character;
  }
  if (quoted) return undefined;
  endRow();
  return rows;
}
