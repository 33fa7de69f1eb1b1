import { isAlias, isMap, isScalar, isSeq, type Node, type Pair } from "yaml";
import type { Diagnostic, SourceLocation } from "../../core/diagnostic.ts";

/** How many values aliases may be for all in all, so that a few lines can't become gigabytes. */
const MAX_VALUES = 50_000;
const MAX_DEPTH = 60;

/** Makes a location from offsets in the file. */
export type At = (start: number, end: number) => SourceLocation;

export interface Reader {
  readonly at: At;
  readonly anchors: Map<string, Node>;
  /** Anchored nodes that are being read: an alias to one of them would contain itself. */
  readonly open: Set<Node>;
  readonly problems: Diagnostic[];
  count: number;
}

type Role = "element" | "field";

/** A node as plain data; what a configuration can't want goes to the reader's problems. */
export function toValue(
  node: unknown,
  reader: Reader,
  depth: number,
  role: Role = "field",
): unknown {
  reader.count += 1;
  if (isScalar(node)) {
    if (node.anchor !== undefined) reader.anchors.set(node.anchor, node as Node);
    return node.value;
  }
  if (isAlias(node)) return aliasValue(node.source, node.range, reader, depth);
  if (!isMap(node) && !isSeq(node)) return null;

  const [start] = node.range ?? [0];
  if (depth > MAX_DEPTH) {
    report(reader, start, start + 1, {
      code: "yaml/too-deep",
      message: `the file is nested more than ${MAX_DEPTH} levels deep`,
      help: "no field of a configuration is that deep; check the indentation",
    });
    return null;
  }
  if (node.anchor !== undefined) reader.anchors.set(node.anchor, node);
  reader.open.add(node);
  const value = isSeq(node)
    ? node.items.map((item) => toValue(item, reader, depth + 1, "element"))
    : mapValue(node.items, reader, depth, role);
  reader.open.delete(node);
  return value;
}

function mapValue(pairs: readonly Pair[], reader: Reader, depth: number, role: Role): unknown {
  const value = Object.create(null) as Record<string, unknown>;
  const seen = new Map<string, Pair>();
  let lacksDash = false;
  for (const pair of pairs) {
    const key = keyText(pair);
    const [start, end] = keyRange(pair);
    if (key === undefined || key === "__proto__") {
      report(reader, start, end, {
        code: "yaml/key",
        message: key === undefined ? "a key must be plain text" : "no field can have this name",
        help: 'write "name: value"',
      });
      continue;
    }
    if (key === "<<") {
      report(reader, start, end, {
        code: "yaml/merge-key",
        message: 'merge keys ("<<") are not supported',
        help: "write the fields out where they are needed, so that each file says what it means",
      });
      continue;
    }
    const first = seen.get(key);
    if (first) {
      // An element whose dash is missing repeats the one before it from its first key on: that is
      // one mistake.
      if (lacksDash) continue;
      lacksDash = role === "element" && first === pairs[0];
      const [firstStart, firstEnd] = keyRange(first);
      reader.problems.push({
        code: "yaml/duplicate-key",
        severity: "error",
        message: `${key} is given twice`,
        help: lacksDash
          ? 'put "- " before it if it begins another element; otherwise keep one of the two'
          : "keep one of the two",
        location: reader.at(start, end),
        related: [{ message: "the first one is here", location: reader.at(firstStart, firstEnd) }],
      });
      continue;
    }
    seen.set(key, pair);
    value[key] = toValue(pair.value, reader, depth + 1);
  }
  return value;
}

function aliasValue(
  name: string,
  range: readonly number[] | null | undefined,
  reader: Reader,
  depth: number,
): unknown {
  const start = range?.[0] ?? 0;
  const end = range?.[1] ?? start + 1;
  const target = reader.anchors.get(name);
  if (!target || reader.open.has(target)) {
    report(reader, start, end, {
      code: "yaml/alias",
      message: target
        ? `the alias *${name} contains itself`
        : `no anchor before this is named &${name}`,
      help: "write the value out",
    });
    return null;
  }
  if (reader.count > MAX_VALUES) {
    if (!reader.problems.some((problem) => problem.code === "yaml/alias-bomb")) {
      report(reader, start, end, {
        code: "yaml/alias-bomb",
        message: `the aliases of this file stand for more than ${MAX_VALUES.toLocaleString("en-US")} values`,
        help: "write the values out; a configuration needs few of them",
      });
    }
    return null;
  }
  return toValue(target, reader, depth + 1);
}

function report(
  reader: Reader,
  start: number,
  end: number,
  problem: Pick<Diagnostic, "code" | "message" | "help">,
): void {
  reader.problems.push({ ...problem, severity: "error", location: reader.at(start, end) });
}

/**
 * A key as text: `3.10` is what was written, not the number. Undefined when it is a list, a map, an
 * alias or nothing.
 */
export function keyText(pair: Pair): string | undefined {
  const { key } = pair;
  if (!isScalar(key) || key.value === null) return undefined;
  if (typeof key.value === "string") return key.value;
  return key.source;
}

export function keyRange(pair: Pair): readonly [start: number, end: number] {
  const range = (pair.key as Node | null)?.range;
  return range ? [range[0], range[1]] : [0, 1];
}
