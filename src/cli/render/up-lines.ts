import { unreachable } from "../../core/unreachable.ts";
import type { Surroundings } from "./run.ts";
import { runLook } from "./status.ts";
import type { Style } from "./style.ts";
import { count, relative } from "../../core/text.ts";
import { dateTime, duration } from "./time.ts";
import type { UpEvent } from "../../platform/roles/up-events.ts";
import { inZone } from "../../schedule/zone-time.ts";

/** One line about an event of `up`: a painted mark, its text, and advice for a line below. */
export interface UpLine {
  readonly mark: string;
  readonly text: string;
  readonly help?: string | undefined;
}

type Of<Kind extends UpEvent["kind"]> = Extract<UpEvent, { readonly kind: Kind }>;

/** What an event says. Its time is added by anyone who shows the line. */
export function upLine(event: UpEvent, around: Surroundings, environment: string): UpLine {
  switch (event.kind) {
    case "started":
      return startedLine(event, around, environment);
    case "schedule":
      return scheduleLine(event, around);
    case "fired":
      return firedLine(event, around);
    case "waiting":
      return waitingLine(event, around);
    case "left-out":
      return leftOutLine(event, around);
    case "missed":
      return missedLine(event, around);
    case "refused":
      return refusedLine(event, around);
    case "taken-up":
      return takenUpLine(event, around);
    case "not-taken-up":
      return notTakenUpLine(event, around);
    case "ended":
      return endedLine(event, around);
    case "clock":
      return clockLine(event, around);
    case "trouble":
      return troubleLine(event, around);
    case "recovered":
      return recoveredLine(around);
    case "duty":
      return dutyLine(event, around);
    case "stopping":
      return stoppingLine(event, around);
    case "stopped":
      return stoppedLine(event, around);
    default:
      return unreachable(event);
  }
}

/** `dev is up: 3 schedules, 2 of them enabled; 1 fire waiting; next recsys at …`. */
function startedLine(event: Of<"started">, around: Surroundings, environment: string): UpLine {
  const enabled = event.enabled === event.schedules ? "" : `, ${event.enabled} of them enabled`;
  const waiting = event.waiting === 0 ? "" : `; ${count(event.waiting, "fire")} waiting`;
  const next = event.next === undefined ? "" : `; ${nextText(event.next, around)}`;
  return {
    mark: around.style.green("▸"),
    text: `${environment} is up: ${count(event.schedules, "schedule")}${enabled}${waiting}${next}`,
  };
}

/** Somebody changed a schedule. */
function scheduleLine(event: Of<"schedule">, { style }: Surroundings): UpLine {
  return { mark: style.dim("·"), text: `${style.bold(event.project)} schedule ${event.change}` };
}

/** A run began; how late it is from a minute on. */
function firedLine(event: Of<"fired">, around: Surroundings): UpLine {
  const { style } = around;
  const late =
    event.lateMs < 60_000
      ? ""
      : style.yellow(`, ${duration(event.lateMs)} after ${minuteOf(event.scheduledTime, around)}`);
  return { mark: style.cyan("▸"), text: `${style.bold(event.project)} ${event.run}${late}` };
}

/** Fires that wait for a place. */
function waitingLine(event: Of<"waiting">, { style }: Surroundings): UpLine {
  return {
    mark: style.yellow("…"),
    text: `${count(event.count, "fire")} waiting, as many runs go as may: ${projectsText(event.projects)}`,
  };
}

/** A fire that is due and starts nothing. */
function leftOutLine(event: Of<"left-out">, around: Surroundings): UpLine {
  const why =
    event.why === "overlap"
      ? "the one before still waits, and overlap is skip"
      : "too many of it wait already";
  return {
    mark: around.style.yellow("–"),
    text: `${fireText(event, around)} is left out: ${why}`,
  };
}

/** Fires whose time passed while nothing was up. */
function missedLine(event: Of<"missed">, around: Surroundings): UpLine {
  const last = minuteOf(event.last, around);
  const many = event.count >= 100 ? "100 or more fires" : count(event.count, "fire");
  const which = event.count === 1 ? `the fire of ${last}` : `${many}, the last of ${last}`;
  const then = event.madeUp ? "one run makes up for them" : "left out";
  return {
    mark: around.style.yellow("!"),
    text: `${around.style.bold(event.project)} missed ${which}: ${then}`,
  };
}

/** A fire whose run could not begin. */
function refusedLine(event: Of<"refused">, around: Surroundings): UpLine {
  const text = `${fireText(event, around)} could not begin: ${event.error.message}`;
  return failureLine(around.style, text, event.error.help);
}

/** A run whose process was gone continues here. */
function takenUpLine(event: Of<"taken-up">, { style }: Surroundings): UpLine {
  return {
    mark: style.cyan("▸"),
    text: `${style.bold(event.project)} ${event.run} continues here`,
  };
}

/** A run whose process was gone, and that can't be continued here. */
function notTakenUpLine(event: Of<"not-taken-up">, { style }: Surroundings): UpLine {
  const text = `${event.run} can't continue: ${event.error.message}`;
  return failureLine(style, text, event.error.help);
}

/** A run ended: how, how long it took, why it failed. */
function endedLine(event: Of<"ended">, { style }: Surroundings): UpLine {
  const look = runLook({ ...event, interrupted: false }, style);
  const failure = event.failure === undefined ? "" : `: ${event.failure}`;
  const took = style.dim(`(${duration(event.durationMs)})`);
  return {
    mark: look.paint(look.mark),
    text: `${style.bold(event.project)} ${event.run} ${look.paint(look.word)} ${took}${failure}`,
  };
}

/** The wall clock and time went apart. */
function clockLine(event: Of<"clock">, { style }: Surroundings): UpLine {
  return {
    mark: style.yellow("!"),
    text:
      event.byMs > 0
        ? `the clock moved forward by ${duration(event.byMs)}: the machine slept, or it was set`
        : `the clock was set back by ${duration(-event.byMs)}`,
  };
}

/** Something doesn't work and is tried again. */
function troubleLine(event: Of<"trouble">, { style }: Surroundings): UpLine {
  return failureLine(style, `${event.error.message}; trying again`, event.error.help);
}

/** What was tried again works. */
function recoveredLine({ style }: Surroundings): UpLine {
  return { mark: style.green("✓"), text: "it works again" };
}

/** What a duty did, or why it failed. */
function dutyLine(event: Of<"duty">, { style }: Surroundings): UpLine {
  return event.failed
    ? { mark: style.red("✗"), text: `${event.duty} failed: ${event.text}` }
    : { mark: style.dim("·"), text: event.text };
}

/** `up` was asked to stop. */
function stoppingLine(event: Of<"stopping">, { style }: Surroundings): UpLine {
  const running = event.running === 0 ? "" : `; ${count(event.running, "run")} still running`;
  return { mark: style.yellow("■"), text: `stopping${running}` };
}

/** `up` has stopped: what it leaves to the next one. */
function stoppedLine(event: Of<"stopped">, { style }: Surroundings): UpLine {
  const runs = event.handedOver;
  const them = runs.length === 1 ? "it" : "them";
  const over =
    runs.length === 0
      ? ""
      : `; the steps of ${runs.join(", ")} keep running, and the next \`esteira up\` resumes ${them}`;
  const waiting =
    event.waiting === 0 ? "" : `; ${count(event.waiting, "fire")} waiting for the next one`;
  return { mark: style.yellow("■"), text: `stopped${over}${waiting}` };
}

/** `next recsys at 2026-01-31 04:00 America/Sao_Paulo (in 1 h)`. */
export function nextText(
  next: { readonly project: string; readonly at: number; readonly timezone: string },
  around: Surroundings,
): string {
  const { project, at, timezone } = next;
  return `next ${project} at ${inZone(at, timezone)} ${timezone} (${relative(at, around.now)})`;
}

function failureLine(style: Style, text: string, help: string | undefined): UpLine {
  return { mark: style.red("✗"), text, help };
}

function fireText(
  event: { readonly project: string; readonly scheduledTime: number },
  around: Surroundings,
): string {
  return `${around.style.bold(event.project)} of ${minuteOf(event.scheduledTime, around)}`;
}

function minuteOf(at: number, around: Surroundings): string {
  return dateTime(at, around.offset).slice(0, 16);
}

/** The first of them, and how many more. */
function projectsText(projects: readonly string[]): string {
  const shown = projects.slice(0, 5);
  const more = projects.length - shown.length;
  return `${shown.join(", ")}${more === 0 ? "" : ` and ${more} more`}`;
}
