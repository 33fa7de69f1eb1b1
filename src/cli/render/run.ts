import { actorText } from "../../core/actor.ts";
import { suggestion } from "../../app/names.ts";
import { sizeAdvice } from "../../runs/cost/advice.ts";
import type { CostEstimate } from "../../runs/cost/estimate.ts";
import type { Diagnosis, RunSummary, RunView, StepHold, StepView } from "../../runs/model.ts";
import { readRunInput } from "../../runs/input.ts";
import { renderCached } from "./cached.ts";
import { costText } from "./cost.ts";
import { bar } from "./gantt.ts";
import { renderHold } from "./held.ts";
import { renderRunChecks } from "./run-checks.ts";
import { attemptsText, lastExitCode, memoryText, runLook, stepLook } from "./status.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";
import { pad, widthOf, wrap } from "./text.ts";
import { renderUndeclared } from "./undeclared.ts";
import { unreachable } from "../../core/unreachable.ts";
import { dateTime, duration, timeOfDay, zoneName, type UtcOffset } from "./time.ts";

export interface RunScreen {
  readonly run: RunSummary;
  readonly view: RunView;
  readonly diagnosis: Diagnosis | undefined;
  /** Absent where a run costs nothing that is known: on this machine. */
  readonly cost?: CostEstimate | undefined;
  /** Failed steps whose places are kept. */
  readonly hold?: StepHold | undefined;
  /** Why its steps have no model, where they should have one. */
  readonly missingModel?: string | undefined;
}

export interface Surroundings {
  readonly style: Style;
  /** Columns of the terminal. */
  readonly width: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly offset: UtcOffset;
}

/** Everything about one run: what `status RUN` shows. */
export function renderRun(screen: RunScreen, around: Surroundings): string[] {
  const { run, view } = screen;
  const { style } = around;
  const look = runLook(run, style);
  const end = run.endedAt ?? around.now;
  const facts: (readonly [string, string])[] = [
    ["project", `${run.project} ${run.version}`],
    ["environment", run.environment],
    ["status", look.paint(`${look.mark} ${look.word}`)],
    [
      "started",
      `${dateTime(run.startedAt, around.offset)} ${zoneName(run.startedAt, around.offset)}`,
    ],
    ["duration", `${duration(end - run.startedAt)}${run.endedAt === undefined ? " so far" : ""}`],
    ["trigger", run.actor === "" ? run.trigger : `${run.trigger}, ${actorText(run.actor)}`],
  ];
  if (readRunInput(view.input).sample === true) facts.push(["sample", "a quick trial"]);
  if (run.scheduledTime !== undefined) {
    facts.push(["scheduled for", dateTime(run.scheduledTime, around.offset)]);
  }
  if (run.origin !== run.run) facts.push(["continues", run.origin]);
  if (run.resumedBy !== undefined) facts.push(["resumed by", run.resumedBy]);
  if (run.modelVersion !== undefined) facts.push(["model", run.modelVersion]);
  if (screen.missingModel !== undefined) {
    facts.push(["model", style.yellow(`none: ${screen.missingModel}`)]);
  }
  if (screen.cost !== undefined) facts.push(["cost", costText(screen.cost)]);
  facts.push(["artifacts", run.artifacts]);
  const label = Math.max(...facts.map(([name]) => name.length));
  return [
    style.bold(run.run),
    "",
    ...facts.map(([name, value]) => `${style.dim(name.padEnd(label))}  ${value}`),
    "",
    ...renderSteps(view.steps, { ...around, from: run.startedAt, to: end }),
    "",
    ...renderOutcome(screen, around),
  ];
}

/**
 * The aligned table of steps, with bars on the run's time line where the terminal has room for
 * them.
 */
export function renderSteps(
  steps: readonly StepView[],
  around: Surroundings & { readonly from: number; readonly to: number },
): string[] {
  if (steps.length === 0) return [around.style.dim("This release has no steps.")];
  const { style } = around;
  const columns = [
    { title: "step", cell: (step: StepView) => step.id, shrinkTo: 16 },
    {
      title: "status",
      cell: (step: StepView) => {
        const look = stepLook(step.status, style);
        return `${look.mark} ${look.word}`;
      },
      paint: (text: string, step: StepView) => stepLook(step.status, style).paint(text),
    },
    { title: "attempts", align: "right" as const, cell: attemptsText },
    {
      title: "started",
      cell: (step: StepView) =>
        step.startedAt === undefined ? "" : timeOfDay(step.startedAt, around.offset),
      drop: 1,
    },
    {
      title: "duration",
      align: "right" as const,
      cell: (step: StepView) =>
        step.startedAt === undefined ? "" : duration((step.endedAt ?? around.to) - step.startedAt),
    },
    {
      title: "exit",
      align: "right" as const,
      cell: (step: StepView) => String(lastExitCode(step) ?? ""),
    },
    { title: "memory", align: "right" as const, cell: memoryText, drop: 2 },
  ];
  const rows = table(steps, columns, around);
  const room = around.width - Math.max(...rows.map(widthOf)) - 4;
  if (room < 10) return rows;
  const width = Math.min(room, 30);
  const [titles = "", ...lines] = rows;
  const left = Math.max(...rows.map(widthOf));
  return [
    titles,
    ...lines.map((line, index) => {
      const step = steps[index];
      if (step === undefined) return line;
      const look = stepLook(step.status, style);
      const drawn = look.paint(bar(step, around.from, around.to, width));
      return `${pad(line, left)}  ${style.dim("▏")}${drawn}${style.dim("▏")}`;
    }),
  ];
}

/** How it ended, what it left that nothing keeps, and what to do next. */
export function renderOutcome(screen: RunScreen, around: Surroundings): string[] {
  const outcome = renderEnd(screen, around);
  const { run, view } = screen;
  if (run.endedAt === undefined) return outcome;
  return [
    ...outcome,
    ...renderHold(run, screen.hold, around),
    ...renderRunChecks(view, around),
    ...renderCached(view, around),
    ...renderUndeclared(view, around),
    ...renderSizes(view, around),
  ];
}

/** Steps that declare far more memory than they used. */
function renderSizes({ steps }: RunView, { style, width }: Surroundings): string[] {
  const sizes = steps
    .filter(({ status }) => status === "succeeded")
    .flatMap(({ id, attempts, memoryBytes }) => {
      const peaks = attempts.flatMap(({ peakMemoryBytes }) => peakMemoryBytes ?? []);
      const peakMemoryBytes = peaks.length === 0 ? undefined : Math.max(...peaks);
      const memoryLimitBytes = attempts.at(-1)?.memoryLimitBytes ?? memoryBytes;
      return sizeAdvice({ step: id, peakMemoryBytes, memoryLimitBytes }) ?? [];
    });
  return sizes.flatMap((text) => wrap(`· ${text}.`, width).map(style.dim));
}

function renderEnd(screen: RunScreen, around: Surroundings): string[] {
  const { run, diagnosis } = screen;
  const { style } = around;
  const look = runLook(run, style);
  const took = duration((run.endedAt ?? around.now) - run.startedAt);
  const line = (text: string): string => `${look.paint(look.mark)} ${text}`;
  const next = (...commands: readonly string[]): string[] =>
    commands.map((command) => `  ${style.dim("$")} ${command}`);
  const command = (verb: string, ...flags: readonly string[]): string =>
    suggestion(run.environment, verb, run.run, ...flags);
  const continues =
    run.resumedBy === undefined
      ? command("resume")
      : suggestion(run.environment, "status", run.resumedBy);
  if (run.skipped) return [line("Skipped: an earlier run of this project was still going.")];
  if (run.interrupted) {
    return [
      line("Interrupted: the process that drove this run is gone. Finished steps are kept."),
      ...next(command("resume")),
    ];
  }
  switch (run.status) {
    case "RUNNING":
    case "PENDING_REDRIVE":
      return [
        line(`Running for ${took}.`),
        ...(diagnosis === undefined
          ? []
          : [
              ...wrap(`${diagnosis.message}.`, around.width - 2).map(
                (text) => `  ${style.yellow(text)}`,
              ),
              ...wrap(diagnosis.help, around.width - 2).map((text) => `  ${style.dim(text)}`),
            ]),
        ...next(command("logs", "--follow")),
      ];
    case "SUCCEEDED":
      return [line(`Succeeded in ${took}.`)];
    case "ABORTED":
      return [line(`Stopped after ${took}. Finished steps are kept.`), ...next(continues)];
    case "FAILED":
    case "TIMED_OUT": {
      const verb = run.status === "FAILED" ? "Failed" : "Timed out";
      const message = diagnosis?.message ?? run.failure ?? screen.view.cause ?? "no cause is known";
      const lines = wrap(`${verb} after ${took}: ${message}`, around.width - 2);
      const help = diagnosis === undefined ? [] : wrap(diagnosis.help, around.width - 2);
      return [
        ...lines.map((text, index) => (index === 0 ? line(text) : `  ${text}`)),
        ...help.map((text) => `  ${style.dim(text)}`),
        ...next(
          command("logs", ...(diagnosis?.step ? [`--step ${diagnosis.step}`] : [])),
          continues,
        ),
      ];
    }
    default:
      return unreachable(run.status);
  }
}
