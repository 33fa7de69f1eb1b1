import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { parquetHead } from "./parquet-head.ts";

const most = { rows: 3, columns: 60 };

/** Written by pyarrow, `polars.parquet` by Polars; 150 rows each but for `far-date.parquet`. */
const bytesOf = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../../../test/fixtures/tables/${name}`, import.meta.url)));

const headOf = (bytes: Buffer) =>
  parquetHead(
    bytes.length,
    (from, length) => Promise.resolve(bytes.subarray(from, from + length)),
    most,
  );

test.each(["snappy", "gzip", "brotli", "zstd", "polars"])(
  "the first rows of a file that is packed by %s",
  async (name) => {
    const { types, ...head } = await headOf(bytesOf(`${name}.parquet`));
    expect(types?.slice(0, 3)).toEqual(["STRING", "DOUBLE", "INT64"]);
    expect(head).toEqual({
      columns: ["segment", "score", "seats", "at", "night", "tags", "html"],
      rows: [0, 1, 2].map((row) => [
        row % 2 === 0 ? null : "BR-SP",
        String(row / 8),
        String(2 ** 40 + row),
        `2026-11-01T0${row}:00:00Z`,
        `2026-11-0${row + 1}`,
        row % 2 === 0 ? "[]" : '["a","b"]',
        "<script>document.title='taken'</script>",
      ]),
      totalRows: 150,
    });
  },
);

test("a date that no calendar here has is said in its cell, and the others are shown", async () => {
  const { rows } = await headOf(bytesOf("far-date.parquet"));
  expect(rows).toEqual([
    ["2023-11-14T22:13:20Z", "1"],
    ["a date out of range", "2"],
  ]);
});

test("what the library can't unpack is said, not shown as something else", async () => {
  await expect(headOf(bytesOf("lz4.parquet"))).rejects.toThrow(
    "it is packed with LZ4_RAW, which isn't unpacked here: download it",
  );
});

test("a damaged file ends in an error or in a table that is no larger", async () => {
  for (const name of ["snappy", "gzip", "polars"]) {
    const bytes = bytesOf(`${name}.parquet`);
    for (let at = 4; at < bytes.length; at += 37) {
      const damaged = Buffer.from(bytes);
      damaged.fill(0xff, at, at + 3);
      const rows = await headOf(damaged).then(
        (found) => found.rows.length,
        (error: unknown) => (error instanceof Error ? 0 : 999),
      );
      expect(rows).toBeLessThanOrEqual(3);
    }
  }
});
