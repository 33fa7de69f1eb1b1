import { useSignal } from "@preact/signals";

import { clock, span } from "../../../words/format.ts";
import type { Scale, Span } from "./scale.ts";
import { ganttWords } from "./words.ts";
import { zoomTo } from "./zoom.ts";

/** The times above the bars; drawing over them looks closer. */
export function Axis({ scale, all }: { readonly scale: Scale; readonly all: Span }) {
  const drawn = useSignal<Span | undefined>(undefined);
  const placeOf = (event: PointerEvent): number => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return Math.min(100, Math.max(0, ((event.clientX - box.left) / box.width) * 100));
  };
  const shown = scale.to - scale.from;
  const style = shown < 5 * 60_000 ? "second" : shown < 36 * 3_600_000 ? "time" : "day";
  return (
    <div class="line axis" role="row">
      <span role="columnheader" class="who">
        <span class="unseen">{ganttWords().step}</span>
      </span>
      <span
        role="columnheader"
        class="track"
        title={ganttWords().drag}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          drawn.value = [placeOf(event), placeOf(event)];
        }}
        onPointerMove={(event) => {
          if (drawn.value !== undefined) drawn.value = [drawn.value[0], placeOf(event)];
        }}
        onPointerUp={() => {
          const [a, b] = drawn.value ?? [0, 0];
          drawn.value = undefined;
          if (Math.abs(a - b) < 1) return;
          const [from, to] = [scale.momentAt(Math.min(a, b)), scale.momentAt(Math.max(a, b))];
          zoomTo(all, [from, to], "push");
        }}
        onPointerCancel={() => {
          drawn.value = undefined;
        }}
      >
        <span class="unseen">{ganttWords().time}</span>
        {scale.ticks.map(({ at, moment }) => (
          <span key={moment} class="tick" style={{ left: `${at}%` }}>
            {clock(moment, style)}
          </span>
        ))}
        {drawn.value !== undefined && (
          <i
            class="drawn"
            style={{
              left: `${Math.min(...drawn.value)}%`,
              width: `${Math.abs(drawn.value[1] - drawn.value[0])}%`,
            }}
          />
        )}
      </span>
      <span role="columnheader" class="number">
        {ganttWords().took}
      </span>
    </div>
  );
}

/** Rules behind the bars at the times of the axis, and where idle time is cut out. */
export function Grid({ scale }: { readonly scale: Scale }) {
  return (
    <div class="grid">
      {scale.ticks.map(({ at, moment }) => (
        <i key={moment} style={{ left: `${at}%` }} />
      ))}
      {scale.cuts.map(({ at, milliseconds }) => (
        <b key={at} style={{ left: `${at}%` }} title={ganttWords().cut(span(milliseconds))}>
          <span class="unseen">{ganttWords().cut(span(milliseconds))}</span>
        </b>
      ))}
    </div>
  );
}
