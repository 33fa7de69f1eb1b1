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
