import type { Diagnostic, SourceLocation, SourceRange } from "../../core/diagnostic.ts";

// Not by `import`, as in `text.ts`.
const { styleText } = process.getBuiltinModule("node:util");

export interface RenderOptions {
  readonly color: boolean;
  /** Columns of the terminal; lines are wrapped and cut to it. */
  readonly width: number;
}

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

/**
 * Diagnostics as a person reads them: where, what, the line with the part that is meant underlined,
 * what to do, other places that explain it; in the order of the files, with a line at the end that
 * counts. Empty text when there are none.
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  { color, width }: RenderOptions,
): string {
  if (diagnostics.length === 0) return "";
  const paint: Paint = (style, text) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const columns = Math.max(width, 40);
  const blocks = sorted(diagnostics).map((diagnostic) => block(diagnostic, paint, columns));
  return `${[...blocks, countLine(diagnostics, paint)].join("\n\n")}\n`;
}

/** By file, then by place in it; what concerns no file comes first. */
export function sorted(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.toSorted(
    (a, b) =>
      compare(a.location?.file ?? "", b.location?.file ?? "") ||
      (a.location?.range?.line ?? 0) - (b.location?.range?.line ?? 0) ||
      (a.location?.range?.column ?? 0) - (b.location?.range?.column ?? 0),
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function block(diagnostic: Diagnostic, paint: Paint, width: number): string {
  const { severity, code, message, help, location, related = [] } = diagnostic;
  const tone: Style = severity === "error" ? "red" : "yellow";
  const kind = `${paint(["bold", tone], severity)}  ${paint("dim", code)}`;
  return [
    ...titled(location && place(location), kind, columns(`${severity}  ${code}`), paint, width),
    ...wrapped(message, width, "  ", "  "),
    ...(location?.range ? ["", ...excerpt(location.range, tone, paint, width)] : []),
    ...(help !== undefined && location?.range ? [""] : []),
    ...(help === undefined ? [] : paintFirst(wrapped(help, width, "  help: ", "        "), paint)),
    ...related.flatMap((other) => [
      "",
      `  ${paint("dim", place(other.location))}  ${visible(other.message)}`,
      ...(other.location.range ? excerpt(other.location.range, "cyan", paint, width) : []),
    ]),
  ].join("\n");
}

/** Where and what on one line, or what under it where that isn't wide enough. */
function titled(
  where: string | undefined,
  kind: string,
  room: number,
  paint: Paint,
  width: number,
): string[] {
  if (where === undefined) return [kind];
  const fits = columns(where) + 2 + room <= width;
  return fits ? [`${paint("bold", where)}  ${kind}`] : [paint("bold", where), `  ${kind}`];
}

function paintFirst(lines: readonly string[], paint: Paint): string[] {
  return lines.map((line) => line.replace(/^ {2}help:/, `  ${paint("green", "help:")}`));
}

function place({ file, range }: SourceLocation): string {
  const name = visible(file);
  return range ? `${name}:${range.line}:${range.column}` : name;
}

/**
 * The line, cut around what is meant when it is longer than the terminal, and the squiggle under
 * it.
 */
function excerpt(range: SourceRange, tone: Style, paint: Paint, width: number): string[] {
  const number = String(range.line);
  const gutter = `  ${" ".repeat(number.length)} ${paint("dim", "|")} `;
  const room = width - number.length - 6;
  const start = range.column - 1;
  const from = start + Math.min(range.length, room) <= room ? 0 : start - Math.min(start, 8);
  const shown = range.text.slice(from, from + room);
  const meant = range.text.slice(start, Math.min(start + range.length, from + room));
  const before = columns(visible(range.text.slice(from, start)));
  const squiggle = "~".repeat(Math.max(columns(visible(meant)), 1));
  return [
    `  ${paint("dim", `${number} |`)} ${visible(shown)}`.trimEnd(),
    `${gutter}${" ".repeat(before)}${paint(tone, squiggle)}`,
  ];
}

function countLine(diagnostics: readonly Diagnostic[], paint: Paint): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = diagnostics.length - errors;
  const files = new Set(diagnostics.flatMap(({ location }) => location?.file ?? [])).size;
  const counts = [
    ...(errors > 0 ? [paint(["bold", "red"], counted(errors, "error"))] : []),
    ...(warnings > 0 ? [paint(["bold", "yellow"], counted(warnings, "warning"))] : []),
  ].join(" and ");
  return files === 0 ? counts : `${counts} in ${counted(files, "file")}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function wrapped(text: string, width: number, first: string, rest: string): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of visible(text).split(" ")) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}

/**
 * A file's text must not be able to speak to the terminal: what isn't printable is shown as a box,
 * a tab as one space.
 */
function visible(text: string): string {
  return text.replaceAll("\t", " ").replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\u{FFFD}");
}

/**
 * Columns that a text takes in a terminal: East Asian wide characters and emoji take two, combining
 * marks none.
 */
function columns(text: string): number {
  let count = 0;
  for (const character of text) {
    if (/\p{M}/u.test(character)) continue;
    count += WIDE.test(character) ? 2 : 1;
  }
  return count;
}

const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;
