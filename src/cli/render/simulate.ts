import type { Setback } from "../../core/task-loss.ts";
import { unreachable } from "../../core/unreachable.ts";
import { setbackOf } from "../../runs/setback.ts";
import { readCause } from "../../runs/task-reading.ts";
import type { Simulation } from "../../states/simulate.ts";
import type { TimelineEntry } from "../../app/simulate/simulate-timeline.ts";
import { runLook, type Look } from "./status.ts";
import type { Style } from "./style.ts";
import { table, type Column } from "./table.ts";
import { truncate, wrap } from "./text.ts";
import { count } from "../../core/text.ts";
import { duration } from "./time.ts";

export interface SimulationScreen {
  readonly title: string;
  readonly simulation: Simulation;
  /** Entries, named as people call them. */
  readonly timeline: readonly TimelineEntry[];
}

interface Width {
  readonly style: Style;
  readonly width: number;
}

/** What a run would do: its timeline, and how it ends. */
export function renderSimulation(screen: SimulationScreen, around: Width): string[] {
  const { style } = around;
  const { timeline } = screen;
  const columns: Column<TimelineEntry>[] = [
    { title: "at", align: "right", cell: ({ startedAt }) => `+${duration(startedAt)}` },
    { title: "step", cell: nameOf, shrinkTo: 16 },
    { title: "attempt", align: "right", cell: ({ kind, attempt }) => numberOf(kind, attempt) },
    {
      title: "what happens",
      cell: (entry) => {
        const look = lookOf(entry, style);
        return look.mark === "" ? look.word : `${look.mark} ${look.word}`;
      },
      paint: (text, entry) => lookOf(entry, style).paint(text),
      shrinkTo: 24,
    },
    { title: "takes", align: "right", cell: takes },
  ];
  return [
    style.bold(`Simulation of ${screen.title}`),
    style.dim("Virtual time: nothing is started, and nothing waits."),
    "",
    ...(timeline.length === 0
      ? [style.dim("No step would run.")]
      : table(timeline, columns, around)),
    "",
    ...renderEnd(screen, around),
  ];
}

function nameOf({ state, items }: TimelineEntry): string {
  return items.length === 0 ? state : `${state}[${items.join("][")}]`;
}

function numberOf(kind: TimelineEntry["kind"], attempt: number | undefined): string {
  return kind === "attempt" && attempt !== undefined ? String(attempt) : "";
}

function takes({ kind, startedAt, endedAt }: TimelineEntry): string {
  if (endedAt === undefined || (kind === "state" && endedAt === startedAt)) return "";
  return duration(endedAt - startedAt);
}

function lookOf(entry: TimelineEntry, style: Style): Look {
  switch (entry.kind) {
    case "retry-wait":
      return { mark: "↻", word: `waits, then attempt ${entry.attempt ?? ""}`, paint: style.yellow };
    case "wait":
      return { mark: "↻", word: "waits", paint: style.yellow };
    case "state":
    case "attempt":
      return attemptLook(entry, style);
    default:
      return unreachable(entry.kind);
  }
}

const SETBACK_WORDS = {
  "instance-lost": "loses its instance",
  "no-capacity": "finds no instance with room",
} as const satisfies Record<Setback, string>;

function attemptLook({ kind, outcome, error, cause }: TimelineEntry, style: Style): Look {
  switch (outcome) {
    case "succeeded":
      return { mark: "✓", word: "succeeds", paint: style.green };
    case "failed": {
      const setback = setbackOf(error, cause);
      if (setback !== undefined) {
        return { mark: "↻", word: SETBACK_WORDS[setback], paint: style.yellow };
      }
      const exit = readCause(cause)?.exitCode;
      const why = exit === undefined ? (error ?? "") : `exit ${exit}, ${error ?? ""}`;
      return { mark: "✗", word: why === "" ? "fails" : `fails: ${why}`, paint: style.red };
    }
    case "timed out":
      return { mark: "✗", word: "runs out of time", paint: style.red };
    case "given up":
      return { mark: "■", word: "is given up", paint: style.yellow };
    case "skipped":
      return { mark: "-", word: "is skipped", paint: style.dim };
    case undefined:
      return kind === "attempt"
        ? { mark: "■", word: "continues until the run ends", paint: style.yellow }
        : { mark: "", word: "", paint: style.dim };
    default:
      return unreachable(outcome);
  }
}

function renderEnd({ simulation, timeline }: SimulationScreen, { style, width }: Width): string[] {
  const { status, history, error, cause, output } = simulation;
  if (status === "INVALID") return [];
  const look = runLook({ status, skipped: false, interrupted: false }, style);
  const took = (history.at(-1)?.timestamp ?? 0) - (history[0]?.timestamp ?? 0);
  const attempts = timeline.filter(({ kind }) => kind === "attempt");
  const failures = attempts.filter(
    ({ outcome, error, cause }) =>
      (outcome === "failed" && setbackOf(error, cause) === undefined) || outcome === "timed out",
  );
  const waited = timeline
    .filter(({ kind }) => kind === "retry-wait")
    .reduce((sum, { startedAt, endedAt }) => sum + (endedAt ?? startedAt) - startedAt, 0);
  const facts = [
    count(attempts.length, "attempt"),
    ...(failures.length === 0 ? [] : [`${failures.length} of them failed`]),
    ...(waited === 0 ? [] : [`${duration(waited)} of waiting between attempts`]),
  ].join(", ");
  const verb = {
    SUCCEEDED: "Succeeds",
    FAILED: "Fails",
    TIMED_OUT: "Runs out of time",
    ABORTED: "Is given up",
  }[status];
  const why =
    status === "SUCCEEDED"
      ? []
      : wrap(
          [error, readCause(cause) === undefined ? cause : "its command fails"]
            .filter((part) => part !== undefined && part !== "")
            .join(": ") || "no error is named",
          Math.max(width - 2, 20),
        ).map((line) => `  ${line}`);
  const result =
    status === "SUCCEEDED" && output !== undefined && JSON.stringify(output) !== "{}"
      ? [`  ${style.dim("output")} ${truncate(JSON.stringify(output), Math.max(width - 9, 20))}`]
      : [];
  return [look.paint(`${look.mark} ${verb} after ${duration(took)}: ${facts}.`), ...why, ...result];
}
