import { suggestion } from "../../app/names.ts";
import { truncate } from "./text.ts";
import { timeOfDay } from "./time.ts";
import { nextText, upLine, type UpSurroundings } from "./up-lines.ts";
import type { UpEvent } from "../../platform/roles/up-events.ts";
import type { UpState } from "../../platform/roles/scheduler.ts";

/** A line for what has happened, with its time; a second one where something is to be done. */
export function renderUpEvent(event: UpEvent, around: UpSurroundings): string[] {
  const { style, offset } = around;
  const { mark, text, help } = upLine(event, around);
  return [
    `${style.dim(timeOfDay(event.at, offset))} ${mark} ${text}`,
    ...(help === undefined ? [] : [`           ${style.dim(help)}`]),
  ];
}

type Missed = Extract<UpEvent, { readonly kind: "missed" }>;

/** More projects than these that missed fires at once are one line. */
const missedOneByOne = 5;

/**
 * Lines for what was missed while nothing was up: one a project, or their sum where there are many,
 * as after a downtime.
 */
export function renderMissed(events: readonly Missed[], around: UpSurroundings): string[] {
  const [first] = events;
  if (first === undefined) return [];
  if (events.length <= missedOneByOne) {
    return events.flatMap((event) => renderUpEvent(event, around));
  }
  const { style, offset, words, environment } = around;
  const text = words.missedByMany({
    fires: events.reduce((sum, event) => sum + event.count, 0),
    // Of one project no more than a hundred are counted.
    orMore: events.some((event) => event.count >= 100),
    projects: events.length,
    madeUp: events.filter((event) => event.madeUp).length,
  });
  const help = words.missedHelp(suggestion(environment, "watch", "--once"));
  return [
    `${style.dim(timeOfDay(first.at, offset))} ${style.yellow("!")} ${text}`,
    `           ${style.dim(help)}`,
  ];
}

/**
 * Shows events as they come. Those of fires that were missed come together, and are shown when the
 * next other event comes or this turn of the process ends.
 */
export function upEventPrinter(
  print: (lines: string[]) => void,
  around: () => UpSurroundings,
): (event: UpEvent) => void {
  let missed: Missed[] = [];
  const flush = (): void => {
    if (missed.length > 0) print(renderMissed(missed, around()));
    missed = [];
  };
  return (event) => {
    if (event.kind === "missed") {
      if (missed.length === 0) queueMicrotask(flush);
      missed.push(event);
      return;
    }
    flush();
    print(renderUpEvent(event, around()));
  };
}

/** One line for the state of things: what runs, what waits, what is next. */
export function renderUpState(state: UpState, around: UpSurroundings): string[] {
  const { style, words } = around;
  const parts = [
    ...(state.running === 0 ? [] : [words.state.running(state.running)]),
    ...(state.waiting === 0 ? [] : [words.state.waiting(state.waiting)]),
    state.next === undefined
      ? words.state.nothingDue
      : nextText({ ...state.next, at: state.next.nextAt }, around),
  ];
  return [style.dim(truncate(parts.join(" · "), around.width))];
}
