import { expect, test } from "vitest";

import { styleFor } from "./style.ts";
import { table } from "./table.ts";

const rows = [
  { name: "extract_features", time: "2.1s", note: "" },
  { name: "score", time: "12.0s", note: "" },
];
const columns = [
  { title: "step", cell: (row: (typeof rows)[number]) => row.name, shrinkTo: 8 },
  { title: "took", align: "right" as const, cell: (row: (typeof rows)[number]) => row.time },
  { title: "note", cell: (row: (typeof rows)[number]) => row.note },
];

test("aligns, leaves out what is empty everywhere, and no space at an end", () => {
  expect(table(rows, columns, { style: styleFor(false), width: 80 })).toEqual([
    "step               took",
    "extract_features   2.1s",
    "score             12.0s",
  ]);
});

test("what may shrink gives way to a narrow terminal", () => {
  expect(table(rows, columns, { style: styleFor(false), width: 17 })).toEqual([
    "step         took",
    "extract_f…   2.1s",
    "score       12.0s",
  ]);
});

test("colour goes around what was fitted", () => {
  const style = styleFor(true);
  const painted = [{ title: "step", cell: () => "a", paint: (text: string) => style.red(text) }];
  expect(table([1], painted, { style, width: 80 })).toEqual([
    "\u001B[2mstep\u001B[22m",
    "\u001B[31ma   \u001B[39m",
  ]);
});
