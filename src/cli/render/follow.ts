import type { LogLine } from "../../platform/log-lines.ts";
import { unreachable } from "../../core/unreachable.ts";
import type { Milestone } from "./milestones.ts";
import { stepPaint, type Style } from "./style.ts";
import { cleanOutput, pad, truncate, widthOf } from "./text.ts";
import { duration, wholeSeconds } from "./time.ts";

/** What a followed run's lines need to know to be aligned under each other in one colour a step. */
export interface Gutter {
  readonly style: Style;
  readonly color: boolean;
  /** Columns of the label. */
  readonly width: number;
  readonly order: ReadonlyMap<string, number>;
}

const widest = 28;

/**
 * Lays the labels out once for the whole run, so that nothing moves.
 *
 * @param steps ids in the author's order; `items` where the step runs once an item, as many as are
 *   known
 */
export function gutterFor(
  steps: readonly { readonly id: string; readonly retries: number; readonly items: number }[],
  style: Style,
  color: boolean,
): Gutter {
  const widths = steps.map(
    (step) =>
      step.id.length +
      (step.items > 0 ? String(step.items - 1).length + 2 : 0) +
      (step.retries > 0 ? 2 : 0),
  );
  return {
    style,
    color,
    width: Math.min(widest, Math.max(0, ...widths)),
    order: new Map(steps.map((step, index) => [step.id, index])),
  };
}

interface Source {
  readonly step: string;
  readonly attempt: number;
  readonly item: number | undefined;
}

/** `score_model`, `score_model[3]` for an item, `score_model#2` for a second try. */
export function labelOf(source: Source): string {
  const item = source.item === undefined ? "" : `[${source.item}]`;
  const attempt = source.attempt > 1 ? `#${source.attempt}` : "";
  return `${source.step}${item}${attempt}`;
}

function label(source: Source, gutter: Gutter): string {
  const text = pad(truncate(labelOf(source), widest + 4), gutter.width);
  return stepPaint(gutter.style, gutter.order.get(source.step) ?? 0)(text);
}

/** A line that a step wrote: `  score_model │ 406 vehicles`. */
export function logLine(line: LogLine, gutter: Gutter): string {
  const { style } = gutter;
  const rule = line.stream === "stderr" ? style.yellow("│") : style.dim("│");
  const text = cleanOutput(line.text, gutter.color);
  const shown = line.stream === "system" ? style.dim(text) : text;
  return `  ${label(line, gutter)} ${rule} ${shown}`.trimEnd();
}

/** A change of state between the lines: `✓ score_model   done in 2.1s`. */
export function milestoneLine(milestone: Milestone, gutter: Gutter): string {
  const { style } = gutter;
  const say = (mark: string, paint: (text: string) => string, text: string): string =>
    `${paint(mark)} ${label(milestone, gutter)} ${paint(text)}`;
  const { happened } = milestone;
  switch (happened.kind) {
    case "started":
      return say("▸", style.cyan, "started");
    case "succeeded":
      return say("✓", style.green, `done in ${duration(happened.durationMs)}`);
    case "failed":
      return say("✗", style.red, `failed after ${duration(happened.durationMs)}: ${happened.why}`);
    case "retry":
      return say("↻", style.yellow, `${happened.why}, ${retryText(happened.inMs)}`);
    case "started-again":
      return say(
        "↻",
        style.yellow,
        `its instance was reclaimed; started again, ${happened.number} of ${happened.of}`,
      );
    case "aborted":
      return say("■", style.yellow, "stopped");
    case "skipped":
      return say("-", style.dim, "skipped");
    default:
      return unreachable(happened);
  }
}

function retryText(inMs: number | undefined): string {
  return inMs === undefined ? "to be tried again" : `retry in ${duration(inMs)}`;
}

/** Something that a run does right now. */
export interface Busy extends Source {
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** For capacity or for its next try. */
  readonly waiting: boolean;
}

/**
 * What a run does right now, for the last line of a terminal: `extract_features 12s, score_model[3]
 * 4s`.
 */
export function busyLine(
  busy: readonly Busy[],
  frame: string,
  now: number,
  around: { readonly style: Style; readonly width: number },
): string {
  const all = busy.map(
    (one) => `${labelOf(one)}${one.waiting ? " waits" : ""} ${wholeSeconds(now - one.since)}`,
  );
  let text = "";
  for (const [index, part] of all.entries()) {
    const next = index === 0 ? part : `${text}, ${part}`;
    const rest = all.length - index;
    if (widthOf(next) > around.width - 14 && index > 0)
      return `${frame} ${around.style.dim(`${text}, ${rest} more`)}`;
    text = next;
  }
  return `${frame} ${around.style.dim(truncate(text, around.width - 3))}`;
}
