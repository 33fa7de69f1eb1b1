import { parquetMetadataAsync, parquetReadObjects, parquetSchema } from "hyparquet";

import type { ConsoleDocumentOf } from "../documents/console.ts";

type Table = NonNullable<ConsoleDocumentOf<"artifact-look">["table"]>;

/** Bytes that a look at a table reads at most: a row group is read as a whole. */
const mostBytes = 32 * 1024 * 1024;

/** Thrown where a look would read more than it may. */
export class TooMuch extends Error {}

/**
 * The first rows of a Parquet file.
 *
 * @param read gives bytes of it
 * @throws what the library throws for what it can't read, or TooMuch
 */
export async function parquetHead(
  bytes: number,
  read: (from: number, length: number) => Promise<Uint8Array>,
  most: { readonly rows: number; readonly columns: number },
): Promise<Table> {
  let left = mostBytes;
  const file = {
    byteLength: bytes,
    slice: async (from: number, to: number = bytes): Promise<ArrayBuffer> => {
      left -= to - from;
      if (left < 0) throw new TooMuch("its first rows are too large to be looked at here");
      const part = await read(from, to - from);
      return part.buffer.slice(part.byteOffset, part.byteOffset + part.byteLength) as ArrayBuffer;
    },
  };
  const metadata = await parquetMetadataAsync(file);
  const schema = parquetSchema(metadata).children.slice(0, most.columns);
  const columns = schema.map(({ element }) => element.name);
  const totalRows = Number(metadata.num_rows);
  const rows = await parquetReadObjects({
    file,
    metadata,
    columns,
    rowStart: 0,
    rowEnd: Math.min(most.rows, totalRows),
  });
  return {
    columns,
    types: schema.map(({ element }) => element.logical_type?.type ?? element.type ?? "group"),
    rows: rows.map((row) => columns.map((name) => cellText(row[name]))),
    totalRows,
  };
}

/** Characters of a cell that are shown. */
const mostCell = 500;

function cellText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value.slice(0, mostCell);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === "bigint" ? String(one) : one,
  ).slice(0, mostCell);
}
