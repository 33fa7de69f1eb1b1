import type { ConsoleDocument } from "../../../src/app/documents/console.ts";

type LogLine = ConsoleDocument<"log">["lines"][number];

/** Lines that were read together, and the cursors of what is before and after them. */
export interface Part {
  readonly lines: readonly LogLine[];
  /** `null`: nothing is known of lines before, or after. */
  readonly previous: string | null;
  readonly next: string | null;
}

/**
 * A stretch of a log whose lines have no numbers, without a gap. It is read at both of its ends,
 * and what is far from where somebody looks is forgotten.
 */
export interface EventWindow {
  readonly parts: readonly Part[];
  /** It reaches to the newest line that was written when it was read. */
  readonly newest: boolean;
}

export const emptyWindow: EventWindow = { parts: [], newest: true };

/** Parts that are smaller are joined with what follows: a live log comes in single lines. */
const partLines = 500;

export function linesOf({ parts }: EventWindow): readonly LogLine[] {
  return parts.flatMap(({ lines }) => lines);
}

/** Cursor of the lines before; `undefined`: there are none, or nothing was read yet. */
export const cursorBefore = ({ parts }: EventWindow): string | undefined =>
  parts[0]?.previous ?? undefined;

/** Cursor of the lines after. */
export const cursorAfter = ({ parts }: EventWindow): string | undefined =>
  parts.at(-1)?.next ?? undefined;

/**
 * The window with what was read after it.
 *
 * @param newest there is nothing more by now
 */
export function withAfter({ parts }: EventWindow, part: Part, newest: boolean): EventWindow {
  const last = parts.at(-1);
  if (last === undefined) return { parts: [part], newest };
  const next = part.next ?? last.next;
  if (last.lines.length + part.lines.length > partLines) {
    return { parts: [...parts, { ...part, next }], newest };
  }
  const joined = { lines: [...last.lines, ...part.lines], previous: last.previous, next };
  return { parts: [...parts.slice(0, -1), joined], newest };
}

/** The window with what was read before it; where that is nothing, it begins at the first line. */
export function withBefore({ parts, newest }: EventWindow, part: Part): EventWindow {
  const [first, ...rest] = parts;
  if (first === undefined) return { parts: [part], newest };
  if (part.lines.length === 0) return { parts: [{ ...first, previous: null }, ...rest], newest };
  return { parts: [part, ...parts], newest };
}

/**
 * Forgets what is furthest from where somebody looks, until at most so many lines are left. What is
 * looked at stays.
 *
 * @param looked the first and the last line in sight, from 0
 * @returns the window, and how many lines it lost at its beginning
 */
export function bounded(
  window: EventWindow,
  looked: { readonly from: number; readonly to: number },
  most: number,
): { readonly window: EventWindow; readonly lost: number } {
  let parts = window.parts;
  let { newest } = window;
  let count = parts.reduce((sum, { lines }) => sum + lines.length, 0);
  let lost = 0;
  while (count > most && parts.length > 1) {
    const [before, after] = [looked.from - lost, count - 1 - (looked.to - lost)];
    const [first, last] = [parts[0]?.lines.length ?? 0, parts.at(-1)?.lines.length ?? 0];
    if (before >= after && before >= first) {
      parts = parts.slice(1);
      count -= first;
      lost += first;
    } else if (after >= last) {
      parts = parts.slice(0, -1);
      count -= last;
      newest = false;
    } else break;
  }
  return { window: { parts, newest }, lost };
}
