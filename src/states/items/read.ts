import { isJsonObject, type Json } from "../../core/json.ts";
import type { ItemReader } from "../machine.ts";
import { readCsv } from "./csv.ts";
import { own } from "../own.ts";

/**
 * The items in a file's text, as the reader's `InputType` says.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
 *
 * @returns the items, or what is wrong with the text
 */
export function readItems(text: string, reader: ItemReader): readonly Json[] | string {
  switch (reader.inputType) {
    case "CSV":
      return readCsv(text, reader.csvDelimiter, reader.csvHeaders);
    case "JSONL":
      return readLines(text);
    case "JSON":
    case undefined:
      return readJson(text, reader.itemsPointer);
    default:
      return `Input type ${reader.inputType} is not supported here: use CSV, JSON or JSONL.`;
  }
}

function readJson(text: string, pointer: string | undefined): readonly Json[] | string {
  const parsed = parse(text);
  if (parsed === undefined) return "The file is not valid JSON.";
  const value = pointer === undefined ? parsed : pointed(parsed, pointer);
  if (Array.isArray(value)) return value as readonly Json[];
  if (isJsonObject(value)) return Object.entries(value).map(([Key, Value]) => ({ Key, Value }));
  return "The file must hold a JSON array or object.";
}

function readLines(text: string): readonly Json[] | string {
  const items: Json[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const item = parse(line);
    if (item === undefined) return `Line ${index + 1} is not valid JSON.`;
    items.push(item);
  }
  return items;
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, "")) as Json;
  } catch {
    return undefined;
  }
}

/** The value at a JSON pointer (RFC 6901). */
function pointed(value: Json, pointer: string): Json | undefined {
  let at: Json | undefined = value;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(at)) at = (at as readonly Json[])[Number(key)];
    else at = isJsonObject(at) ? own(at, key) : undefined;
  }
  return at;
}
