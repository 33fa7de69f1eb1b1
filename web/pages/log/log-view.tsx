import "./log.css";
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";

import { go, hash, parameter, path, withParameters } from "../../app/location.ts";
import { useKeys } from "../../keys/keys.ts";
import { onChanges } from "../../live/changes.ts";
import { Empty, LoadingRows, Trouble } from "../../parts/states.tsx";
import { isOn, LogFoot, turn } from "./log-foot.tsx";
import { type Chosen, chosenOf, extended, hashOf } from "./log-hash.ts";
import { LogLines, type LogOf } from "./log-lines.ts";
import { LogRows, nameOf } from "./log-rows.tsx";
import { LogSearch } from "./log-search.ts";
import { LogTools } from "./log-tools.tsx";
import { useScroll } from "./use-scroll.ts";
import { logWords } from "./words.ts";

/**
 * The log of one try, beside the steps of its run or on a page of its own. Keyed by what it is of:
 * another log is another view.
 *
 * @param toError it opens at its first error
 */
export function LogView({
  of,
  name,
  full,
  toError,
}: {
  readonly of: LogOf;
  readonly name: ComponentChildren;
  readonly full: boolean;
  readonly toError: boolean;
}) {
  const lines = useMemo(() => new LogLines(of), []);
  const search = useMemo(() => new LogSearch(of), []);
  const heights = useMemo(() => new Map<number, number>(), []);
  const box = useRef<HTMLDivElement>(null);
  const ready = useSignal(false);
  const at = useSignal(-1);
  const scroll = useScroll(box, lines.count, heights, "end");
  const chosen = chosenOf(hash.value);
  const [wrap, times, query] = [isOn("wrap"), isOn("times"), parameter("q") ?? ""];
  const about = lines.about.value;
  const firstError = about?.firstError ?? undefined;

  const showLine = (place: Chosen): void => {
    const index = lines.indexOf(place);
    if (index !== undefined) scroll.show(index);
  };
  const showError = (): void => {
    if (firstError !== undefined) showLine(nameOf(firstError.number, firstError.id));
  };
  const stepTo = (by: 1 | -1): void => {
    const hits = search.found.value?.hits ?? [];
    if (hits.length === 0) return;
    at.value = (at.value + by + hits.length) % hits.length;
    const hit = hits[at.value]!;
    showLine(nameOf(hit.number, hit.id));
    // The search goes on before its last hits are shown.
    if (at.value > hits.length - 3) void search.more();
  };

  useEffect(() => {
    void lines.open(chosenOf(hash.peek())).then(() => {
      ready.value = true;
    });
    const stop = onChanges(
      [`log:${of.environment}/${of.run}`, `run:${of.environment}/${of.run}`],
      () => void lines.refresh(),
    );
    return () => {
      stop();
      lines.close();
      search.close();
    };
  }, []);
  useLayoutEffect(() => {
    if (!ready.value) return;
    if (chosen !== undefined) showLine(chosen);
    else if (toError && firstError !== undefined) showError();
    else scroll.showEnd();
  }, [ready.value, hash.value]);
  useLayoutEffect(() => {
    heights.clear();
    scroll.settled();
  }, [wrap]);
  const before = useRef(0);
  useLayoutEffect(() => {
    scroll.shifted(lines.before.value - before.current);
    before.current = lines.before.value;
  }, [lines.before.value]);
  useEffect(() => {
    at.value = -1;
  }, [query]);
  useKeys([
    { key: "e", does: logWords().keys.error, press: showError },
    { key: "w", does: logWords().keys.wrap, press: () => turn("wrap") },
    { key: "n", does: logWords().next, press: () => stepTo(1) },
    { key: "N", does: logWords().before, press: () => stepTo(-1) },
  ]);

  const press = (event: MouseEvent, index: number): void => {
    event.preventDefault();
    const line = lines.line(index);
    if (line === undefined) return;
    const next =
      event.shiftKey && line.number !== null
        ? extended(chosen, line.number)
        : nameOf(line.number, line.id);
    // The lines that were chosen are in sight: nothing is to move.
    const same = chosen !== undefined && hashOf(chosen) === hashOf(next);
    go(`${withParameters({}).split("#")[0]}${same ? "" : `#${hashOf(next)}`}`, "replace");
  };

  void path.value;
  return (
    <section class={`section log ${full ? "full" : ""}`} aria-label={logWords().title}>
      <LogTools
        name={name}
        search={search}
        at={at.value}
        step={stepTo}
        toError={firstError === undefined ? undefined : showError}
      />
      {lines.problem.value !== undefined && <Trouble problem={lines.problem.value} />}
      {about === undefined && lines.problem.value === undefined && (
        <div class="paper">
          <LoadingRows rows={12} height={18} />
        </div>
      )}
      {about !== undefined && (
        <div class="paper">
          {lines.count === 0 ? (
            <Empty title={about.growing ? logWords().nothingYet : logWords().nothing} />
          ) : (
            <LogRows
              box={box}
              lines={lines}
              scroll={scroll}
              heights={heights}
              chosen={chosen}
              query={query}
              hit={search.found.value?.hits[at.value]}
              wrap={wrap}
              times={times}
              press={press}
            />
          )}
          <LogFoot of={of} lines={lines} scroll={scroll} chosen={chosen} full={full} />
        </div>
      )}
    </section>
  );
}
