import { setParameters } from "../../../app/location.ts";
import type { Span } from "./scale.ts";
import { ganttWords } from "./words.ts";
import { isZoomed, zoomBy, zoomTo } from "./zoom.ts";

/** What the bars mean, and how much of the run is shown. */
export function GanttTools({
  all,
  idle,
  cut,
  hasGood,
}: {
  readonly all: Span;
  /** Share of the run that could be cut out. */
  readonly idle: number;
  readonly cut: boolean;
  readonly hasGood: boolean;
}) {
  const words = ganttWords();
  return (
    <header>
      <h2>{words.steps}</h2>
      <p class="key push" aria-hidden="true">
        <Sample kind="waits" label={words.waiting} />
        <Sample kind="starts" label={words.starting} />
        <Sample kind="runs succeeded" label={words.running} />
        {hasGood && <Sample kind="was" label={words.good} />}
      </p>
      {idle > 0 && (
        <label class="check noprint">
          <input
            type="checkbox"
            checked={cut}
            onChange={({ currentTarget: { checked } }) =>
              setParameters({ idle: checked ? "cut" : "keep" })
            }
          />
          {words.cutIdle}
        </label>
      )}
      <span class="closer noprint" role="group" aria-label={words.zoom}>
        <button
          type="button"
          class="button bare"
          aria-label={words.farther}
          disabled={!isZoomed()}
          onClick={() => zoomBy(all, 2)}
        >
          −
        </button>
        <button
          type="button"
          class="button bare"
          aria-label={words.closer}
          onClick={() => zoomBy(all, 0.5)}
        >
          +
        </button>
        {isZoomed() && (
          <button type="button" class="button bare" onClick={() => zoomTo(all, all)}>
            {words.whole}
          </button>
        )}
      </span>
    </header>
  );
}

function Sample({ kind, label }: { readonly kind: string; readonly label: string }) {
  return (
    <span>
      <span class="track">
        <i class={kind} />
      </span>
      {label}
    </span>
  );
}
