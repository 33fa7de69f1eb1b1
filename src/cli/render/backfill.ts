import type { BackfillItem, BackfillSum } from "../../platform/backfill.ts";
import type { RunSummary } from "../../runs/model.ts";
import type { Style } from "./style.ts";
import { runLook } from "./status.ts";
import { count } from "../../core/text.ts";
import { dateTime, duration, type UtcOffset } from "./time.ts";

/** How far it is, below what has ended. */
export interface BackfillProgress {
  readonly toRun: number;
  readonly ended: number;
  readonly failed: number;
  readonly active: number;
}

/** The plan: how many runs, of which fires, and what is left out. */
export function renderBackfillPlan(
  items: readonly BackfillItem[],
  subject: { readonly project: string; readonly environment: string; readonly timezone: string },
  { style, offset }: { readonly style: Style; readonly offset: UtcOffset },
): string[] {
  const of = (state: BackfillItem["state"]): number =>
    items.filter((item) => item.state === state).length;
  const { project, environment, timezone } = subject;
  const [first, last] = [items[0], items.at(-1)];
  const span =
    first === undefined || last === undefined
      ? ""
      : first === last
        ? minuteOf(first.at, offset)
        : `${minuteOf(first.at, offset)} to ${minuteOf(last.at, offset)}`;
  const rows = [
    ["fires", `${items.length}, ${span} (${timezone})`],
    ["to run", String(of("to-run"))],
    ...(of("running") === 0 ? [] : [["running now", String(of("running"))]]),
    ...(of("succeeded") === 0 ? [] : [["skipped", `${of("succeeded")}, which have succeeded`]]),
  ];
  const width = Math.max(...rows.map(([label = ""]) => label.length));
  return [
    style.bold(`backfill ${project} · ${environment}`),
    "",
    ...rows.map(([label = "", text = ""]) => `${style.dim(label.padEnd(width))}  ${text}`),
  ];
}

/** `✓ 2026-01-31 03:00  recsys-20260131T030000Z-b00001  1m 05s` */
export function backfillLine(
  at: number,
  run: RunSummary,
  { style, offset }: { readonly style: Style; readonly offset: UtcOffset },
): string {
  const look = runLook(run, style);
  const took = run.endedAt === undefined ? "" : `  ${duration(run.endedAt - run.startedAt)}`;
  const why = run.failure === undefined ? "" : `  ${style.dim(run.failure)}`;
  return `${look.paint(look.mark)} ${minuteOf(at, offset)}  ${run.run}${took}${why}`;
}

/** `⠋ 3 of 30 done, 1 failed, 2 running` */
export function backfillProgress(
  { toRun, ended, failed, active }: BackfillProgress,
  frame: string,
  style: Style,
): string {
  const failures = failed === 0 ? "" : `, ${style.red(`${failed} failed`)}`;
  return `${style.cyan(frame)} ${ended} of ${toRun} done${failures}, ${active} running`;
}

/** How it ended, and what to do. */
export function renderBackfillSum(
  sum: BackfillSum,
  left: number,
  command: string,
  style: Style,
): string[] {
  const { succeeded, failed } = sum;
  const again = [`  ${style.dim("$")} ${command}`];
  if (failed > 0) {
    const rest = left === 0 ? "" : `; ${left} were not begun`;
    return [
      style.red(`✗ ${failed} of ${count(succeeded + failed, "run")} failed${rest}.`),
      `  ${style.dim("Once that is fixed, the same command runs what is missing:")}`,
      ...again,
    ];
  }
  if (left > 0) {
    return [
      style.yellow(`■ Stopped: ${succeeded} succeeded, ${left} were not started. To continue:`),
      ...again,
    ];
  }
  return [style.green(`✓ ${count(succeeded, "run")} succeeded.`)];
}

function minuteOf(at: number, offset: UtcOffset): string {
  return dateTime(at, offset).slice(0, 16);
}
