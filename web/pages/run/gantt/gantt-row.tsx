import { withParameters } from "../../../app/location.ts";
import { Glyph, type Outcome, outcomeOf, outcomeWords } from "../../../parts/outcome.tsx";
import { count, duration } from "../../../words/format.ts";
import type { GanttStep } from "../chosen-log.ts";
import { type Bar, barsOf, barsOfStep, type GanttRow, outcomeOfStep, timeOf } from "./bars.ts";
import type { Scale } from "./scale.ts";
import { ganttWords } from "./words.ts";

/** What is drawn of a row, as the row before knows it for the last good run. */
export interface Drawn {
  readonly bars: readonly Bar[];
  readonly good: readonly Bar[];
}

/** A step or an item on one line: its state, its bars over those of the last good run, its time. */
export function Row({
  row,
  index,
  scale,
  good,
  now,
  chosen,
  toggle,
}: {
  readonly row: GanttRow;
  readonly index: number;
  readonly scale: Scale;
  /** The bars of the last good run, moved to begin with this one. */
  readonly good: readonly Bar[];
  readonly now: number;
  readonly chosen: boolean;
  readonly toggle: (step: string) => void;
}) {
  const isItem = row.kind === "item";
  const outcome = isItem ? outcomeOf(row.item.status) : outcomeOfStep(row.step);
  const bars = isItem ? barsOf(row.item.attempts, null, now) : barsOfStep(row.step, now);
  const time = timeOf(bars);
  return (
    <div
      class={`line ${row.kind} ${chosen ? "chosen" : ""}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={chosen}
      data-row={row.key}
    >
      <span role="rowheader" class="who">
        {!isItem && row.step.items !== null && (
          <Opener step={row.step} open={row.open} toggle={toggle} />
        )}
        <Glyph of={outcome} alone />
        {/* Hundreds of items are one stop of Tab: j and k go from one to the next. */}
        <a
          class="cut cover"
          href={addressOfRow(row)}
          title={isItem ? row.key : row.step.name}
          tabIndex={isItem && !chosen ? -1 : 0}
        >
          {isItem ? ganttWords().item(count(row.item.item)) : row.step.name}
        </a>
        {!isItem && row.step.items !== null && <small>{itemsOf(row.step)}</small>}
      </span>
      <span role="cell" class="track">
        <span class="unseen">{said(bars)}</span>
        <Bars bars={bars} scale={scale} />
        {good.map(({ from, to }) => (
          <Piece key={`was ${from}`} class="was" from={from} to={to} scale={scale} />
        ))}
        {bars.length === 0 && !isItem && <em>{whyNot(row.step)}</em>}
      </span>
      <span role="cell" class="number">
        {time === undefined ? "–" : duration(time)}
      </span>
    </div>
  );
}

/** The address of the page with this row's log beside it. */
export function addressOfRow(row: GanttRow): string {
  return withParameters({
    step: row.step.id,
    item: row.kind === "item" ? String(row.item.item) : undefined,
    try: undefined,
  }).replace(/#.*$/, "");
}

function Opener({
  step: { id, name },
  open,
  toggle,
}: {
  readonly step: GanttStep;
  readonly open: boolean;
  readonly toggle: (step: string) => void;
}) {
  return (
    <button
      type="button"
      class="opener"
      aria-expanded={open}
      aria-label={open ? ganttWords().close(name) : ganttWords().open(name)}
      onClick={() => toggle(id)}
    >
      {open ? "▾" : "▸"}
    </button>
  );
}

function itemsOf({ items }: GanttStep): string {
  if (items === null) return "";
  const { total, succeeded } = items;
  return succeeded === total
    ? `×${count(total)}`
    : ganttWords().items(count(succeeded), count(total));
}

function whyNot({ status }: GanttStep): string {
  if (status === "skipped") return ganttWords().kept;
  return status === "pending" ? ganttWords().notReached : "";
}

function Bars({ bars, scale }: { readonly bars: readonly Bar[]; readonly scale: Scale }) {
  return (
    <>
      {bars.map(({ kind, from, to, outcome, number }) => (
        <Piece
          key={`${kind} ${from}`}
          class={kind === "runs" ? `runs ${outcome}` : kind}
          from={from}
          to={to}
          scale={scale}
          number={number}
          title={titleOf(kind, to - from, outcome)}
        />
      ))}
    </>
  );
}

function Piece({
  class: kind,
  from,
  to,
  scale,
  number,
  title,
}: {
  readonly class: string;
  readonly from: number;
  readonly to: number;
  readonly scale: Scale;
  readonly number?: number | undefined;
  readonly title?: string;
}) {
  if (to < scale.from || from > scale.to) return null;
  const start = Math.max(0, scale.at(Math.max(from, scale.from)));
  const end = Math.min(100, scale.at(Math.min(to, scale.to)));
  return (
    <i class={kind} style={{ left: `${start}%`, width: `${end - start}%` }} title={title}>
      {number !== undefined && <b>{number}</b>}
    </i>
  );
}

function titleOf(kind: Bar["kind"], milliseconds: number, outcome: Outcome): string {
  return ganttWords().said[kind](duration(milliseconds), outcomeWords()[outcome]);
}

/** The bars in words. */
function said(bars: readonly Bar[]): string {
  return bars.map(({ kind, from, to, outcome }) => titleOf(kind, to - from, outcome)).join(", ");
}
