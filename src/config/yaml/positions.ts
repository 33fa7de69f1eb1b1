import { isAlias, isMap, isScalar, isSeq, type Node, type Pair } from "yaml";
import type { SourceRange } from "../../core/diagnostic.ts";
import type { Path, Problem } from "../problem.ts";
import { sourceRange } from "./source-range.ts";
import type { YamlSource } from "./yaml-source.ts";
import { keyRange, keyText } from "./yaml-value.ts";

interface Found {
  /** How many segments of the path exist. */
  readonly depth: number;
  readonly node: Node | null;
  /** The pair that holds the node, when the last segment that exists is a key. */
  readonly pair: Pair | undefined;
}

function find(source: YamlSource, path: Path): Found {
  let found: Found = { depth: 0, node: source.tree().root, pair: undefined };
  for (const segment of path) {
    const node = resolved(source, found.node);
    if (isMap(node)) {
      const pair = node.items.find((item) => keyText(item) === segment);
      if (!pair) break;
      found = { depth: found.depth + 1, node: pair.value as Node | null, pair };
    } else if (isSeq(node) && typeof segment === "number") {
      const item = node.items[segment];
      if (item === undefined) break;
      found = { depth: found.depth + 1, node: item as Node, pair: undefined };
    } else break;
  }
  return found;
}

function resolved(source: YamlSource, node: Node | null): Node | null {
  return isAlias(node) ? (source.tree().anchors.get(node.source) ?? null) : node;
}

/** What the file has at this path, aliases followed; null where it has nothing. */
export function nodeAt(source: YamlSource, path: Path): Node | null {
  const { depth, node } = find(source, path);
  return depth === path.length ? resolved(source, node) : null;
}

/** Whether the file itself has something at this path. */
export function exists(source: YamlSource, path: Path): boolean {
  return find(source, path).depth === path.length;
}

/**
 * The scalar as the author wrote it, without quotes being taken off; undefined when the path names
 * no plain scalar.
 */
export function plainText(source: YamlSource, path: Path): string | undefined {
  const { depth, node } = find(source, path);
  const scalar = resolved(source, node);
  if (depth !== path.length || !isScalar(scalar) || scalar.type !== "PLAIN") return undefined;
  return scalar.source;
}

/** Where a problem is. What doesn't exist is shown at the nearest thing around it that does. */
export function rangeOf(
  source: YamlSource,
  path: Path,
  at: Problem["at"] = "value",
  part?: Problem["part"],
): SourceRange | undefined {
  const found = find(source, path);
  if (found.depth < path.length) return openingOf(source, found);
  if (found.pair && (at === "key" || isNothing(found.node))) {
    return sourceRange(source.text, ...keyRange(found.pair));
  }
  const range = found.node?.range;
  if (!range) return openingOf(source, found);
  if (isMap(found.node) || isSeq(found.node)) return openingOf(source, found);
  if (part && isScalar(found.node) && typeof found.node.value === "string") {
    const quote = found.node.type?.startsWith("QUOTE") === true ? 1 : 0;
    const start = range[0] + quote + part.start;
    const meant = found.node.value.slice(part.start, part.start + part.length);
    // With escapes before it the part is elsewhere: then the whole value is shown.
    if (source.text.startsWith(meant, start)) {
      return sourceRange(source.text, start, start + part.length);
    }
  }
  return sourceRange(source.text, range[0], range[1]);
}

/** The first words of a map or list: the key that holds it, or else its own first key. */
function openingOf(source: YamlSource, found: Found): SourceRange | undefined {
  if (found.pair) return sourceRange(source.text, ...keyRange(found.pair));
  const node = resolved(source, found.node);
  const first = isMap(node) ? node.items[0] : undefined;
  if (first) return sourceRange(source.text, ...keyRange(first));
  const start = node?.range?.[0];
  return start === undefined ? undefined : sourceRange(source.text, start, start + 1);
}

function isNothing(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null && !node.source);
}
