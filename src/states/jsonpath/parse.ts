import { err, ok, type Result } from "../../core/result.ts";
import { leadsToOne, type Path, type PathRoot, type PathStep } from "./path.ts";
import { parseFilter } from "./filter-parse.ts";
import { expect, parseQuoted, PathSyntax, skipSpace, type Reader } from "./reader.ts";

const nameCharacters = /[\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}$\-+!#%&;^{}~"`/\\|=<>'@]/u;

/** Parses a JSONPath: `$.a['b'][0]`, `$$.Execution.Id`, `$variable.a`. */
export function parsePath(text: string): Result<Path, string> {
  const reader: Reader = { text, at: 0, depth: 0, inFilter: false };
  try {
    const root = parseRoot(reader);
    const steps = parseSteps(reader);
    if (reader.at < text.length) {
      throw new PathSyntax(`Unexpected character '${text[reader.at] ?? ""}' at ${reader.at}`);
    }
    return ok({ text, root, steps, definite: leadsToOne(steps) });
  } catch (error) {
    if (error instanceof PathSyntax) return err(error.message);
    throw error;
  }
}

function parseRoot(reader: Reader): PathRoot {
  if (reader.text[0] !== "$") throw new PathSyntax("Value is not a valid JSONPath");
  reader.at = 1;
  if (reader.text[1] === "$") {
    reader.at = 2;
    return { kind: "context" };
  }
  const name = /^[\p{L}_][\p{L}\p{Nd}_]*/u.exec(reader.text.slice(1))?.[0];
  if (name === undefined) return { kind: "input" };
  reader.at += name.length;
  return { kind: "variable", name };
}

/** Reads steps until something comes that can't be one. */
function parseSteps(reader: Reader): PathStep[] {
  const steps: PathStep[] = [];
  for (;;) {
    const next = reader.text[reader.at];
    if (next === ".") {
      reader.at += 1;
      if (reader.text[reader.at] === ".") {
        reader.at += 1;
        const after = reader.text[reader.at] === "[" ? parseBracket(reader) : parseDotted(reader);
        steps.push({ kind: "descendants", inner: after });
      } else if (reader.text[reader.at] === "[") {
        steps.push(parseBracket(reader));
      } else {
        steps.push(parseDotted(reader));
      }
    } else if (next === "[") {
      steps.push(parseBracket(reader));
    } else {
      return steps;
    }
  }
}

function parseDotted(reader: Reader): PathStep {
  const { text } = reader;
  if (text[reader.at] === "*") {
    reader.at += 1;
    return { kind: "wildcard" };
  }
  const start = reader.at;
  while (reader.at < text.length && nameContinues(reader)) {
    reader.at += characterAt(reader).length;
  }
  const name = text.slice(start, reader.at);
  if (name === "") throw new PathSyntax(`A name is missing at ${start}`);
  if (text.startsWith("()", reader.at)) {
    reader.at += 2;
    return { kind: "function", name };
  }
  return { kind: "name", name };
}

function nameContinues(reader: Reader): boolean {
  const { text, at, inFilter } = reader;
  if (!nameCharacters.test(characterAt(reader))) return false;
  return (
    !inFilter || !(/[<>=~!]/.test(text[at] ?? "") || /^(?:&&|\|\|)/.test(text.slice(at, at + 2)))
  );
}

function characterAt(reader: Reader): string {
  return String.fromCodePoint(reader.text.codePointAt(reader.at) ?? 0);
}

function parseBracket(reader: Reader): PathStep {
  reader.at += 1;
  skipSpace(reader);
  const { text } = reader;
  const first = text[reader.at];
  if (first === "*") {
    reader.at += 1;
    expect(reader, "]");
    return { kind: "wildcard" };
  }
  if (first === "?") {
    reader.at += 1;
    skipSpace(reader);
    expect(reader, "(");
    const outside = reader.inFilter;
    reader.inFilter = true;
    const filter = parseFilter(reader, parseSteps);
    reader.inFilter = outside;
    skipSpace(reader);
    expect(reader, ")");
    expect(reader, "]");
    return { kind: "filter", filter };
  }
  return first === "'" || first === '"' ? parseNames(reader) : parseNumbers(reader);
}

function parseNames(reader: Reader): PathStep {
  const names: string[] = [];
  for (;;) {
    skipSpace(reader);
    names.push(parseQuoted(reader));
    skipSpace(reader);
    if (reader.text[reader.at] !== ",") break;
    reader.at += 1;
  }
  expect(reader, "]");
  const [name] = names;
  return names.length === 1 && name !== undefined
    ? { kind: "name", name }
    : { kind: "names", names };
}

function parseNumbers(reader: Reader): PathStep {
  const end = reader.text.indexOf("]", reader.at);
  if (end === -1) throw new PathSyntax("A closing bracket is missing");
  const inside = reader.text.slice(reader.at, end).trim();
  const at = reader.at;
  reader.at = end + 1;
  if (/^-?\d+$/.test(inside)) return { kind: "index", index: Number(inside) };
  const slice = /^(-?\d+)?\s*:\s*(-?\d+)?$/.exec(inside);
  if (slice !== null) {
    return { kind: "slice", from: numberOf(slice[1]), to: numberOf(slice[2]) };
  }
  if (/^-?\d+(\s*,\s*-?\d+)+$/.test(inside)) {
    return { kind: "indices", indices: inside.split(",").map(Number) };
  }
  throw new PathSyntax(`Unexpected '${inside}' in brackets at ${at}`);
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
