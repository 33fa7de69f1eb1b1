import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { ownValue } from "../../core/own.ts";

/** A point of a chart; `x` is a number where that is one, or a time, and a text otherwise. */
export interface ChartPoint {
  readonly x: number | string;
  readonly y: number;
}

/** One line, or the points or bars of one colour. */
export interface ChartSeries {
  readonly name: string;
  readonly points: readonly ChartPoint[];
}

/** What a simple Vega-Lite specification shows. */
export interface ChartData {
  readonly mark: "line" | "area" | "bar" | "point";
  readonly xTitle: string;
  readonly yTitle: string;
  readonly time: boolean;
  readonly series: readonly ChartSeries[];
}

/** Rows that are looked at, and series that are drawn, at most. */
const MOST_ROWS = 20_000;
const MOST_SERIES = 8;
const MOST_TEXTS = 60;
/** What is larger than this, either way, leaves no room to add it up and to scale it. */
const LARGEST = 1e300;
/**
 * Milliseconds around 1970 that are a time at all; nanoseconds of our days are more:
 * https://tc39.es/ecma262/#sec-time-values-and-time-range
 */
const LARGEST_TIME = 8.64e15;

const marks: Readonly<Record<string, ChartData["mark"]>> = {
  line: "line",
  trail: "line",
  area: "area",
  bar: "bar",
  point: "point",
  circle: "point",
  square: "point",
  tick: "point",
};

/**
 * Reads a Vega-Lite specification (https://vega.github.io/vega-lite/docs/spec.html) that is one
 * mark over rows that it has in it, with x, y and perhaps a colour, and with count, sum or mean
 * over them. Undefined for all others: nobody gets a chart that shows something else than Vega-Lite
 * would.
 */
export function chartData(spec: JsonObject): ChartData | undefined {
  const { mark, encoding } = spec;
  const kind = ownValue(marks, isJsonObject(mark) ? text(mark["type"]) : text(mark));
  const rows = rowsOf(spec);
  if (kind === undefined || rows === undefined || !isJsonObject(encoding)) return undefined;
  if (unknown(spec, ["transform", "layer", "facet", "repeat", "hconcat", "vconcat", "params"])) {
    return undefined;
  }
  if (unknown(encoding, ["row", "column", "facet", "x2", "y2", "xOffset", "yOffset", "theta"])) {
    return undefined;
  }
  const [x, y] = [channel(encoding["x"]), channel(encoding["y"])];
  const colour = encoding["color"] === undefined ? undefined : channel(encoding["color"]);
  if (x?.field === undefined || x.aggregate !== undefined || y === undefined) return undefined;
  if (encoding["color"] !== undefined && colour?.field === undefined) return undefined;
  if (y.field === undefined && y.aggregate !== "count") return undefined;
  const time = x.type === "temporal";
  const grouped = new Map<string, Map<number | string, number[]>>();
  for (const row of rows) {
    const place = placeOf(ownValue(row, x.field), x.type);
    const value = y.field === undefined ? 1 : ownValue(row, y.field);
    if (place === undefined || typeof value !== "number" || !Number.isFinite(value)) continue;
    const named = colour?.field === undefined ? "" : ownValue(row, colour.field);
    const name = typeof named === "object" ? JSON.stringify(named) : String(named ?? "");
    const group = grouped.get(name) ?? new Map<number | string, number[]>();
    grouped.set(name, group);
    const values = group.get(place) ?? [];
    group.set(place, values);
    values.push(value);
  }
  const series = [...grouped].map(([name, group]): ChartSeries => ({
    name,
    points: sorted([...group].flatMap(([place, values]) => pointsOf(place, values, y.aggregate))),
  }));
  const texts = new Set(series.flatMap(({ points }) => points.map(({ x: at }) => at)));
  const named = x.type !== "temporal" && x.type !== "quantitative";
  if (series.length === 0 || series.length > MOST_SERIES) return undefined;
  if (!series.every(({ points }) => points.every(canBeDrawn))) return undefined;
  if ((named || kind === "bar") && texts.size > MOST_TEXTS) return undefined;
  return {
    mark: kind,
    xTitle: x.title ?? x.field,
    yTitle: y.title ?? [y.aggregate, y.field].filter(Boolean).join(" of "),
    time,
    series,
  };
}

interface Channel {
  readonly field: string | undefined;
  readonly type: string;
  readonly aggregate: "count" | "sum" | "mean" | undefined;
  readonly title: string | undefined;
}

/** Undefined for what would be drawn in another way than here. */
function channel(value: Json | undefined): Channel | undefined {
  if (!isJsonObject(value) || unknown(value, ["bin", "timeUnit", "condition", "impute", "value"])) {
    return undefined;
  }
  const { aggregate, scale, stack } = value;
  if (isJsonObject(scale) && unknown(scale, ["type"]) && scale["type"] !== "linear") {
    return undefined;
  }
  if (stack === "normalize" || stack === "center") return undefined;
  const known = (["count", "sum", "mean"] as const).find(
    (one) => one === aggregate || (one === "mean" && aggregate === "average"),
  );
  if (aggregate !== undefined && known === undefined) return undefined;
  const title = text(value["title"]);
  return {
    field: value["field"] === undefined ? undefined : text(value["field"]),
    type: text(value["type"]),
    aggregate: known,
    title: title === "" ? undefined : title,
  };
}

function unknown(value: JsonObject, fields: readonly string[]): boolean {
  return fields.some((field) => value[field] !== undefined && value[field] !== null);
}

/** The rows that it has in it: `data.values`, or one of `datasets`. */
function rowsOf({ data, datasets }: JsonObject): readonly JsonObject[] | undefined {
  if (!isJsonObject(data)) return undefined;
  const named = isJsonObject(datasets) ? ownValue(datasets, text(data["name"])) : undefined;
  const values = data["values"] ?? named;
  if (!Array.isArray(values) || values.length === 0 || values.length > MOST_ROWS) return undefined;
  return (values as readonly Json[]).filter(isJsonObject);
}

/** The rows of a specification that can't be drawn, to be shown as a table. */
export function chartRows(spec: JsonObject): readonly JsonObject[] {
  return rowsOf(spec) ?? [];
}

function placeOf(value: Json | undefined, type: string): number | string | undefined {
  if (type === "quantitative") return typeof value === "number" ? value : undefined;
  if (type === "temporal") {
    const at = typeof value === "number" ? value : Date.parse(text(value));
    return Math.abs(at) <= LARGEST_TIME ? at : undefined;
  }
  return value === null || value === undefined || typeof value === "object"
    ? undefined
    : String(value);
}

function canBeDrawn({ x, y }: ChartPoint): boolean {
  return Math.abs(y) <= LARGEST && (typeof x === "string" || Math.abs(x) <= LARGEST);
}

function pointsOf(
  x: number | string,
  values: readonly number[],
  aggregate: Channel["aggregate"],
): readonly ChartPoint[] {
  const sum = values.reduce((total, value) => total + value, 0);
  switch (aggregate) {
    case undefined:
      return values.map((y) => ({ x, y }));
    case "count":
      return [{ x, y: values.length }];
    case "sum":
      return [{ x, y: sum }];
    case "mean":
      return [{ x, y: sum / values.length }];
  }
}

/** Numbers and times by size, texts by name, as Vega-Lite does it. */
function sorted(points: readonly ChartPoint[]): readonly ChartPoint[] {
  return points.toSorted((a, b) =>
    typeof a.x === "number" && typeof b.x === "number"
      ? a.x - b.x
      : String(a.x) < String(b.x)
        ? -1
        : Number(String(a.x) > String(b.x)),
  );
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
