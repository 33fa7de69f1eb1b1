import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";

import { Line } from "./log-line.tsx";
import { type Chosen, hashOf, nameOf } from "./log-hash.ts";
import type { LogLine, LogLines } from "./log-lines.ts";
import { type Hit, marksIn } from "./log-search.ts";
import { lineHeight } from "./scroll-map.ts";
import type { LogScroll } from "./use-scroll.ts";
import { logWords } from "./words.ts";

/** A line as it was drawn. */
interface Drawn {
  readonly line: LogLine | undefined;
  readonly entry: ComponentChildren;
}

const mostKnown = 2_000;

/** The lines in sight, in a window that stays while the scroll bar moves. */
export function LogRows({
  box,
  lines,
  scroll,
  heights,
  chosen,
  query,
  hit,
  wrap,
  times,
  press,
  keys,
}: {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly lines: LogLines;
  readonly scroll: LogScroll;
  readonly heights: Map<number, number>;
  readonly chosen: Chosen | undefined;
  readonly query: string;
  /** The hit that the search is at. */
  readonly hit: Hit | undefined;
  readonly wrap: boolean;
  readonly times: boolean;
  readonly press: (event: MouseEvent, index: number) => void;
  readonly keys: (event: KeyboardEvent) => void;
}) {
  const view = useRef<HTMLDivElement>(null);
  const { count } = lines;
  const { at, rows, map } = scroll;
  const isEnd = at.value === "end";
  const drawn = rows.value + 1;
  const first = at.value === "end" ? Math.max(0, count - drawn) : at.value.line;
  const until = Math.min(count, first + drawn);
  const above = at.value === "end" ? 0 : at.value.above;
  useEffect(() => lines.want(first, until + drawn), [first, until, count]);
  useLayoutEffect(() => {
    if (wrap) measure(view.current, heights);
  });

  const firstError = lines.about.value?.firstError?.id;
  const named = chosen === undefined ? "" : hashOf(chosen);
  // A line that was drawn is the same while it is scrolled: Preact then leaves it alone.
  const known = useMemo(() => new Map<number, Drawn>(), [named, query, hit?.id, firstError, times]);
  if (known.size > mostKnown) known.clear();
  const draw = (index: number): ComponentChildren => {
    const line = lines.line(index);
    const before = known.get(index);
    if (before !== undefined && before.line === line) return before.entry;
    const entry = (
      <Line
        key={index}
        index={index}
        line={line}
        address={`#${line === undefined ? "" : hashOf(nameOf(line.number, line.id))}`}
        marks={line === undefined ? [] : marksIn(line.text, query)}
        at={hit !== undefined && hit.id === line?.id}
        chosen={isChosen(chosen, line?.number ?? null, line?.id)}
        isError={line !== undefined && firstError === line.id}
        times={times}
        press={(event) => press(event, index)}
      />
    );
    known.set(index, { line, entry });
    return entry;
  };
  const entries = Array.from({ length: Math.max(0, until - first) }, (_, at) => draw(first + at));
  return (
    <div
      ref={box}
      class={`lines ${wrap ? "wrap" : ""}`}
      tabIndex={0}
      role="group"
      aria-label={logWords().written}
      onKeyDown={keys}
      onScroll={scroll.scrolled}
      onScrollEnd={scroll.settled}
    >
      <div class="height" style={{ "--height": `${Math.max(map.height, 0)}px` }}>
        <div class={`view ${isEnd && count >= rows.value - 1 ? "end" : ""}`}>
          <div ref={view} style={{ transform: `translateY(${-above}px)` }}>
            {entries}
          </div>
        </div>
      </div>
    </div>
  );
}

function isChosen(
  chosen: Chosen | undefined,
  number: number | null,
  id: string | undefined,
): boolean {
  if (chosen === undefined) return false;
  if (chosen.by === "event") return chosen.id === id;
  return number !== null && number >= chosen.from && number <= chosen.to;
}

function measure(view: HTMLDivElement | null, heights: Map<number, number>): void {
  for (const row of view?.children ?? []) {
    const index = Number((row as HTMLElement).dataset["line"]);
    const height = (row as HTMLElement).offsetHeight;
    if (height === lineHeight) heights.delete(index);
    else heights.set(index, height);
  }
}
