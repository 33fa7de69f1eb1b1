import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";

import {
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  snappyUncompress,
} from "hyparquet";

import type { ConsoleDocumentOf } from "../documents/console.ts";

type Table = NonNullable<ConsoleDocumentOf<"artifact-look">["table"]>;

/** Bytes that a look at a table reads at most: a row group is read as a whole. */
const mostBytes = 32 * 1024 * 1024;

/** Thrown where a look would read more than it may. */
export class TooMuch extends Error {}

/** Thrown for a compression that isn't known here. */
export class CannotUnpack extends Error {}

/**
 * The first rows of a Parquet file.
 *
 * @param read gives bytes of it
 * @throws what the library throws for what it can't read, CannotUnpack or TooMuch
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
  const codec = metadata.row_groups[0]?.columns[0]?.meta_data?.codec ?? "UNCOMPRESSED";
  if (codec !== "UNCOMPRESSED" && !(codec in compressors)) {
    throw new CannotUnpack(`it is packed with ${codec}, which isn't unpacked here: download it`);
  }
  const totalRows = Number(metadata.num_rows);
  const rows = await parquetReadObjects({
    file,
    metadata,
    columns,
    rowStart: 0,
    rowEnd: Math.min(most.rows, totalRows),
    compressors,
  });
  const types = schema.map(({ element }) => element.logical_type?.type ?? element.type ?? "group");
  return {
    columns,
    types,
    rows: rows.map((row) => columns.map((name, at) => cellText(row[name], types[at]))),
    totalRows,
  };
}

/** A page says how large it becomes, and could say anything. */
const mostPage = 64 * 1024 * 1024;

type Unpack = (packed: Uint8Array, length: number) => Uint8Array;

/** What pandas (Snappy), Polars (zstd) and others pack with; the library has Snappy only. */
const compressors = {
  SNAPPY: bounded((packed, length) => {
    const page = new Uint8Array(length);
    snappyUncompress(packed, page);
    return page;
  }),
  GZIP: bounded((packed, length) => gunzipSync(packed, { maxOutputLength: length })),
  BROTLI: bounded((packed, length) => brotliDecompressSync(packed, { maxOutputLength: length })),
  ZSTD: bounded((packed, length) => zstdDecompressSync(packed, { maxOutputLength: length })),
};

function bounded(unpack: Unpack): Unpack {
  return (packed, length) => {
    if (length > mostPage) throw new TooMuch("its first rows are too large to be looked at here");
    return length === 0 ? new Uint8Array() : unpack(packed, length);
  };
}

/** Characters of a cell that are shown. */
const mostCell = 500;

function cellText(value: unknown, type: string | undefined): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value.slice(0, mostCell);
  if (value instanceof Date) {
    // What a clock of microseconds can say is beyond what a date here can.
    if (Number.isNaN(value.getTime())) return "a date out of range";
    const text = value.toISOString();
    return type === "DATE" ? text.slice(0, 10) : text.replace(".000Z", "Z");
  }
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === "bigint" ? String(one) : one,
  ).slice(0, mostCell);
}
