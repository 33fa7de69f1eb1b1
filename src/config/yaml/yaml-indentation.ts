/**
 * A line that is where nothing of its kind can be. Offsets are in code units of the whole
 * text.
 */
export interface Misindented {
  readonly start: number;
  /** Spaces before it. */
  readonly indent: number;
  /** Where it was most likely meant to be. */
  readonly expected: { readonly indent: number; readonly line: number } | undefined;
}

interface Line {
  readonly start: number;
  /** Without its comment. */
  readonly text: string;
}

interface Level {
  readonly column: number;
  /** Elements of a list are here, otherwise fields. */
  readonly dash: boolean;
  readonly line: number;
}

/**
 * Finds the line whose indentation a parser stumbled over: the one at `offset`, or the next, when a
 * line of before continues in it unexpectedly. Undefined when both are where they may.
 */
export function misindented(text: string, offset: number): Misindented | undefined {
  const lines = linesOf(text);
  const at = lines.findLastIndex((line) => line.start <= offset);
  const first = nextWithContent(lines, at);
  for (const index of [first, nextWithContent(lines, first + 1)]) {
    const line = lines[index];
    const [own] = levelsOf(line?.text ?? "", index + 1);
    if (!line || !own) continue;
    const levels = levelsAbove(lines, index);
    const stands = levels.some(({ column, dash }) => column === own.column && dash === own.dash);
    if (stands || levels.length === 0 || isOpenedAbove(lines, index, own)) continue;
    const expected = levels
      .filter(({ dash }) => dash === own.dash)
      .toSorted((a, b) => Math.abs(a.column - own.column) - Math.abs(b.column - own.column))[0];
    return {
      start: line.start,
      indent: own.column,
      expected: expected && { indent: expected.column, line: expected.line },
    };
  }
  return undefined;
}

function linesOf(text: string): Line[] {
  let start = 0;
  return text.split("\n").map((line) => {
    const found = { start, text: line.replace(/(^|\s)#.*$/s, "").trimEnd() };
    start += line.length + 1;
    return found;
  });
}

function nextWithContent(lines: readonly Line[], from: number): number {
  const found = lines.findIndex(({ text }, index) => index >= from && text !== "");
  return found === -1 ? lines.length : found;
}

/** Where things are that begin on a line: `  - id: x` has an element at 2 and a field at 4. */
function levelsOf(text: string, line: number): Level[] {
  const levels: Level[] = [];
  let column = text.search(/\S/);
  for (let rest = text.slice(column); column !== -1 && rest !== "";) {
    const dash = /^-(?: +|$)/.exec(rest)?.[0];
    levels.push({ column, dash: dash !== undefined, line });
    if (dash === undefined) break;
    column += dash.length;
    rest = rest.slice(dash.length);
  }
  return levels;
}

/**
 * What is open before a line, the deepest first. Elements may be as deep as the key that holds
 * them.
 */
function levelsAbove(lines: readonly Line[], index: number): Level[] {
  const open: Level[] = [];
  let outer: Level | undefined;
  for (let above = index - 1; above >= 0; above -= 1) {
    const levels = levelsOf(lines[above]?.text ?? "", above + 1);
    const [first] = levels;
    const isOuter = ({ column, dash }: Level) =>
      !outer || column < outer.column || (column === outer.column && outer.dash && !dash);
    if (!first || !isOuter(first)) continue;
    open.push(...levels.filter(isOuter).toReversed());
    outer = first;
  }
  return open;
}

/**
 * Whether the line before awaits what is indented deeper: `steps:`, `- `, `command: |`. A list may
 * also be right below its key.
 */
function isOpenedAbove(lines: readonly Line[], index: number, own: Level): boolean {
  const before = lines.findLastIndex(({ text }, other) => other < index && text !== "");
  const text = lines[before]?.text ?? "";
  const deepest = levelsOf(text, before + 1).at(-1);
  if (!deepest || !/(?::|^\s*-|[|>][-+\d]*)$/.test(text)) return false;
  return own.column > deepest.column || (own.dash && own.column === deepest.column);
}
