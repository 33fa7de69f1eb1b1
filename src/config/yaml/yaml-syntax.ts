import type { YAMLError } from "yaml";
import type { Diagnostic, SourceLocation } from "../../core/diagnostic.ts";
import { misindented, type Misindented } from "./yaml-indentation.ts";
import type { At } from "./yaml-value.ts";

type Explained = Pick<Diagnostic, "code" | "message" | "help">;
type Placed = Explained & { readonly location: SourceLocation };

/**
 * Problems that each stand for themselves. Behind any other the parser is lost, and what it finds
 * there is noise.
 */
const INDEPENDENT: ReadonlySet<string> = new Set([
  "TAB_AS_INDENT",
  "TAG_RESOLVE_FAILED",
  "BAD_ALIAS",
]);
const MOST = 3;

/**
 * What the parser says when a line is where it can't; and at times when it merely has a colon
 * too many or too few.
 */
const MISPLACED =
  /must start at the same column|^Sequence item without|^Nested mappings|^Implicit keys|^A block sequence may not/;

/** Says in plain words what keeps a text from being YAML. */
export function syntaxProblems(text: string, errors: readonly YAMLError[], at: At): Diagnostic[] {
  const conflict = /^(?:<{7}|>{7}|\|{7}|={7})(?=\s)/m.exec(text);
  if (conflict) {
    const { index } = conflict;
    return [
      {
        code: "yaml/conflict",
        severity: "error",
        message: "the file has the marks of a merge that wasn't finished",
        help: "choose between the two versions, and delete the marks",
        location: at(index, index + 7),
      },
    ];
  }
  const [first] = errors;
  if (!first) return [];
  const alike = INDEPENDENT.has(first.code)
    ? errors.filter(({ code }) => code === first.code).slice(0, MOST)
    : [first];
  return alike.map((error) => ({ severity: "error", ...syntaxProblem(text, error, at) }));
}

function syntaxProblem(text: string, error: YAMLError, at: At): Placed {
  const [start, end] = error.pos;
  const location = at(start, Math.max(end, start + 1));
  switch (error.code) {
    case "TAB_AS_INDENT":
      return {
        code: "yaml/tab",
        message: "the line is indented with a tab",
        help: "indent with spaces; YAML doesn't allow tabs there",
        location,
      };
    case "TAG_RESOLVE_FAILED":
      return {
        code: "yaml/tag",
        message: "the value has a tag, which means nothing here",
        help: 'remove the word that starts with "!"; a text that starts so needs quotes',
        location,
      };
    case "BAD_ALIAS":
      return {
        code: "yaml/alias",
        message: "the alias names no anchor that comes before it",
        help: 'a text that starts with "*" needs quotes, as in cron: "* * * * *"',
        location,
      };
    case "RESOURCE_EXHAUSTION":
      return {
        code: "yaml/too-deep",
        message: "the file is nested too deeply to be read",
        help: "look for brackets or dashes that are never closed",
        location,
      };
    default: {
      const misplaced = MISPLACED.test(error.message) && indentationProblem(text, start, at);
      if (misplaced) return misplaced;
      return { ...brokenLine(error, location), location: opening(text, error, at) ?? location };
    }
  }
}

function indentationProblem(text: string, offset: number, at: At): Placed | undefined {
  const found = misindented(text, offset);
  if (!found) return undefined;
  const { start, indent, expected } = found;
  return {
    code: "yaml/indentation",
    message: `the line is indented with ${spaces(indent)}, which fits none of the lines above it`,
    help: remedy(expected),
    location: at(start, start + Math.max(indent, 1)),
  };
}

function remedy(expected: Misindented["expected"]): string {
  if (!expected) return "indent it like the other lines of its group";
  const { indent, line } = expected;
  return indent === 0
    ? `start it at the left margin, like line ${line}, or indent that one, too`
    : `indent it with ${spaces(indent)}, like line ${line}`;
}

function spaces(count: number): string {
  return count === 1 ? "1 space" : `${count} spaces`;
}

/**
 * A quote that is missing is missed at the end; what helps is where the text begins that it should
 * close.
 */
function opening(text: string, error: YAMLError, at: At): SourceLocation | undefined {
  const quote = /^Missing closing (["'])quote/.exec(error.message)?.[1];
  if (quote === undefined) return undefined;
  const lines = text.slice(0, error.pos[0]).split("\n");
  const index = lines.findLastIndex((line) => line.split(quote).length % 2 === 0);
  if (index === -1) return undefined;
  const line = lines[index] ?? "";
  const start = lines.slice(0, index).join("\n").length + (index === 0 ? 0 : 1);
  return at(start + line.indexOf(quote), start + line.length);
}

interface Plain {
  /** What the parser says. */
  readonly found: RegExp;
  /** What the line must look like for this to be the reason. */
  readonly line?: RegExp;
  readonly message: string;
  readonly help: string;
}

const PLAIN: readonly Plain[] = [
  {
    found: /^Missing closing ["']quote/,
    message: "the text that a quote begins isn't closed",
    help: "add the quote at its end",
  },
  {
    found: /^Flow (?:sequence|map) .* end with/,
    line: /^\s*[\]}]/,
    message: "the bracket isn't indented as deep as what it closes",
    help: "indent it, or put it at the end of the line before",
  },
  {
    found: /^Flow sequence .* end with a \]/,
    message: 'the list that "[" begins isn\'t closed',
    help: 'add "]"',
  },
  {
    found: /^Flow map .* end with a \}/,
    message: 'the group that "{" begins isn\'t closed',
    help: 'add "}"',
  },
  {
    found: /^Invalid escape sequence/,
    message: "the text has a backslash in double quotes, which begins an escape there",
    help: "use single quotes, or write two backslashes",
  },
  {
    found: /^Nested mappings/,
    line: /:\s+[^"'\s].*:\s/,
    message: "the text has a colon and a space in it, which begin another field",
    help: "put the text in quotes",
  },
  {
    found: /^Implicit (?:map )?keys need/,
    line: /^(?!.*:(?:\s|$))/,
    message: "the line has no colon followed by a space, so it is not a field",
    help: 'write "name: value"',
  },
  {
    found: /^Unexpected scalar at node end/,
    line: /["']/,
    message: "more text follows where the quotes end",
    help: "put the whole text in one pair of quotes, of the kind that isn't in it",
  },
];

function brokenLine({ message }: YAMLError, { range }: SourceLocation): Explained {
  const code = "yaml/syntax";
  const line = range?.text ?? "";
  const plain = PLAIN.find((each) => each.found.test(message) && each.line?.test(line) !== false);
  if (plain) return { code, message: plain.message, help: plain.help };
  const sign = /^[^"']*?(?::|-)\s+([*&!|>%@`])\S/.exec(line)?.[1];
  const sentence = message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, "");
  return {
    code,
    message: `this is not valid YAML: ${sentence}`,
    help:
      sign === undefined
        ? "check indentation, colons and quotes on this line and the one before"
        : `a text that starts with "${sign}" needs quotes`,
  };
}
