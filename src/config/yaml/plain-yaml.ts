/**
 * Reads the part of YAML that nearly all configurations are written in, several times faster than a
 * parser of the whole language: maps and lists by indentation, texts in quotes without escapes,
 * plain words and numbers, `[a, b]` and `{a: 1}` on one line, texts behind `|` and `>`, comments.
 * Whatever is written otherwise, or may be wrong, is for that parser (`readYaml`): it alone says
 * what is wrong, and where. A test holds the two to the same values.
 *
 * @returns a map without a prototype, as `readYaml` gives it; undefined where the text has anything
 *   that isn't of this part
 */
export function plainYaml(written: string): object | undefined {
  const text = written.replaceAll("\r\n", "\n");
  if (UNUSUAL.test(text) || MARKER.test(text)) return undefined;
  const reader: Reader = { lines: text.split("\n"), at: 0, indent: 0, depth: 0 };
  try {
    toContent(reader);
    if (reader.indent !== 0) return undefined;
    const value = readMap(reader, 0);
    return reader.at === reader.lines.length ? value : undefined;
  } catch (error) {
    if (error === notPlain) return undefined;
    throw error;
  }
}

/** Spaces and line ends of other kinds, tabs, what is invisible, halves of characters. */
const UNUSUAL = /[^\n \p{L}\p{M}\p{N}\p{P}\p{S}]/u;
/** The begin or end of a document, a directive. */
const MARKER = /^(?:---|\.\.\.|%)/m;

/** A key and its colon; plain keys are words that can't be anything but text. */
const KEY = /(?:([A-Za-z_][\w.-]{0,99})|"([^"\\\n]{0,99})"|'([^'\n]{0,99})'):(?= |$)/y;
/** What may follow a value that has ended. */
const REST = / *(?:$| #)/y;
/** A text in quotes, without escapes. */
const QUOTED = /"([^"\\]*)"|'([^']*)'/y;
/** What a plain text begins with. */
const PLAIN = /[\p{L}\p{N}_./$(+=]|-[\p{L}\p{N}_./]/uy;
const IN_FLOW = /-?[\w./+][\w./+-]*/y;
const BLOCK = /^[|>]-?$/;

/** Thrown in this file alone. */
const notPlain = new Error("not plain YAML");
/** No configuration is deeper. */
const MAX_DEPTH = 20;

interface Reader {
  readonly lines: readonly string[];
  /** The line that is read next: one with content, or the number of lines at the end. */
  at: number;
  /** How far that line is indented; -1 at the end. */
  indent: number;
  depth: number;
}

function refuse(): never {
  throw notPlain;
}

/** Moves to the next line with content, this one included. */
function toContent(reader: Reader): void {
  for (; reader.at < reader.lines.length; reader.at += 1) {
    const line = reader.lines[reader.at] ?? "";
    const indent = indentOf(line);
    if (indent === line.length || line[indent] === "#") continue;
    reader.indent = indent;
    return;
  }
  reader.indent = -1;
}

function indentOf(line: string): number {
  let indent = 0;
  while (line[indent] === " ") indent += 1;
  return indent;
}

function toNextLine(reader: Reader): void {
  reader.at += 1;
  toContent(reader);
}

/** @param start where the keys stand; the first may follow the dash of a list */
function readMap(reader: Reader, start: number): object {
  const map = Object.create(null) as Record<string, unknown>;
  if ((reader.depth += 1) > MAX_DEPTH) refuse();
  do {
    const line = reader.lines[reader.at] ?? "";
    const [key, end] = keyAt(line, start);
    if (key in map) refuse();
    map[key] = readValue(reader, line, end, start);
  } while (reader.indent === start);
  if (reader.indent > start) refuse();
  reader.depth -= 1;
  return map;
}

/** A key, and where what follows it begins. */
function keyAt(line: string, start: number): readonly [key: string, end: number] {
  KEY.lastIndex = start;
  const found = KEY.exec(line);
  if (found === null) return refuse();
  const [whole, plain, double, single] = found;
  const key = plain ?? double ?? single ?? "";
  if (key === "__proto__" || key === "<<" || (plain !== undefined && isWord(plain))) refuse();
  return [key, start + whole.length];
}

/** What follows a key on its line, or below it. */
function readValue(reader: Reader, line: string, end: number, start: number): unknown {
  const from = skipSpaces(line, end);
  if (from < line.length && line[from] !== "#") return readInLine(reader, line, from, start);
  toNextLine(reader);
  const { indent } = reader;
  const dash = isDash(reader.lines[reader.at], indent);
  if (indent > start) return dash ? readList(reader, indent) : readMap(reader, indent);
  return indent === start && dash ? readList(reader, indent) : null;
}

function isDash(line: string | undefined, indent: number): boolean {
  return line?.[indent] === "-" && line[indent + 1] === " ";
}

function readList(reader: Reader, start: number): unknown[] {
  const list: unknown[] = [];
  if ((reader.depth += 1) > MAX_DEPTH) refuse();
  while (reader.indent === start && isDash(reader.lines[reader.at], start)) {
    const line = reader.lines[reader.at] ?? "";
    const from = skipSpaces(line, start + 1);
    KEY.lastIndex = from;
    list.push(KEY.test(line) ? readMap(reader, from) : readInLine(reader, line, from, start));
  }
  if (reader.indent > start) refuse();
  reader.depth -= 1;
  return list;
}

/** A value that begins on this line; the reader is then at the next one. */
function readInLine(reader: Reader, line: string, from: number, start: number): unknown {
  const first = line[from];
  if (first === "|" || first === ">") return readBlock(reader, line.slice(from), start);
  const [value, end] =
    first === "[" || first === "{"
      ? flowAt(line, from, 1)
      : first === '"' || first === "'"
        ? quotedAt(line, from)
        : plainAt(line, from);
  REST.lastIndex = end;
  if (!REST.test(line)) refuse();
  toNextLine(reader);
  return value;
}

type Read = readonly [value: unknown, end: number];

function quotedAt(line: string, from: number): Read {
  QUOTED.lastIndex = from;
  const found = QUOTED.exec(line);
  if (found === null) return refuse();
  return [found[1] ?? found[2] ?? "", from + found[0].length];
}

/** A text without quotes: to the end of the line, or to a comment. */
function plainAt(line: string, from: number): Read {
  PLAIN.lastIndex = from;
  if (!PLAIN.test(line)) refuse();
  const comment = line.indexOf(" #", from);
  const end = comment === -1 ? line.length : comment;
  const text = line.slice(from, end).trimEnd();
  return text.includes(": ") || text.endsWith(":") ? refuse() : [scalar(text), end];
}

/** A list or a map in brackets, on one line. */
function flowAt(line: string, from: number, depth: number): Read {
  const isList = line[from] === "[";
  const close = isList ? "]" : "}";
  const list: unknown[] = [];
  const map = Object.create(null) as Record<string, unknown>;
  if (depth > MAX_DEPTH) refuse();
  let at = skipSpaces(line, from + 1);
  if (line[at] === close) return [isList ? list : map, at + 1];
  for (;;) {
    let value: unknown;
    if (isList) [value, at] = inFlowAt(line, at, depth);
    else {
      const [key, end] = keyAt(line, at);
      if (key in map) refuse();
      [value, at] = inFlowAt(line, skipSpaces(line, end), depth);
      map[key] = value;
    }
    if (isList) list.push(value);
    at = skipSpaces(line, at);
    if (line[at] === close) return [isList ? list : map, at + 1];
    if (line[at] !== ",") refuse();
    at = skipSpaces(line, at + 1);
  }
}

function inFlowAt(line: string, at: number, depth: number): Read {
  const first = line[at];
  if (first === "[" || first === "{") return flowAt(line, at, depth + 1);
  if (first === '"' || first === "'") return quotedAt(line, at);
  IN_FLOW.lastIndex = at;
  const text = IN_FLOW.exec(line)?.[0];
  return text === undefined ? refuse() : [scalar(text), at + text.length];
}

function skipSpaces(line: string, from: number): number {
  let at = from;
  while (line[at] === " ") at += 1;
  return at;
}

/**
 * A text of several lines. Behind `>` only lines that are all indented alike, without empty ones
 * between them: they are one line.
 *
 * @param start how far what holds the text is indented
 */
function readBlock(reader: Reader, header: string, start: number): string {
  if (!BLOCK.test(header)) refuse();
  const found: string[] = [];
  let indent = 0;
  let at = reader.at + 1;
  for (; at < reader.lines.length; at += 1) {
    const line = reader.lines[at] ?? "";
    const own = indentOf(line);
    if (own === line.length) {
      if (own > indent || found.length === 0) refuse();
      found.push("");
      continue;
    }
    if (found.length === 0) indent = own;
    if (own <= start) break;
    if (own < indent) refuse();
    found.push(line.slice(indent));
  }
  while (found.at(-1) === "") found.pop();
  if (found.length === 0) refuse();
  const folds = header.startsWith(">");
  if (folds && found.some((line) => line === "" || line.startsWith(" "))) refuse();
  reader.at = at;
  toContent(reader);
  return found.join(folds ? " " : "\n") + (header.endsWith("-") ? "" : "\n");
}

const WORD = /^(?:true|false|null|True|False|Null|TRUE|FALSE|NULL)$/;
/** With this in it, it can't be a number, whatever else it is. */
const NO_NUMBER = /[^0-9A-Za-z+._-]|^[A-Za-z_]|^[1-9]\d*[A-DF-Za-df-z-]|^\d+\.\d+\.\d+$/;
const NUMBER = /^-?(?:0|[1-9]\d{0,14})$|^-?(?:0|[1-9]\d{0,7})\.\d{1,7}$/;

function isWord(text: string): boolean {
  return WORD.test(text);
}

function scalar(text: string): string | number | boolean | null {
  if (isWord(text)) {
    const word = text.toLowerCase();
    return word === "null" ? null : word === "true";
  }
  if (NO_NUMBER.test(text)) return text;
  return NUMBER.test(text) ? Number(text) : refuse();
}
