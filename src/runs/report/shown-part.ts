import { csvHead } from "../../core/csv-head.ts";
import { isJsonObject, type Json } from "../../core/json.ts";
import { chartSvg } from "./chart.ts";
import { chartData, chartRows } from "./chart-data.ts";
import { escaped } from "./escape.ts";
import { markdownHtml } from "./markdown.ts";
import { LARGEST_PART, partKind, type ReadPart } from "./parts.ts";

/** Rows and columns of a table that are shown, at most. */
const most = { rows: 50, columns: 20 } as const;

/** A part as HTML; undefined where it isn't what its name says. */
export function shownPart({ name, content }: ReadPart): string | undefined {
  if (content === undefined) return undefined;
  const text = (): string => new TextDecoder().decode(content);
  switch (partKind(name)) {
    case "markdown":
      return markdownHtml(text());
    case "text":
      return `<pre>${escaped(text())}</pre>`;
    case "table":
      return csvTable(text());
    case "image":
      return image(name, content);
    case "chart":
      return chart(text());
    case "data":
      return data(text());
    case "other":
      return undefined;
  }
}

function csvTable(text: string): string {
  const { columns, rows, more } = csvHead(text, true, most);
  return table(columns, rows, more);
}

function table(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  more: boolean,
): string {
  // A column of numbers is read from the right.
  const numeric = columns.map((_, index) =>
    rows.every((row) => /^(?:-?[\d.,]+(?:e[-+]?\d+)?%?)?$/i.test((row[index] ?? "").trim())),
  );
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${columns
      .map((_, index) => {
        const right = numeric[index] === true ? ' class="number"' : "";
        return `<${tag}${right}>${escaped(cells[index] ?? "")}</${tag}>`;
      })
      .join("")}</tr>`;
  const body = rows.map((cells) => row(cells, "td")).join("");
  const note = more ? `<p class="note">There is more in the file than is shown here.</p>` : "";
  return `<div class="wide"><table><thead>${row(columns, "th")}</thead><tbody>${body}</tbody></table></div>${note}`;
}

/** Media types by how a file begins: a name says little. */
const beginnings: readonly (readonly [readonly number[], string])[] = [
  [[0x89, 0x50, 0x4e, 0x47], "image/png"],
  [[0xff, 0xd8, 0xff], "image/jpeg"],
  [[0x47, 0x49, 0x46, 0x38], "image/gif"],
  [[0x52, 0x49, 0x46, 0x46], "image/webp"],
];

/**
 * An image runs no script, and neither does an SVG that is one:
 * https://www.w3.org/TR/SVG2/conform.html
 */
function image(name: string, content: Uint8Array): string | undefined {
  const type = /\.svg$/i.test(name)
    ? "image/svg+xml"
    : beginnings.find(([bytes]) => bytes.every((byte, index) => content[index] === byte))?.[1];
  if (type === undefined) return undefined;
  const data = Buffer.from(content).toString("base64");
  return `<img alt="${escaped(name)}" src="data:${type};base64,${data}">`;
}

/** What can't be drawn here is a table, and its specification for what draws it. */
function chart(text: string): string | undefined {
  const spec = parsed(text);
  if (!isJsonObject(spec)) return undefined;
  const title = typeof spec["title"] === "string" ? `<h3>${escaped(spec["title"])}</h3>` : "";
  const found = chartData(spec);
  if (found !== undefined) return `${title}${chartSvg(found)}`;
  const rows = chartRows(spec);
  const columns = [...new Set(rows.slice(0, most.rows).flatMap(Object.keys))].slice(
    0,
    most.columns,
  );
  const cells = rows.slice(0, most.rows).map((row) => columns.map((one) => cellText(row[one])));
  const shown = columns.length === 0 ? "" : table(columns, cells, rows.length > most.rows);
  return `${title}<p class="note">This chart is not drawn here: Vega-Lite draws its specification.</p>${shown}<details><summary>Specification</summary><pre>${escaped(indented(withoutData(spec)) ?? text)}</pre></details>`;
}

function withoutData(spec: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  const { data: _data, datasets: _datasets, ...rest } = spec;
  return rest;
}

function cellText(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function data(text: string): string {
  const value = parsed(text);
  const shown = value === undefined ? undefined : indented(value);
  return `<pre>${escaped(shown ?? text)}</pre>`;
}

/** Undefined where most of it would be indentation. */
function indented(value: Json): string | undefined {
  const text = JSON.stringify(value, null, 2);
  return text.length > 2 * LARGEST_PART ? undefined : text;
}

/** Levels of lists and fields that anybody reads; what goes deeper is no report. */
const deepest = 64;

function parsed(text: string): Json | undefined {
  if (depthOf(text) > deepest) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** How deep a JSON text goes, found without going there and in one pass, whatever it is. */
function depthOf(text: string): number {
  let [depth, most] = [0, 0];
  for (const [sign] of text.matchAll(/"(?:[^"\\]|\\[^])*"?|[[\]{}]/g)) {
    if (sign === "[" || sign === "{") depth += 1;
    else if (sign === "]" || sign === "}") depth -= 1;
    most = Math.max(most, depth);
  }
  return most;
}
