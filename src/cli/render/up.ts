import { unreachable } from "../../core/unreachable.ts";
import type { UpEvent } from "../../local/scheduler/events.ts";
import type { UpState } from "../../local/scheduler/up.ts";
import type { Surroundings } from "./run.ts";
import { inZone } from "./schedules.ts";
import { runLook } from "./status.ts";
import { truncate } from "./text.ts";
import { count, relative } from "../../core/text.ts";
import { dateTime, duration, timeOfDay } from "./time.ts";

/** A line for what has happened, with its time; a second one where something is to be done. */
export function renderUpEvent(event: UpEvent, around: Surroundings, environment: string): string[] {
  const { style } = around;
  const time = style.dim(timeOfDay(event.at, around.offset));
  const line = (mark: string, text: string): string[] => [`${time} ${mark} ${text}`];
  const because = (error: { readonly message: string; readonly help?: string }): string[] =>
    error.help === undefined ? [] : [`           ${style.dim(error.help)}`];
  const scheduled = (at: number): string => dateTime(at, around.offset).slice(0, 16);
  const name = (project: string): string => style.bold(project);
  switch (event.kind) {
    case "started": {
      const enabled = event.enabled === event.schedules ? "" : `, ${event.enabled} of them enabled`;
      const waiting = event.waiting === 0 ? "" : `; ${count(event.waiting, "fire")} waiting`;
      return line(
        style.green("▸"),
        `${environment} is up: ${count(event.schedules, "schedule")}${enabled}${waiting}${
          event.next === undefined ? "" : `; ${nextText(event.next, around)}`
        }`,
      );
    }
    case "schedule":
      return line(style.dim("·"), `${name(event.project)} schedule ${event.change}`);
    case "fired": {
      const late =
        event.lateMs < 60_000
          ? ""
          : style.yellow(`, ${duration(event.lateMs)} after ${scheduled(event.scheduledTime)}`);
      return line(style.cyan("▸"), `${name(event.project)} ${event.run}${late}`);
    }
    case "waiting":
      return line(
        style.yellow("…"),
        `${count(event.count, "fire")} waiting, as many runs go as may: ${projectsText(event.projects)}`,
      );
    case "left-out":
      return line(
        style.yellow("–"),
        `${name(event.project)} of ${scheduled(event.scheduledTime)} is left out: ${
          event.why === "overlap"
            ? "the one before still waits, and overlap is skip"
            : "too many of it wait already"
        }`,
      );
    case "missed":
      return line(style.yellow("!"), missedText(event, around, name(event.project)));
    case "refused":
      return [
        ...line(
          style.red("✗"),
          `${name(event.project)} of ${scheduled(event.scheduledTime)} could not begin: ${event.error.message}`,
        ),
        ...because(event.error),
      ];
    case "taken-up":
      return line(style.cyan("▸"), `${name(event.project)} ${event.run} goes on here`);
    case "not-taken-up":
      return [
        ...line(style.red("✗"), `${event.run} can't go on: ${event.error.message}`),
        ...because(event.error),
      ];
    case "ended": {
      const look = runLook({ ...event, interrupted: false }, style);
      const failure = event.failure === undefined ? "" : `: ${event.failure}`;
      return line(
        look.paint(look.mark),
        `${name(event.project)} ${event.run} ${look.paint(look.word)} ${style.dim(`(${duration(event.durationMs)})`)}${failure}`,
      );
    }
    case "clock":
      return line(
        style.yellow("!"),
        event.byMs > 0
          ? `the clock went on by ${duration(event.byMs)}: the machine slept, or it was set`
          : `the clock was set back by ${duration(-event.byMs)}`,
      );
    case "trouble":
      return [
        ...line(style.red("✗"), `${event.error.message}; trying again`),
        ...because(event.error),
      ];
    case "recovered":
      return line(style.green("✓"), "it works again");
    case "duty":
      return line(
        event.failed ? style.red("✗") : style.dim("·"),
        event.failed ? `${event.duty} failed: ${event.text}` : event.text,
      );
    case "stopping":
      return line(
        style.yellow("■"),
        event.running === 0 ? "stopping" : `stopping; ${count(event.running, "run")} still running`,
      );
    case "stopped": {
      const over =
        event.handedOver.length === 0
          ? ""
          : `; the steps of ${event.handedOver.join(", ")} go on, and the next \`esteira up\` takes ${
              event.handedOver.length === 1 ? "it" : "them"
            } up`;
      const waiting =
        event.waiting === 0 ? "" : `; ${count(event.waiting, "fire")} waiting for the next one`;
      return line(style.yellow("■"), `stopped${over}${waiting}`);
    }
    default:
      return unreachable(event);
  }
}

/** One line for how things stand: what runs, what waits, what is next. */
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

function nextText(
  next: { readonly project: string; readonly at: number; readonly timezone: string },
  around: Surroundings,
): string {
  const { project, at, timezone } = next;
  return `next ${project} at ${inZone(at, timezone)} ${timezone} (${relative(at, around.now)})`;
}

/** The first of them, and how many more. */
function projectsText(projects: readonly string[]): string {
  const shown = projects.slice(0, 5);
  const more = projects.length - shown.length;
  return `${shown.join(", ")}${more === 0 ? "" : ` and ${more} more`}`;
}

function missedText(
  event: Extract<UpEvent, { kind: "missed" }>,
  around: Surroundings,
  name: string,
): string {
  const last = dateTime(event.last, around.offset).slice(0, 16);
  const many = event.count >= 100 ? "100 or more fires" : count(event.count, "fire");
  const which = event.count === 1 ? `the fire of ${last}` : `${many}, the last of ${last}`;
  return event.madeUp
    ? `${name} missed ${which}: one run makes up for them`
    : `${name} missed ${which}: left out`;
}
