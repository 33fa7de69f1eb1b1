import { useRef } from "preact/hooks";

import { addressOf } from "../../app/addresses.ts";
import { narrow } from "../../app/screen.ts";
import { Glyph, outcomeWords } from "../../parts/outcome.tsx";
import { Rows } from "../../parts/rows.tsx";
import { clock, span } from "../../words/format.ts";
import { type Bar, type Lane, laneGroups, type Tonight } from "./lanes.ts";
import { type Scale, scaleOf, type Stretch } from "./scale.ts";
import { isCut, shownStretch, zoom } from "./view.ts";
import { tonightWords } from "./words.ts";

type Line = Lane | { readonly head: string; readonly count: number };

/** The projects on one axis, the line of now across all of them. */
export function Lanes({
  environment,
  tonight,
  lanes,
}: {
  readonly environment: string;
  readonly tonight: Tonight;
  readonly lanes: readonly Lane[];
}) {
  const track = useRef<HTMLDivElement>(null);
  const shown = shownStretch(tonight);
  const busy = lanes.flatMap(({ bars }) => bars);
  const scale = scaleOf(shown, [...busy, { from: tonight.at, to: tonight.at }], isCut());
  const lines: readonly Line[] = laneGroups.flatMap((group) => {
    // What is well and out of sight would be an empty line.
    const own = lanes.filter(
      (lane) =>
        lane.group === group &&
        (group === "trouble" || group === "under" || lane.bars.some((bar) => overlaps(bar, shown))),
    );
    if (own.length === 0) return [];
    return [{ head: tonightWords().groups[group], count: own.length }, ...own];
  });
  const onWheel = (event: WheelEvent): void => {
    if (!event.ctrlKey || track.current === null) return;
    event.preventDefault();
    const { left, width } = track.current.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - left) / width));
    zoom(tonight, event.deltaY < 0, shown.from + share * (shown.to - shown.from));
  };
  const visible = (time: number): boolean => time >= shown.from && time <= shown.to;
  const everyOther = narrow.value && scale.ticks.length > 5 ? Math.ceil(scale.ticks.length / 5) : 1;
  const isNamed = (index: number, tick: number): boolean =>
    index % everyOther === 0 && scale.at(tick) < 98 && !nearNow(tick, tonight.at, scale);
  return (
    <div class="time" onWheel={onWheel}>
      <div class="axis" aria-hidden="true">
        <div class="rail" ref={track}>
          {scale.ticks.map((tick, index) => (
            <span
              key={tick}
              style={{ "--a": scale.at(tick) }}
              class={isNamed(index, tick) ? "" : "bare"}
            >
              {clock(tick, "time", tonight.zone)}
            </span>
          ))}
          {visible(tonight.at) && (
            <span class="now" style={{ "--a": scale.at(tonight.at) }}>
              {clock(tonight.at, "time", tonight.zone)}
            </span>
          )}
        </div>
      </div>
      <div class="grid" aria-hidden="true">
        {scale.ticks.map((tick) => (
          <i key={tick} style={{ "--a": scale.at(tick) }} />
        ))}
        {visible(tonight.at) && (
          <>
            <i class="ahead" style={{ "--a": scale.at(tonight.at) }} />
            <i class="now" style={{ "--a": scale.at(tonight.at) }} />
          </>
        )}
        {scale.cuts.map(({ at, width, length }) => (
          <i
            key={at}
            class="cutout"
            style={{ "--a": at, "--w": width }}
            title={tonightWords().cutOut(span(length))}
          />
        ))}
      </div>
      <Rows rows={lines} keyOf={keyOf} heightOf={heightOf}>
        {(line) =>
          "head" in line ? (
            <h2 class="band">
              <b>{line.head}</b> {line.count}
            </h2>
          ) : (
            <LaneLine environment={environment} lane={line} scale={scale} zone={tonight.zone} />
          )
        }
      </Rows>
    </div>
  );
}

const overlaps = (a: Stretch, b: Stretch): boolean => a.to >= b.from && a.from <= b.to;

const keyOf = (line: Line): string => ("head" in line ? `head ${line.head}` : line.project);
const heightOf = (line: Line): number => ("head" in line ? 28 : hasSecondLine(line) ? 44 : 24);

/** Where there is no room beside the bars, what is wrong is said below them. */
const hasSecondLine = ({ group, say }: Lane): boolean =>
  narrow.value && group === "trouble" && say !== undefined;

const nearNow = (tick: number, now: number, scale: Scale): boolean =>
  Math.abs(scale.at(tick) - scale.at(now)) < (narrow.value ? 14 : 7);

function LaneLine({
  environment,
  lane,
  scale,
  zone,
}: {
  readonly environment: string;
  readonly lane: Lane;
  readonly scale: Scale;
  readonly zone: string;
}) {
  const { project, outcome, bars, run } = lane;
  const due = bars
    .filter(({ kind }) => kind === "due")
    .map(({ from }) => clock(from, "time", zone));
  const say = lane.say ?? (lane.group === "due" ? due.join(", ") : undefined);
  const address =
    run === undefined ? addressOf.project(environment, project) : addressOf.run(environment, run);
  return (
    <a class="lane" href={address} title={say}>
      <Glyph of={outcome} alone />
      <span class="cut">{project}</span>
      <span class="unseen">{bars.map((bar) => sentence(bar, zone)).join(", ")}</span>
      <span class="rail" aria-hidden={say === undefined ? "true" : undefined}>
        {bars.map((bar) => (
          <BarMark key={`${bar.kind} ${bar.from}`} bar={bar} scale={scale} zone={zone} />
        ))}
        {say !== undefined && <Label lane={lane} scale={scale} text={say} zone={zone} />}
      </span>
      {hasSecondLine(lane) && (
        <span class="below cut" aria-hidden="true">
          {say}
        </span>
      )}
    </a>
  );
}

function BarMark({
  bar,
  scale,
  zone,
}: {
  readonly bar: Bar;
  readonly scale: Scale;
  readonly zone: string;
}) {
  const [a, b] = [scale.at(bar.from), scale.at(bar.to)];
  if (b < 0 || a > 100) return null;
  return (
    <i
      class={`${bar.kind} ${bar.outcome}`}
      style={{ "--a": Math.max(0, a), "--b": Math.min(100, Math.max(a, b)) }}
      title={sentence(bar, zone)}
    />
  );
}

/** The word of a lane, on the side of its bar where there is more room. */
function Label({
  lane,
  scale,
  text,
  zone,
}: {
  readonly lane: Lane;
  readonly scale: Scale;
  readonly text: string;
  readonly zone: string;
}) {
  const after = lane.bars.filter(({ from }) => from >= lane.sayAt);
  const end = Math.max(0, ...after.map(({ to }) => scale.at(to)));
  const begin = Math.min(100, Math.max(0, scale.at(lane.sayAt)));
  // What it is about happened before what is shown.
  const earlier = after.every(({ to }) => scale.at(to) < 0);
  return end < 62 ? (
    <em style={{ "--a": end }}>
      {earlier && `← ${clock(lane.sayAt, "time", zone)} `}
      {text}
    </em>
  ) : (
    <em class="left" style={{ "--a": begin }}>
      {text}
    </em>
  );
}

function sentence({ kind, outcome, from, to }: Bar, zone: string): string {
  const words = tonightWords();
  const [begin, end] = [clock(from, "time", zone), clock(to, "time", zone)];
  if (kind === "due") return words.dueAt(begin);
  if (kind === "expected") return words.usualEnd(end);
  return `${outcomeWords()[outcome]} ${words.from(begin, end)}`;
}
