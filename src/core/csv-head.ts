/** The first rows of a table in text. */
export interface CsvHead {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** There are more rows or columns than were read. */
  readonly more: boolean;
}

/**
 * Reads the beginning of a CSV as RFC 4180 has it, https://www.rfc-editor.org/rfc/rfc4180; the
 * delimiter is what the first line has most of. Lines that are not so are read as they can be.
 *
 * @param text its beginning
 * @param whole `text` is all of it
 */
export function csvHead(
  text: string,
  whole: boolean,
  most: { readonly rows: number; readonly columns: number },
): CsvHead {
  const delimiter = delimiterOf(text);
  const records: string[][] = [];
  let record: string[] = [];
  let field = "";
  let quoted = false;
  const endField = (): void => {
    record.push(field);
    field = "";
  };
  const endRecord = (): void => {
    endField();
    records.push(record);
    record = [];
  };
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  for (; at < text.length && records.length <= most.rows; at += 1) {
    const sign = text[at] ?? "";
    if (quoted) {
      if (sign !== '"') field += sign;
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (sign === '"' && field === "") quoted = true;
    else if (sign === delimiter) endField();
    else if (sign === "\n") endRecord();
    else if (sign !== "\r") field += sign;
  }
  const atEnd = at >= text.length;
  // A last line that was cut off is none.
  if (atEnd && whole && (field !== "" || record.length > 0)) endRecord();
  const [columns = [], ...rows] = records;
  const wide = records.some((one) => one.length > most.columns);
  return {
    columns: columns.slice(0, most.columns),
    rows: rows.slice(0, most.rows).map((one) => one.slice(0, most.columns)),
    more: !whole || !atEnd || rows.length > most.rows || wide,
  };
}

function delimiterOf(text: string): string {
  const [first = ""] = text.split("\n", 1);
  const count = (sign: string): number => first.split(sign).length;
  return [",", ";", "\t", "|"].toSorted((a, b) => count(b) - count(a))[0] ?? ",";
}
