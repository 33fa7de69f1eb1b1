import { unreachable } from "../../core/unreachable.ts";
import type { Surroundings } from "./run.ts";
import { runLook } from "./status.ts";
import type { Style } from "./style.ts";
import { dateTime, duration } from "./time.ts";
import type { UpEvent } from "../../platform/roles/up-events.ts";
import { inZone } from "../../schedule/zone-time.ts";
import type { UpWords } from "./up-words.ts";

/** One line about an event of `up`: a painted mark, its text, and advice for a line below. */
export interface UpLine {
  readonly mark: string;
  readonly text: string;
  readonly help?: string | undefined;
}

/** Where the lines of `up` are shown, and in whose words. */
export interface UpSurroundings extends Surroundings {
  readonly environment: string;
  readonly words: UpWords;
}

/** What an event says. Its time is added by anyone who shows the line. */
export function upLine(event: UpEvent, around: UpSurroundings): UpLine {
  const { style, words } = around;
  const yellow = (mark: string, text: string): UpLine => ({ mark: style.yellow(mark), text });
  switch (event.kind) {
    case "started": {
      const next = event.next === undefined ? undefined : nextText(event.next, around);
      return { mark: style.green("▸"), text: words.started(around.environment, event, next) };
    }
    case "schedule":
      return {
        mark: style.dim("·"),
        text: words.schedule(style.bold(event.project), event.change),
      };
    case "fired":
      return firedLine(event, around);
    case "waiting":
      return yellow("…", words.waiting(event.count, projectsText(event.projects, words)));
    case "left-out":
      return yellow("–", words.leftOut(fireText(event, around), event.why));
    case "missed": {
      const { project, count, last, madeUp } = event;
      return yellow("!", words.missed(style.bold(project), count, minuteOf(last, around), madeUp));
    }
    case "refused": {
      const text = words.refused(fireText(event, around), event.error.message);
      return failureLine(style, text, event.error.help);
    }
    case "taken-up":
      return {
        mark: style.cyan("▸"),
        text: words.resumed(`${style.bold(event.project)} ${event.run}`),
      };
    case "not-taken-up":
      return failureLine(style, words.notResumed(event.run, event.error.message), event.error.help);
    case "ended":
      return endedLine(event, around);
    case "starts-nothing":
      return { mark: style.dim("·"), text: words.startsNothing(event.run, event.following) };
    case "clock":
      return yellow(
        "!",
        event.byMs > 0
          ? words.clockForward(duration(event.byMs))
          : words.clockBack(duration(-event.byMs)),
      );
    case "trouble":
      return failureLine(style, words.trouble(event.error.message), event.error.help);
    case "recovered":
      return { mark: style.green("✓"), text: words.recovered };
    case "duty":
      return event.failed
        ? { mark: style.red("✗"), text: words.dutyFailed(event.duty, event.text) }
        : { mark: style.dim("·"), text: event.text };
    case "stopping":
      return yellow("■", words.stopping(event.running));
    case "stopped":
      return yellow("■", words.stopped(event.handedOver, event.waiting));
    default:
      return unreachable(event);
  }
}

type Of<Kind extends UpEvent["kind"]> = Extract<UpEvent, { readonly kind: Kind }>;

/** A run began; how late it is from a minute on. */
function firedLine(event: Of<"fired">, around: UpSurroundings): UpLine {
  const { style, words } = around;
  const after = words.after(duration(event.lateMs), minuteOf(event.scheduledTime, around));
  const late = event.lateMs < 60_000 ? "" : style.yellow(`, ${after}`);
  return { mark: style.cyan("▸"), text: `${style.bold(event.project)} ${event.run}${late}` };
}

/** A run ended: how, how long it took, why it failed. */
function endedLine(event: Of<"ended">, { style, words }: UpSurroundings): UpLine {
  const look = runLook({ ...event, interrupted: false }, style);
  const word = words.status[event.skipped ? "skipped" : event.status];
  const failure = event.failure === undefined ? "" : `: ${event.failure}`;
  const took = style.dim(`(${duration(event.durationMs)})`);
  return {
    mark: look.paint(look.mark),
    text: `${style.bold(event.project)} ${event.run} ${look.paint(word)} ${took}${failure}`,
  };
}

/** `next recsys at 2026-01-31 04:00 America/Sao_Paulo (in 1 h)`. */
export function nextText(
  next: { readonly project: string; readonly at: number; readonly timezone: string },
  { now, words }: UpSurroundings,
): string {
  const { project, at, timezone } = next;
  return words.next(project, `${inZone(at, timezone)} ${timezone}`, words.relative(at, now));
}

function failureLine(style: Style, text: string, help: string | undefined): UpLine {
  return { mark: style.red("✗"), text, help };
}

function fireText(
  event: { readonly project: string; readonly scheduledTime: number },
  around: UpSurroundings,
): string {
  const { style, words } = around;
  return words.fire(style.bold(event.project), minuteOf(event.scheduledTime, around));
}

function minuteOf(at: number, around: Surroundings): string {
  return dateTime(at, around.offset).slice(0, 16);
}

/** The first of them, and how many more. */
function projectsText(projects: readonly string[], words: UpWords): string {
  const shown = projects.slice(0, 5);
  const more = projects.length - shown.length;
  return `${shown.join(", ")}${more === 0 ? "" : ` ${words.more(more)}`}`;
}
