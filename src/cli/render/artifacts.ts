import type { LeftFile } from "../../platform/left-files.ts";
import type { Surroundings } from "./run.ts";
import { table } from "./table.ts";

const kinds = { output: "output", artifact: "artifact", file: "" } as const;

/** One line a file: what `artifacts ls` shows. */
export function renderFiles(files: readonly LeftFile[], around: Surroundings): string[] {
  const { style } = around;
  return table(
    files,
    [
      { title: "file", cell: ({ name }) => name },
      { title: "size", align: "right", cell: ({ size }) => sizeText(size) },
      { title: "kept as", cell: ({ kind }) => kinds[kind], paint: style.dim, drop: 1 },
      { title: "item", cell: ({ item }) => item ?? "", shrinkTo: 12, paint: style.dim, drop: 2 },
    ],
    { style, width: around.width },
  );
}

const units = ["kB", "MB", "GB", "TB"] as const;

/** `0 B`, `512 B`, `1.2 MB`: in powers of a thousand. */
export function sizeText(bytes: number): string {
  let amount = bytes;
  let unit = "B";
  for (const next of units) {
    if (amount < 999.5) break;
    amount /= 1000;
    unit = next;
  }
  return unit === "B" ? `${amount} B` : `${amount.toFixed(1)} ${unit}`;
}
