import type { RefObject } from "preact";
import { useRef } from "preact/hooks";

import { go, withParameters } from "../../app/location.ts";
import { type Chosen, extended, hashOf, nameOf } from "./log-hash.ts";
import type { LogLines } from "./log-lines.ts";

/** What chooses lines of a log for a link: presses on their numbers, and keys. */
export interface LogChoice {
  /** A press on a number; with Shift from the lines that were chosen to it. */
  readonly press: (event: MouseEvent, index: number) => void;
  /** Chooses a line, from which the arrow keys continue. */
  readonly begin: (index: number) => void;
  /** Up and down go to another line, with Shift as far as it; Escape chooses none. */
  readonly keys: (event: KeyboardEvent) => void;
}

/** Lines that are chosen are in the address, so that a link leads to them. */
export function useChoice(
  box: RefObject<HTMLElement | null>,
  lines: LogLines,
  chosen: Chosen | undefined,
): LogChoice {
  // Where the keys are, and where they began: indices of lines. They are as of a moment: what is
  // read above moves them.
  const ends = useRef<{ readonly from: number; readonly to: number; readonly before: number }>(
    undefined,
  );
  const name = (index: number): Chosen | undefined => {
    const line = lines.line(index);
    return line === undefined ? undefined : nameOf(line.number, line.id);
  };
  const put = (next: Chosen | undefined): void => {
    const here = withParameters({}).split("#")[0] ?? "";
    go(next === undefined ? here : `${here}#${hashOf(next)}`, "replace");
  };
  const begin = (index: number): void => {
    ends.current = { from: index, to: index, before: lines.before.peek() };
    put(name(index));
    box.current?.focus({ preventScroll: true });
  };
  return {
    begin,
    press(event, index) {
      event.preventDefault();
      const pressed = name(index);
      if (pressed === undefined) return;
      const next = event.shiftKey && pressed.by === "line" ? extended(chosen, pressed.to) : pressed;
      const same = chosen !== undefined && hashOf(chosen) === hashOf(next);
      put(same ? undefined : next);
    },
    keys(event) {
      if (chosen === undefined) return;
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") put(undefined);
      if (by === undefined) return;
      event.preventDefault();
      const at = lines.indexOf(chosen) ?? 0;
      const before = lines.before.peek();
      const known = ends.current ?? { from: at, to: at, before };
      const moved = before - known.before;
      const to = Math.min(lines.count - 1, Math.max(0, known.to + moved + by));
      const from = event.shiftKey ? known.from + moved : to;
      const [first, last] = [name(from), name(to)];
      if (first === undefined || last === undefined) return;
      ends.current = { from, to, before };
      put(first.by === "line" && last.by === "line" ? extended(first, last.to) : last);
    },
  };
}

/** The index of the first line that is whole in sight; `undefined`: none is drawn. */
export function firstInSight(box: HTMLElement | null): number | undefined {
  const top = box?.getBoundingClientRect().top ?? 0;
  const entries = [...(box?.querySelectorAll<HTMLElement>(".entry") ?? [])];
  const found = entries.find((entry) => entry.getBoundingClientRect().top >= top - 1);
  return found === undefined ? undefined : Number(found.dataset["line"]);
}

/** Whether a line is whole in sight. */
export function isInSight(box: HTMLElement | null, index: number): boolean {
  const entry = box?.querySelector(`[data-line="${index}"]`)?.getBoundingClientRect();
  const window = box?.getBoundingClientRect();
  if (entry === undefined || window === undefined) return false;
  return entry.top >= window.top - 1 && entry.bottom <= window.bottom + 1;
}
