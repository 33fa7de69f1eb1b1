import type { Json, JsonObject } from "../../core/json.ts";
import { isJsonObject } from "../../core/json.ts";
import { err, ok, type Result } from "../../core/result.ts";

/** A value's place in a JSON text, in code units, and those of what it holds. */
export interface JsonNode {
  readonly start: number;
  end: number;
  /**
   * Of an object; a key that is there twice is here once, with its last value, as in the value
   * itself.
   */
  readonly fields: Map<string, { readonly start: number; readonly end: number; node: JsonNode }>;
  /** Of an array. */
  readonly items: JsonNode[];
}

export interface JsonProblem {
  readonly message: string;
  readonly offset: number;
}

/** Reads a JSON text that must hold an object; where it isn't one, says why and at which offset. */
export function readJsonObject(text: string): Result<JsonObject, JsonProblem> {
  const places = jsonPlaces(text);
  if (!places.ok) return places;
  const value = JSON.parse(text.replace(/^\uFEFF/, "")) as Json;
  if (isJsonObject(value)) return ok(value);
  return err({ message: "an object in braces is expected", offset: places.value.start });
}

/** How deep values may be in each other: more is not a definition of anything. */
const MAX_DEPTH = 500;

/** The places of all values of a JSON text. */
export function jsonPlaces(text: string): Result<JsonNode, JsonProblem> {
  const reader: Reader = { text, at: text.startsWith("\uFEFF") ? 1 : 0 };
  try {
    const node = readValue(reader, 0);
    skipSpace(reader);
    if (reader.at < text.length)
      throw new Unexpected("there is more text after its end", reader.at);
    return ok(node);
  } catch (error) {
    if (error instanceof Unexpected) return err({ message: error.message, offset: error.offset });
    throw error;
  }
}

interface Reader {
  readonly text: string;
  at: number;
}

/** Thrown in this file alone. */
class Unexpected extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

function readValue(reader: Reader, depth: number): JsonNode {
  skipSpace(reader);
  const { text, at: start } = reader;
  if (depth > MAX_DEPTH) throw new Unexpected("values are nested too deeply", start);
  const node: JsonNode = { start, end: start, fields: new Map(), items: [] };
  if (text[start] === '"') readText(reader);
  else if (text[start] === "{") readFields(reader, node, depth);
  else if (text[start] === "[") readItems(reader, node, depth);
  else {
    const word = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/.exec(
      text.slice(start, start + 400),
    )?.[0];
    if (word === undefined) throw new Unexpected("a value is expected here", start);
    reader.at += word.length;
  }
  node.end = reader.at;
  return node;
}

function readFields(reader: Reader, node: JsonNode, depth: number): void {
  readList(reader, "}", () => {
    if (reader.text[reader.at] !== '"') {
      throw new Unexpected("a field's name in double quotes is expected here", reader.at);
    }
    const start = reader.at;
    const name = readText(reader);
    const end = reader.at;
    skipSpace(reader);
    if (reader.text[reader.at] !== ":") {
      throw new Unexpected("a colon is expected after the field's name", reader.at);
    }
    reader.at += 1;
    node.fields.set(name, { start, end, node: readValue(reader, depth + 1) });
  });
}

function readItems(reader: Reader, node: JsonNode, depth: number): void {
  readList(reader, "]", () => {
    node.items.push(readValue(reader, depth + 1));
  });
}

function readList(reader: Reader, close: string, readOne: () => void): void {
  reader.at += 1;
  skipSpace(reader);
  if (reader.text[reader.at] === close) {
    reader.at += 1;
    return;
  }
  for (;;) {
    skipSpace(reader);
    readOne();
    skipSpace(reader);
    const next = reader.text[reader.at];
    if (next !== close && next !== ",") {
      throw new Unexpected(`a comma or ${close} is expected here`, reader.at);
    }
    reader.at += 1;
    if (next === close) return;
  }
}

function readText(reader: Reader): string {
  const { text, at: start } = reader;
  const written = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
  written.lastIndex = start;
  const found = written.exec(text)?.[0];
  if (found === undefined) {
    throw new Unexpected("the text that begins here isn't closed, or isn't written right", start);
  }
  reader.at += found.length;
  return JSON.parse(found) as string;
}

function skipSpace(reader: Reader): void {
  while (/[ \t\r\n]/.test(reader.text[reader.at] ?? "")) reader.at += 1;
}

/**
 * Where a place is that is written as `/States/Score/Choices[0]/Next`: the value, or the nearest
 * thing around it that is in the text. Names may hold slashes and brackets, so that the longest one
 * that is there is meant.
 */
export function placeInJson(
  root: JsonNode,
  location: string,
): { readonly start: number; readonly end: number } {
  let node = root;
  // An object is long: what is underlined of it is the key that it is under.
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
