import "./gantt.css";
import { useEffect, useMemo, useRef } from "preact/hooks";

import { addressFor } from "../../../api/api.ts";
import { useDocument } from "../../../api/documents.ts";
import { second } from "../../../app/clock.ts";
import { go, parameter, setParameters } from "../../../app/location.ts";
import { useKeys } from "../../../keys/keys.ts";
import { useVirtualRows } from "../../../parts/rows.tsx";
import { printing } from "../../../parts/printing.ts";
import { zoneOffset } from "../../../words/format.ts";
import type { ChosenLog, RunDocument } from "../chosen-log.ts";
import { byUrgency, type RunItem, useItems } from "../run-items.ts";
import { Axis, Grid } from "./axis.tsx";
import { type Bar, barsOf, barsOfStep, busySpans, type GanttRow, rowsOf } from "./bars.ts";
import { addressOfRow, Row } from "./gantt-row.tsx";
import { GanttTools } from "./gantt-tools.tsx";
import { idleShare, scaleOf, type Span } from "./scale.ts";
import { ganttWords } from "./words.ts";
import { isCut, panBy, zoomBy, zoomed, zoomTo } from "./zoom.ts";

const rowHeight = 24;
/** More rows than these scroll in a separate box. */
const mostAtOnce = 48;

/** The steps of a run over time: when each waited, started and ran, and how it was last time. */
export function Gantt({
  environment,
  run,
  log,
}: {
  readonly environment: string;
  readonly run: RunDocument;
  readonly log: ChosenLog;
}) {
  const opened = parameter("open");
  const items = useItems(environment, run.run.run, opened);
  const good = useGood(environment, run, opened);
  const { startedAt, endedAt } = run.run;
  const now = endedAt ?? second.value;
  const all: Span = [startedAt, Math.max(now, startedAt + 1_000)];
  const busy = busySpans(run, now);
  const idle = idleShare(all, busy);
  const cut = isCut(idle);
  const offset = zoneOffset(startedAt);
  const shown = zoomed(all);
  const scale = scaleOf(shown, busy, cut, offset);
  const sorted = useMemo(() => byUrgency(items.all ?? []), [items.all]);
  const rows = rowsOf(run.steps, (step) => (step === opened ? sorted : undefined));
  const chosen = rows.findIndex((row) => isOf(row, log));
  const toggle = (step: string): void =>
    setParameters({ open: opened === step ? undefined : step }, "push");
  const choose = (index: number): void => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, index))];
    if (row !== undefined) go(addressOfRow(row), "replace");
  };
  const keys = ganttWords().keys;
  useKeys([
    { key: "j", does: keys.down, press: () => choose(chosen + 1) },
    { key: "k", does: keys.up, press: () => choose(chosen - 1) },
    {
      key: "o",
      does: keys.toggle,
      press: () => {
        const step = rows[chosen]?.step;
        if (step !== undefined && step.items !== null) toggle(step.id);
      },
    },
    { key: "+", does: keys.closer, press: () => zoomBy(all, 0.5) },
    { key: "-", does: keys.farther, press: () => zoomBy(all, 2) },
    { key: "0", does: keys.whole, press: () => zoomTo(all, all) },
    { key: "[", does: keys.earlier, press: () => panBy(all, -0.4) },
    { key: "]", does: keys.later, press: () => panBy(all, 0.4) },
  ]);
  const draw = (row: GanttRow, index: number) => (
    <Row
      key={row.key}
      row={row}
      index={index}
      scale={scale}
      good={good(row)}
      now={now}
      chosen={index === chosen}
      toggle={toggle}
    />
  );
  return (
    <section class="section steps" aria-label={ganttWords().steps}>
      <GanttTools all={all} idle={idle} cut={cut} hasGood={run.lastGood !== null} />
      <div
        class="gantt"
        role="table"
        aria-label={ganttWords().steps}
        aria-rowcount={rows.length + 1}
      >
        <Axis scale={scale} all={all} />
        <div class="under">
          <Grid scale={scale} />
          {rows.length <= mostAtOnce || printing.value ? (
            rows.map(draw)
          ) : (
            <Scrolled rows={rows} chosen={chosen} draw={draw} />
          )}
        </div>
      </div>
      {opened !== undefined && items.all === undefined && (
        <p class="dim">{items.problem?.message ?? ganttWords().loading}</p>
      )}
    </section>
  );
}

function isOf(row: GanttRow, { of }: ChosenLog): boolean {
  if (of === undefined || row.step.id !== of.step) return false;
  // Who goes up from the items comes to their step, although the log is that of an item.
  const whole = parameter("step") !== undefined && parameter("item") === undefined;
  if (row.kind === "item") return !whole && row.item.item === of.item;
  return whole || of.item === undefined || !row.open;
}

/** Rows of which those in sight are drawn. */
function Scrolled({
  rows,
  chosen,
  draw,
}: {
  readonly rows: readonly GanttRow[];
  readonly chosen: number;
  readonly draw: (row: GanttRow, index: number) => preact.JSX.Element;
}) {
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualRows({
    count: rows.length,
    height: rowHeight,
    element: () => box.current,
  });
  useEffect(() => {
    if (chosen >= 0) virtual.scrollToIndex(chosen, { align: "auto" });
  }, [chosen]);
  const drawn = virtual.getVirtualItems();
  // What was drawn for the same run is the same while it is scrolled: Preact then leaves it alone.
  const known = useMemo(() => new Map<string, preact.JSX.Element>(), [draw]);
  const row = (index: number): preact.JSX.Element | undefined => {
    const wanted = rows[index];
    if (wanted === undefined) return undefined;
    const made = known.get(wanted.key) ?? draw(wanted, index);
    known.set(wanted.key, made);
    return made;
  };
  return (
    <div class="rows" ref={box} role="rowgroup" tabIndex={0} aria-label={ganttWords().steps}>
      <div role="presentation" style={{ height: `${virtual.getTotalSize()}px` }}>
        <div role="presentation" style={{ transform: `translateY(${drawn[0]?.start ?? 0}px)` }}>
          {drawn.map(({ index }) => row(index))}
        </div>
      </div>
    </div>
  );
}

/** The bars of the last good run, moved so that it begins when this one does. */
function useGood(
  environment: string,
  { lastGood, run }: RunDocument,
  opened: string | undefined,
): (row: GanttRow) => readonly Bar[] {
  const before = useDocument(
    lastGood === null ? undefined : addressFor("run", { env: environment, run: lastGood.run }),
  );
  const items = useItems(environment, lastGood?.run ?? "", lastGood === null ? undefined : opened);
  const byIndex = useMemo(
    () => new Map<number, RunItem>(items.all?.map((item) => [item.item, item])),
    [items.all],
  );
  const by = lastGood === null ? 0 : run.startedAt - lastGood.startedAt;
  return (row) => {
    if (before.value === undefined) return [];
    const attempts =
      row.kind === "item"
        ? barsOf(byIndex.get(row.item.item)?.attempts ?? [], null, 0)
        : before.value.steps
            .filter(({ id }) => id === row.step.id)
            .flatMap((step) => barsOfStep(step, 0));
    return attempts
      .filter(({ kind }) => kind === "runs")
      .map((bar) => ({ ...bar, from: bar.from + by, to: bar.to + by }));
  };
}
