import type { ApplyEvent, ApplySummary, PlatformError } from "../../platform/port.ts";
import { renderFailure } from "./failure.ts";
import type { Style } from "./style.ts";
import { pad, truncate, widthOf } from "./text.ts";
import { count } from "../../core/text.ts";
import { duration, wholeSeconds } from "./time.ts";

/** What is known of an apply while it runs: folded from its events. */
export type Progress = ReadonlyMap<string, ProjectProgress>;

export interface ProjectProgress {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** What is being done right now. */
  readonly doing: string;
  /** The newest lines that a tool wrote, shown when it fails. */
  readonly output: readonly string[];
  readonly finished: { readonly outcome: Outcome; readonly durationMs: number } | undefined;
}

type Outcome = ApplySummary["projects"][number]["outcome"];

const keptLines = 30;

/** The progress after one more event. */
export function advance(progress: Progress, event: ApplyEvent, now: number): Progress {
  const before = progress.get(event.project) ?? {
    startedAt: now,
    doing: "",
    output: [],
    finished: undefined,
  };
  const put = (change: Partial<ProjectProgress>): Progress =>
    new Map([...progress, [event.project, { ...before, ...change }]]);
  switch (event.kind) {
    case "step-started":
      return put({ doing: stepText(event) });
    case "output":
      return put({ output: [...before.output, event.text].slice(-keptLines) });
    case "project-finished":
      return put({ finished: { outcome: event.outcome, durationMs: event.durationMs } });
    case "project-started":
    case "step-finished":
    case "warning":
      return put({});
  }
}

/** `create cluster ml-cluster-recsys`; what says more than a verb speaks for itself. */
function stepText({
  text,
  resource,
}: {
  readonly text: string;
  readonly resource: string;
}): string {
  return text.includes(" ") ? text : `${text} ${resource}`;
}

/**
 * The lines at the bottom of a terminal while an apply runs: one a project that isn't finished.
 */
export function renderProgress(
  progress: Progress,
  around: {
    readonly style: Style;
    readonly width: number;
    readonly now: number;
    readonly frame: string;
  },
): string[] {
  const { style } = around;
  const active = [...progress].filter(([, project]) => project.finished === undefined);
  const names = Math.max(0, ...active.map(([name]) => widthOf(name)));
  return active.map(([name, project]) => {
    const time = wholeSeconds(around.now - project.startedAt);
    const head = `${around.frame} ${pad(name, names)}  ${project.doing}  ${time}`;
    const room = around.width - widthOf(head) - 3;
    const newest = project.output.at(-1)?.trim() ?? "";
    const tail = room < 12 || newest === "" ? "" : `  ${style.dim(truncate(newest, room))}`;
    return `${style.cyan(around.frame)} ${style.bold(pad(name, names))}  ${truncate(project.doing, Math.max(8, around.width - names - widthOf(time) - 8))}  ${style.dim(time)}${tail}`;
  });
}

export interface EventWords {
  /** `deployed`, `removed` */
  readonly changed: string;
  readonly unchanged: string;
  /**
   * The beginning of each step is a line: where nothing is redrawn below, and projects aren't many.
   */
  readonly steps: boolean;
  /** What tools print is shown. */
  readonly verbose: boolean;
  /** So many projects that those without a change are only counted. */
  readonly many: boolean;
}

/** The line that an event leaves; undefined for one that only moves the progress. */
export function renderEvent(
  event: ApplyEvent,
  names: number,
  style: Style,
  words: EventWords,
): string | undefined {
  const name = style.bold(pad(event.project, names));
  switch (event.kind) {
    case "project-started":
      return undefined;
    case "step-started":
      return words.steps ? `▸ ${name}  ${stepText(event)}` : undefined;
    case "output":
      return words.verbose || (words.steps && event.text.startsWith("waiting "))
        ? `  ${name} ${style.dim("│")} ${event.text}`.trimEnd()
        : undefined;
    case "step-finished":
      return event.durationMs < 1000
        ? undefined
        : `  ${name}  ${style.dim(`${stepText(event)} (${duration(event.durationMs)})`)}`;
    case "warning": {
      const { message, help } = event.diagnostic;
      return `${style.yellow("!")} ${name}  ${style.yellow(help === undefined ? message : `${message}; ${help}`)}`;
    }
    case "project-finished": {
      if (event.outcome === "unchanged" && words.many) return undefined;
      const look = outcomeLook(event.outcome, style, words);
      return `${look.paint(look.mark)} ${name}  ${look.paint(look.word)} ${style.dim(`(${duration(event.durationMs)})`)}`;
    }
  }
}

function outcomeLook(
  outcome: Outcome,
  style: Style,
  verbs: { readonly changed: string; readonly unchanged: string },
): { mark: string; word: string; paint: (text: string) => string } {
  return {
    changed: { mark: "✓", word: verbs.changed, paint: style.green },
    unchanged: { mark: "=", word: verbs.unchanged, paint: style.dim },
    failed: { mark: "✗", word: "failed", paint: style.red },
    held: { mark: "!", word: "held: left as it is", paint: style.yellow },
  }[outcome];
}

/** What failed and why, and the sum of it all. */
export function renderApplied(
  summary: ApplySummary,
  progress: Progress,
  around: {
    readonly style: Style;
    readonly width: number;
    readonly environment: string;
    readonly tookMs: number;
    /** The tools' last lines belong here only when they weren't shown before. */
    readonly withOutput: boolean;
    readonly verb: string;
    /** What is counted: `project`. */
    readonly noun: string;
  },
): string[] {
  const { style } = around;
  const failures = summary.projects.flatMap((project) =>
    project.outcome === "failed" ? [{ project: project.project, error: project.error }] : [],
  );
  const lines = failures.flatMap(({ project, error }) => [
    "",
    ...(around.withOutput
      ? (progress.get(project)?.output ?? []).map((text) => `  ${style.dim("│")} ${text}`.trimEnd())
      : []),
    ...renderFailure(error ?? unknownFailure(project), around),
  ]);
  const total = summary.projects.length;
  const done = summary.projects.filter(({ outcome }) => outcome === "changed").length;
  const others = (["unchanged", "held", "failed"] as const).flatMap((outcome) => {
    const number = summary.projects.filter((project) => project.outcome === outcome).length;
    return number === 0 ? [] : [`${number} ${outcome}`];
  });
  const what =
    failures.length === 0 ? count(done, around.noun) : `${done} of ${count(total, around.noun)}`;
  const sum = [
    `${what} ${around.verb} ${around.environment} in ${duration(around.tookMs)}`,
    ...others,
  ];
  const text = (failures.length === 0 ? style.green : style.red)(`${sum.join(", ")}.`);
  return [...lines, "", text];
}

function unknownFailure(project: string): PlatformError {
  return { reason: "failed", message: `${project} failed and the platform gave no reason` };
}
