import "./log.css";
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";

import { hash, parameter, path } from "../../app/location.ts";
import { useKeys } from "../../keys/keys.ts";
import { onChanges } from "../../live/changes.ts";
import { Empty, LoadingRows, Trouble } from "../../parts/states.tsx";
import { isOn, LogFoot, turn } from "./log-foot.tsx";
import { firstInSight, isInSight, useChoice } from "./log-choice.ts";
import { type Chosen, chosenOf, nameOf } from "./log-hash.ts";
import { LogLines, type LogOf } from "./log-lines.ts";
import { LogRows } from "./log-rows.tsx";
import { LogSearch } from "./log-search.ts";
import { LogTools } from "./log-tools.tsx";
import { useScroll } from "./use-scroll.ts";
import { logWords } from "./words.ts";

/**
 * The log of one try, beside the steps of its run or on a separate page. Keyed by what it is of:
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
  const begun = useRef(false);
  const at = useSignal(-1);
  const scroll = useScroll(box, lines.count, heights, "end");
  const shown = useRef<(place: Chosen) => void>(() => {});
  const chosen = chosenOf(hash.value);
  const [wrap, times, query] = [isOn("wrap"), isOn("times"), parameter("q") ?? ""];
  const about = lines.about.value;
  const firstError = about?.firstError ?? undefined;

  const choice = useChoice(box, lines, chosen);
  const showLine = (place: Chosen): void => {
    const index = lines.indexOf(place);
    // What is in sight stays where it is.
    if (index !== undefined) {
      if (!isInSight(box.current, index)) scroll.show(index);
    } else if (place.by === "event") {
      // It is far from what is here; the page draws what was read before it scrolls.
      void lines.reach(place.id).then(() => requestAnimationFrame(() => shown.current(place)));
    }
  };
  shown.current = (place) => {
    const index = lines.indexOf(place);
    if (index !== undefined) scroll.show(index);
  };
  const showEnd = (): void => {
    void lines.toNewest().then(() => requestAnimationFrame(scroll.showEnd));
    scroll.showEnd();
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
    // The search continues before its last hits are shown.
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
    else if (begun.current) return;
    else if (toError && firstError !== undefined) showError();
    else scroll.showEnd();
    begun.current = true;
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
  const hit = search.found.value?.hits[at.value];
  const choose = (): void => {
    const meant = hit === undefined ? chosen : nameOf(hit.number, hit.id);
    const index = meant === undefined ? firstInSight(box.current) : lines.indexOf(meant);
    if (index !== undefined) choice.begin(index);
  };
  const keys = (event: KeyboardEvent): void => {
    const go = { Home: () => scroll.show(0), End: showEnd }[event.key];
    if (go === undefined) return choice.keys(event);
    event.preventDefault();
    return go();
  };
  useKeys([
    { key: "l", does: logWords().keys.choose, press: choose },
    { key: "e", does: logWords().keys.error, press: showError },
    { key: "w", does: logWords().keys.wrap, press: () => turn("wrap") },
    { key: "n", does: logWords().next, press: () => stepTo(1) },
    { key: "N", does: logWords().before, press: () => stepTo(-1) },
  ]);

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
              hit={hit}
              wrap={wrap}
              times={times}
              press={choice.press}
              keys={keys}
            />
          )}
          <LogFoot
            of={of}
            lines={lines}
            scroll={scroll}
            showEnd={showEnd}
            chosen={chosen}
            full={full}
          />
        </div>
      )}
    </section>
  );
}
