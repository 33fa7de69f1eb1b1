import { isMap, isScalar, isSeq, type Node } from "yaml";
import type { Json } from "../core/json.ts";
import { hasSpellings, itemText } from "./item-text.ts";
import { nameOf, type Path, type Problem } from "./problem.ts";
import type { RawConfig } from "./schema/schema.ts";
import type { RawForEach } from "./schema/schema-steps.ts";
import { nodeAt } from "./yaml/positions.ts";
import type { YamlSource } from "./yaml/yaml-source.ts";
import { keyText } from "./yaml/yaml-value.ts";

/**
 * Texts of the lists of `for_each` whose author wrote some item otherwise than JSON would, by the
 * list itself: overlays pass lists on as they are.
 */
export type WrittenItems = ReadonlyMap<readonly Json[], readonly string[]>;

/**
 * Reads how static `for_each` items are written in the file. YAML reads `1.10` as the number 1.1
 * and rounds what has more than 16 digits, but a step gets what its author wrote, as with
 * `env_vars`.
 */
export function writtenItems(
  source: YamlSource,
  config: RawConfig,
): { readonly items: WrittenItems; readonly problems: readonly Problem[] } {
  const items = new Map<readonly Json[], readonly string[]>();
  const problems: Problem[] = [];
  for (const { path, list } of listsOf(config)) {
    if (!list.some(hasSpellings)) continue;
    const texts = list.map((item, index) => {
      const at = [...path, index];
      return textOf(nodeAt(source, at), { source, problems, at }) ?? itemText(item);
    });
    if (texts.some((text, index) => text !== itemText(list[index] ?? null))) items.set(list, texts);
  }
  return { items, problems };
}

function listsOf(config: RawConfig): { readonly path: Path; readonly list: readonly Json[] }[] {
  const pipelines: { readonly path: Path; readonly steps: readonly WithForEach[] }[] = [
    { path: [], steps: config.batch?.pipeline?.steps ?? [] },
    ...Object.entries(config.environments ?? {}).map(([name, overlay]) => ({
      path: ["environments", name],
      steps: overlay.batch?.pipeline?.steps ?? [],
    })),
  ];
  return pipelines.flatMap(({ path, steps }) =>
    steps.flatMap(({ for_each: forEach }, index) => {
      const list = forEach?.items;
      const at = [...path, "batch", "pipeline", "steps", index, "for_each", "items"];
      return list === undefined ? [] : [{ path: at, list }];
    }),
  );
}

interface WithForEach {
  readonly for_each?: RawForEach | undefined;
}

interface Reading {
  readonly source: YamlSource;
  readonly problems: Problem[];
  /** Of what is being read. */
  readonly at: Path;
}

/** An item as a step gets it; undefined where the file doesn't have it. */
function textOf(node: Node | null, reading: Reading): string | undefined {
  if (!isScalar(node)) return node === null ? undefined : jsonOf(node, reading);
  if (typeof node.value === "string") return node.value;
  return node.value === null ? "null" : node.source;
}

/** A value within a list or a map, as JSON. */
function jsonOf(node: Node | null, reading: Reading): string {
  const inside = (at: string | number): string => {
    const path = [...reading.at, at];
    return jsonOf(nodeAt(reading.source, path), { ...reading, at: path });
  };
  if (isSeq(node)) return `[${node.items.map((_, index) => inside(index)).join(",")}]`;
  if (isMap(node)) {
    const fields = node.items.map((pair) => {
      const key = keyText(pair) ?? "";
      return `${JSON.stringify(key)}:${inside(key)}`;
    });
    return `{${fields.join(",")}}`;
  }
  if (!isScalar(node)) return "null";
  const { value, source: written = String(value) } = node;
  if (typeof value !== "number") return JSON.stringify(value);
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(written)) {
    reading.problems.push({
      code: "config/for-each-number",
      path: reading.at,
      message: `${nameOf(reading.at)} is the number ${written}, which JSON can't write as it stands`,
      help: `write it in quotes, "${written}", so that the step gets it as text`,
    });
  }
  return written;
}
