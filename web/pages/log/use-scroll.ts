import { type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

import { lineHeight, moved, type Place, type ScrollMap, scrollMap } from "./scroll-map.ts";

/** Where a log is shown: at a line, or at its end, which follows what is written. */
export type At = Place | "end";

export interface LogScroll {
  readonly at: Signal<At>;
  /** How many rows are in sight. */
  readonly rows: Signal<number>;
  readonly map: ScrollMap;
  readonly scrolled: () => void;
  readonly settled: () => void;
  /** Shows a line, from 0, with some lines above it. */
  readonly show: (line: number, above?: number) => void;
  readonly showEnd: () => void;
  /** So many lines came before those that are shown, or have gone from there. */
  readonly shifted: (lines: number) => void;
}

/**
 * Follows the scroll bar of a log of any size. Only the lines in sight are drawn, in a window that
 * stays where it is; what is kept is the line at its top, so that compressed scroll bars and lines
 * that are wrapped move by what is seen.
 *
 * @param box the element that scrolls
 * @param heights of lines that were drawn and are higher than a row
 */
export function useScroll(
  box: RefObject<HTMLElement | null>,
  lines: number,
  heights: Map<number, number>,
  begin: At,
): LogScroll {
  const at = useSignal<At>(begin);
  const rows = useSignal(40);
  const last = useRef(0);
  const map = scrollMap(lines);
  const heightOf = (line: number): number => heights.get(line) ?? lineHeight;

  const put = (top: number): void => {
    if (box.current === null) return;
    box.current.scrollTop = top;
    last.current = box.current.scrollTop;
  };
  const settled = (): void => {
    put(
      at.value === "end"
        ? map.height
        : map.topOf(at.value.line + at.value.above / heightOf(at.value.line)),
    );
  };
  const endLine = (): number =>
    Math.max(0, lines - Math.floor((box.current?.clientHeight ?? 0) / lineHeight));

  const scrolled = (): void => {
    const element = box.current;
    if (element === null) return;
    const top = element.scrollTop;
    const by = top - last.current;
    if (by === 0) return;
    last.current = top;
    const far = Math.abs(by) > element.clientHeight * 1.5;
    const isBottom = element.scrollHeight - element.clientHeight - top < 1;
    if (top <= 0 && !map.compressed) at.value = { line: 0, above: 0 };
    else if (isBottom && (far || by > 0)) at.value = "end";
    else if (far || (!map.compressed && heights.size === 0)) {
      const line = map.lineAt(top);
      at.value = { line: Math.floor(line), above: (line % 1) * lineHeight };
    } else {
      const from = at.value === "end" ? { line: endLine(), above: 0 } : at.value;
      at.value = moved(from, by, lines, heightOf);
    }
  };
  const show = (line: number, above = 6): void => {
    const first = Math.max(0, Math.min(line - above, lines - 1));
    at.value = first >= endLine() && lines > 0 ? "end" : { line: first, above: 0 };
    settled();
  };

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const resized = new ResizeObserver(() => {
      rows.value = Math.ceil(element.clientHeight / lineHeight) + 1;
      settled();
    });
    resized.observe(element);
    return () => resized.disconnect();
  }, []);
  // What is written moves the end, and the scroll bar with it.
  useLayoutEffect(settled, [lines]);

  return {
    at,
    rows,
    map,
    scrolled,
    settled,
    show,
    showEnd: () => {
      at.value = "end";
      settled();
    },
    shifted: (by) => {
      if (by === 0) return;
      const known = [...heights];
      heights.clear();
      for (const [line, height] of known) if (line + by >= 0) heights.set(line + by, height);
      if (at.value === "end") return;
      at.value = { ...at.value, line: Math.max(0, at.value.line + by) };
      settled();
    },
  };
}
