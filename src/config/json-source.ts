import type { Json, JsonObject } from "../core/json.ts";
import { isJsonObject } from "../core/json.ts";
import { err, ok, type Result } from "../core/result.ts";

/** A value's place in a JSON text, in code units, and those of what it holds. */
export interface JsonNode {
  readonly start: number;
  end: number;
  /** Of an object; a key that stands twice is here once, with its last value, as in the value itself. */
  readonly fields: Map<string, { readonly start: number; readonly end: number; node: JsonNode }>;
  /** Of an array. */
  readonly items: JsonNode[];
}

/** Reads a JSON text that must hold an object; where it isn't one, says why and at which offset. */
export function readJsonObject(
  text: string,
): Result<JsonObject, { readonly message: string; readonly offset: number }> {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    const { message } = error as SyntaxError;
    const offset = /at position (\d+)/.exec(message)?.[1];
    const why = message.replace(/,? (?:in JSON )?at position .*$/, "").replace(/ in JSON$/, "");
    return err({ message: why, offset: offset === undefined ? text.length : Number(offset) });
  }
  if (isJsonObject(value)) return ok(value);
  return err({ message: "it is no JSON object", offset: text.search(/\S/) });
}

/** The places of all values of a JSON text that is known to be right. */
export function jsonPlaces(text: string): JsonNode {
  let at = 0;
  const skip = (): void => {
    while (/[\s,:]/.test(text[at] ?? "")) at += 1;
  };
  const string = (): { start: number; end: number } => {
    const start = at;
    at += 1;
    while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
    at += 1;
    return { start, end: at };
  };
  const value = (): JsonNode => {
    skip();
    const node: JsonNode = { start: at, end: at, fields: new Map(), items: [] };
    const open = text[at];
    if (open === '"') string();
    else if (open === "{" || open === "[") {
      at += 1;
      for (skip(); text[at] !== "}" && text[at] !== "]"; skip()) {
        if (open === "[") node.items.push(value());
        else {
          const key = string();
          const name = JSON.parse(text.slice(key.start, key.end)) as string;
          node.fields.set(name, { ...key, node: value() });
        }
      }
      at += 1;
    } else while (/[^\s,\]}]/.test(text[at] ?? " ")) at += 1;
    node.end = at;
    return node;
  };
  return value();
}

/**
 * Where a place is that is written as `/States/Score/Choices[0]/Next`: the value, or the nearest thing around it that is in the text. Names may
 * hold slashes and brackets, so that the longest one that is there is meant.
 */
export function placeInJson(
  root: JsonNode,
  location: string,
): { readonly start: number; readonly end: number } {
  let node = root;
  // An object is long: what is underlined of it is the key that it stands under.
  let shown: { start: number; end: number } = { start: root.start, end: root.start + 1 };
  let rest = location;
  for (;;) {
    const index = /^\[(\d+)\]/.exec(rest);
    const item = index === null ? undefined : node.items[Number(index[1])];
    if (index !== null && item !== undefined) {
      node = item;
      shown = isSmall(node) ? node : { start: node.start, end: node.start + 1 };
      rest = rest.slice(index[0].length);
      continue;
    }
    const names = [...node.fields.keys()].filter((name) => {
      const after = rest[name.length + 1];
      return rest.startsWith(`/${name}`) && (after === undefined || after === "/" || after === "[");
    });
    const name = names.toSorted((a, b) => b.length - a.length)[0];
    const field = name === undefined ? undefined : node.fields.get(name);
    if (name === undefined || field === undefined) return shown;
    node = field.node;
    shown = isSmall(node) ? node : field;
    rest = rest.slice(name.length + 1);
  }
}

function isSmall(node: JsonNode): boolean {
  return node.fields.size === 0 && node.items.length === 0;
}
