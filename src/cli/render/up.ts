import { suggestion } from "../../app/names.ts";
import { count } from "../../core/text.ts";
import type { Surroundings } from "./run.ts";
import { truncate } from "./text.ts";
import { timeOfDay } from "./time.ts";
import { nextText, upLine } from "./up-lines.ts";
import type { UpEvent } from "../../platform/roles/up-events.ts";
import type { UpState } from "../../platform/roles/scheduler.ts";

/** A line for what has happened, with its time; a second one where something is to be done. */
export function renderUpEvent(event: UpEvent, around: Surroundings, environment: string): string[] {
  const { style, offset } = around;
  const { mark, text, help } = upLine(event, around, environment);
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
export function renderMissed(
  events: readonly Missed[],
  around: Surroundings,
  environment: string,
): string[] {
  const [first] = events;
  if (first === undefined) return [];
  if (events.length <= missedOneByOne) {
    return events.flatMap((event) => renderUpEvent(event, around, environment));
  }
  const { style, offset } = around;
  // Of one project no more than a hundred are counted.
  const more = events.some((event) => event.count >= 100) ? " or more" : "";
  const fires = events.reduce((sum, event) => sum + event.count, 0);
  const madeUp = events.filter((event) => event.madeUp).length;
  const then =
    madeUp === 0
      ? "left out"
      : `one run makes up for those of each of ${count(madeUp, "project")}, the rest is left out`;
  return [
    `${style.dim(timeOfDay(first.at, offset))} ${style.yellow("!")} ${fires}${more} fires of ${count(events.length, "project")} were missed: ${then}`,
    `           ${style.dim(`\`${suggestion(environment, "watch", "--once")}\` names them; \`esteira backfill\` makes up for a project's.`)}`,
  ];
}

/**
 * Shows events as they come. Those of fires that were missed come together, and are shown when the
 * next other event comes or this turn of the process ends.
 */
export function upEventPrinter(
  print: (lines: string[]) => void,
  around: () => Surroundings,
  environment: string,
): (event: UpEvent) => void {
  let missed: Missed[] = [];
  const flush = (): void => {
    if (missed.length > 0) print(renderMissed(missed, around(), environment));
    missed = [];
  };
  return (event) => {
    if (event.kind === "missed") {
      if (missed.length === 0) queueMicrotask(flush);
      missed.push(event);
      return;
    }
    flush();
    print(renderUpEvent(event, around(), environment));
  };
}

/** One line for the state of things: what runs, what waits, what is next. */
export function renderUpState(state: UpState, around: Surroundings): string[] {
  const { style } = around;
  const parts = [
    ...(state.running === 0 ? [] : [`${state.running} running`]),
    ...(state.waiting === 0 ? [] : [`${state.waiting} waiting`]),
    state.next === undefined
      ? "nothing is due"
      : nextText({ ...state.next, at: state.next.nextAt }, around),
  ];
  return [style.dim(truncate(parts.join(" · "), around.width))];
}
