import { isMap, isScalar, isSeq, parseAllDocuments, type Document, type Node } from "yaml";
import type { Diagnostic } from "../../core/diagnostic.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { syntaxProblems } from "./yaml-syntax.ts";
import { toValue, type At, type Reader } from "./yaml-value.ts";

export interface YamlTree {
  readonly root: Node | null;
  /** The nodes that anchors name. */
  readonly anchors: ReadonlyMap<string, Node>;
}

/**
 * Reads a text in any of YAML's forms into plain data, or says what is wrong with it.
 *
 * @param file for diagnostics
 */
export function parsedYaml(file: string, text: string, at: At): Result<object, Diagnostic[]> {
  const refuse = (code: string, message: string, help: string, start?: number, end?: number) =>
    err<Diagnostic[]>([
      {
        code,
        severity: "error",
        message,
        help,
        location: start === undefined ? { file } : at(start, end ?? start + 1),
      },
    ]);

  const control = /[^\P{Cc}\t\n\r\u0085]/u.exec(text);
  if (control) {
    const name = `U+${control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
    return refuse(
      "yaml/control-character",
      `the file has a control character (${name})`,
      "delete it, or write it as an escape in double quotes",
      control.index,
    );
  }

  let documents: Document.Parsed[];
  try {
    documents = parseText(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse(
      "yaml/too-deep",
      "the file is nested too deeply to be read",
      "look for brackets or dashes that are never closed",
    );
  }
  const [document, second] = documents;
  const broken = documents.flatMap((each) => [...each.errors, ...each.warnings]);
  if (broken.length > 0) return err(syntaxProblems(text, broken, at));
  if (second) {
    const start = second.range[0];
    const marker = text.lastIndexOf("---", start + 3);
    return refuse(
      "yaml/multiple-documents",
      "the file has more than one YAML document",
      'keep one document: remove the "---" and what follows it',
      marker === -1 ? start : marker,
      (marker === -1 ? start : marker) + 3,
    );
  }
  if (!document || document.contents === null || isEmpty(document.contents)) {
    return refuse(
      "yaml/empty",
      "the file is empty",
      "write its fields, or remove the file; `esteira schema config` and `esteira schema workspace` list them",
    );
  }
  if (document.directives.yaml.explicit === true) {
    const start = Math.max(text.indexOf("%YAML"), 0);
    return refuse(
      "yaml/directive",
      "the file asks for a version of YAML",
      "remove the %YAML line",
      start,
      start + 5,
    );
  }
  if (!isMap(document.contents)) {
    const [start, end] = document.contents.range;
    return refuse(
      "yaml/not-a-map",
      `the file must hold fields such as "name: value", not ${isSeq(document.contents) ? "a list" : "a single value"}`,
      "start with the fields at the left margin, without a dash",
      start,
      end,
    );
  }

  const reader = newReader(at);
  const value = toValue(document.contents, reader, 0);
  return reader.problems.length > 0 ? err(reader.problems) : ok(value as object);
}

function parseText(text: string): Document.Parsed[] {
  const { stackTraceLimit } = Error;
  try {
    // The library makes an Error for each problem; junk has a hundred thousand of them, and nobody
    // reads their stacks.
    Error.stackTraceLimit = 0;
    const parsed = parseAllDocuments(text, {
      // Duplicate keys are looked for by the reader: the library compares each key with each other.
      uniqueKeys: false,
      prettyErrors: false,
      schema: "core",
      merge: false,
      resolveKnownTags: false,
      logLevel: "silent",
    });
    return Array.isArray(parsed) ? parsed : [];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Where everything of a text is that could be read. */
export function treeOf(text: string, at: At): YamlTree {
  const root = parseText(text)[0]?.contents ?? null;
  const reader = newReader(at);
  toValue(root, reader, 0);
  return { root, anchors: reader.anchors };
}

function newReader(at: At): Reader {
  return { at, anchors: new Map(), open: new Set(), problems: [], count: 0 };
}

function isEmpty(node: Node): boolean {
  return (
    isScalar(node) &&
    (node.value === null || node.value === "") &&
    node.range?.[0] === node.range?.[1]
  );
}
