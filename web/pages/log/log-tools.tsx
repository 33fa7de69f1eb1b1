import { useEffect, useRef } from "preact/hooks";
import type { ComponentChildren } from "preact";

import { parameter, setParameters } from "../../app/location.ts";
import { useKeys } from "../../keys/keys.ts";
import { clock, count, percent } from "../../words/format.ts";
import type { Found, LogSearch } from "./log-search.ts";
import { logWords } from "./words.ts";

/** The head of a log: of which step it is, the search in it, and the way to the first error. */
export function LogTools({
  name,
  search,
  at,
  step,
  toError,
}: {
  readonly name: ComponentChildren;
  readonly search: LogSearch;
  /** Which hit the search is at, from 0; -1: none yet. */
  readonly at: number;
  /** Goes to another hit. */
  readonly step: (by: 1 | -1) => void;
  /** Goes to the first error; `undefined`: none is known. */
  readonly toError: (() => void) | undefined;
}) {
  const field = useRef<HTMLInputElement>(null);
  const words = logWords();
  useKeys([{ key: "/", does: words.keys.search, press: () => field.current?.focus() }]);
  const typed = parameter("q") ?? "";
  useEffect(() => {
    const timer = setTimeout(() => void search.start(typed), typed === "" ? 0 : 200);
    return () => clearTimeout(timer);
  }, [search, typed]);
  const found = search.found.value;
  return (
    <header class="logtools">
      <h2>{words.title}</h2>
      <span class="cut dim of">{name}</span>
      <span class="push" />
      <input
        ref={field}
        class="field noprint"
        type="search"
        value={typed}
        placeholder={words.search}
        aria-label={words.search}
        onInput={({ currentTarget: { value } }) => setParameters({ q: value })}
        onKeyDown={(event) => {
          if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
          if (event.key === "Escape") field.current?.blur();
        }}
      />
      {typed !== "" && (
        <Hits found={found} busy={search.busy.value} at={at} step={step} search={search} />
      )}
      {toError !== undefined && (
        <button type="button" class="button bare noprint" onClick={toError}>
          {words.firstError}
        </button>
      )}
    </header>
  );
}

function Hits({
  found,
  busy,
  at,
  step,
  search,
}: {
  readonly found: Found | undefined;
  readonly busy: boolean;
  readonly at: number;
  readonly step: (by: 1 | -1) => void;
  readonly search: LogSearch;
}) {
  const words = logWords();
  if (search.problem.value !== undefined) {
    return <span role="status">{search.problem.value.message}</span>;
  }
  const hits = found?.hits.length ?? 0;
  const total = `${count(hits)}${found?.complete === false ? "+" : ""}`;
  return (
    <>
      <span class="hits" role="status" title={found === undefined ? "" : lookedAt(found)}>
        {found === undefined || (busy && hits === 0)
          ? words.searching
          : hits === 0
            ? words.none
            : at === -1
              ? words.hits(total)
              : words.found(count(at + 1), total)}
        {found !== undefined && !found.complete && <small> · {lookedAt(found)}</small>}
      </span>
      {hits > 0 && (
        <span class="steps noprint">
          <button
            type="button"
            class="button bare"
            aria-label={words.before}
            onClick={() => step(-1)}
          >
            ↑
          </button>
          <button type="button" class="button bare" aria-label={words.next} onClick={() => step(1)}>
            ↓
          </button>
        </span>
      )}
      {found?.complete === false && !busy && (
        <button type="button" class="textlink noprint" onClick={() => void search.more()}>
          {words.further}
        </button>
      )}
    </>
  );
}

/** How far a search has looked. */
function lookedAt({ lines, share, from }: Found): string {
  const words = logWords();
  if (share !== null) return words.looked(count(lines), percent(share));
  return from === null ? "" : words.lookedSince(count(lines), clock(from, "moment"));
}
