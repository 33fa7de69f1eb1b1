import type { Style } from "./style.ts";
import { pad, truncate, widthOf } from "./text.ts";

export interface Column<Row> {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Plain text of the cell. */
  readonly cell: (row: Row) => string;
  /** Colour, put on after the cell has been fitted. */
  readonly paint?: (text: string, row: Row) => string;
  /** Gives way first when the terminal is narrow, down to this many columns. */
  readonly shrinkTo?: number;
  /** Left out when shrinking isn't enough; the highest number goes first. */
  readonly drop?: number;
}

const gap = "  ";

/**
 * Aligned columns under dim titles. Columns that may shrink give way, in their order, until the
 * lines fit into `width`; what can't shrink is never cut, but may be left out. A column that is
 * empty in every row is left out anyway.
 */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  options: { readonly style: Style; readonly width: number },
): string[] {
  const natural = new Map(
    columns
      .filter((column) => rows.some((row) => column.cell(row) !== ""))
      .map((column) => [
        column,
        Math.max(widthOf(column.title), ...rows.map((row) => widthOf(column.cell(row)))),
      ]),
  );
  const used = fitting(natural, options.width);
  const widths = used.map((column) => natural.get(column) ?? 0);
  let excess = total(widths) - options.width;
  for (const [index, column] of used.entries()) {
    const width = widths[index] ?? 0;
    if (excess <= 0 || column.shrinkTo === undefined || width <= column.shrinkTo) continue;
    const given = Math.min(excess, width - column.shrinkTo);
    widths[index] = width - given;
    excess -= given;
  }
  const line = (cells: readonly string[]): string => cells.join(gap).trimEnd();
  const fit = (text: string, index: number): string =>
    pad(truncate(text, widths[index] ?? 0), widths[index] ?? 0, used[index]?.align);
  const titles = used.map((column, index) => options.style.dim(fit(column.title, index)));
  return [
    line(titles),
    ...rows.map((row) =>
      line(
        used.map((column, index) => {
          const text = fit(column.cell(row), index);
          return column.paint === undefined ? text : column.paint(text, row);
        }),
      ),
    ),
  ];
}

/** Takes columns away until the others, shrunk as far as they may, fit. */
function fitting<Row>(
  natural: ReadonlyMap<Column<Row>, number>,
  width: number,
): readonly Column<Row>[] {
  const used = [...natural.keys()];
  const least = (column: Column<Row>): number =>
    Math.min(natural.get(column) ?? 0, column.shrinkTo ?? Infinity);
  while (total(used.map(least)) > width) {
    const droppable = used.filter((column) => column.drop !== undefined);
    const first = droppable.toSorted((a, b) => (b.drop ?? 0) - (a.drop ?? 0))[0];
    if (first === undefined) break;
    used.splice(used.indexOf(first), 1);
  }
  return used;
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + gap.length * (widths.length - 1);
}
