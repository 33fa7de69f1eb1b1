import type { Json } from "../../core/json.ts";
import { expect, nested, PathSyntax, skipSpace, type Reader } from "./reader.ts";

/**
 * Reads a value that is written out in a filter: a number, `true`, `false`, `null`, a text in
 * either quotes, a list, an object.
 */
export function parseValue(reader: Reader): Json {
  skipSpace(reader);
  switch (reader.text[reader.at]) {
    case "'":
    case '"':
      return parseText(reader);
    case "[":
      return nested(reader, () => parseList(reader));
    case "{":
      return nested(reader, () => parseObject(reader));
    default:
      return parseWord(reader);
  }
}

function parseWord(reader: Reader): Json {
  const written = /(?:true|false|null)|-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy;
  written.lastIndex = reader.at;
  const word = written.exec(reader.text)?.[0];
  if (word === undefined) throw new PathSyntax(`A value is missing at ${reader.at}`);
  reader.at += word.length;
  switch (word) {
    case "true":
      return true;
    case "false":
      return false;
    case "null":
      return null;
    default: {
      const number = Number(word);
      if (!Number.isFinite(number)) throw new PathSyntax(`${word} is not a number`);
      return number;
    }
  }
}

function parseList(reader: Reader): Json {
  const items: Json[] = [];
  parseMembers(reader, "[", "]", () => {
    items.push(parseValue(reader));
  });
  return items;
}

function parseObject(reader: Reader): Json {
  const fields: [string, Json][] = [];
  parseMembers(reader, "{", "}", () => {
    const name = parseText(reader);
    skipSpace(reader);
    expect(reader, ":");
    fields.push([name, parseValue(reader)]);
  });
  return Object.fromEntries(fields);
}

function parseMembers(reader: Reader, open: string, close: string, member: () => void): void {
  expect(reader, open);
  skipSpace(reader);
  if (reader.text[reader.at] === close) {
    reader.at += 1;
    return;
  }
  for (;;) {
    member();
    skipSpace(reader);
    if (reader.text[reader.at] === close) break;
    expect(reader, ",");
    skipSpace(reader);
  }
  reader.at += 1;
}

const escapes: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["b", "\b"],
  ["f", "\f"],
]);

/**
 * Reads a text in quotes, with the escapes of Java: `\n`, `\u00e7`; before any other character a
 * backslash falls away.
 */
function parseText(reader: Reader): string {
  const { text } = reader;
  const quote = text[reader.at];
  if (quote !== "'" && quote !== '"') throw new PathSyntax(`A quote is missing at ${reader.at}`);
  const parts: string[] = [];
  for (let at = reader.at + 1; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (character === quote) {
      reader.at = at + 1;
      return parts.join("");
    }
    if (character !== "\\") {
      parts.push(character);
      continue;
    }
    at += 1;
    const escaped = text[at] ?? "";
    const code = escaped === "u" ? text.slice(at + 1, at + 5) : "";
    if (/^[0-9a-f]{4}$/i.test(code)) {
      parts.push(String.fromCharCode(Number.parseInt(code, 16)));
      at += 4;
    } else {
      parts.push(escapes.get(escaped) ?? escaped);
    }
  }
  throw new PathSyntax("A closing quote is missing");
}

/** Reads `/pattern/flags`. It has to match a whole text. */
export function parsePattern(reader: Reader): RegExp {
  const written = /\/((?:[^/\\]|\\.)*)\/([a-z]*)/isy;
  written.lastIndex = reader.at;
  const match = written.exec(reader.text);
  if (match === null) throw new PathSyntax(`A pattern is not closed at ${reader.at}`);
  reader.at += match[0].length;
  const [, source = "", flags = ""] = match;
  const inner = /^\(\?([a-z]+)\)/i.exec(source);
  const known = [...new Set(flags + (inner?.[1] ?? ""))].filter((flag) => "imsu".includes(flag));
  try {
    return new RegExp(`^(?:${source.slice(inner?.[0].length ?? 0)})$`, known.join(""));
  } catch {
    throw new PathSyntax(`Not a regular expression: ${match[0]}`);
  }
}
