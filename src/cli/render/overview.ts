import type { ProjectOverview } from "../../app/runs/overview.ts";
import { actorText } from "../../core/actor.ts";
import type { Surroundings } from "./run.ts";
import { runLook } from "./status.ts";
import { table } from "./table.ts";
import { wrap } from "./text.ts";
import { dateTime } from "./time.ts";
import { relative } from "../../core/text.ts";

/** Columns of a terminal in which the next run has both its time and how long it is until then. */
const widthOfBoth = 64;

/** One line a project: deployed release, last run, next fire. */
export function renderOverview(
  projects: readonly ProjectOverview[],
  around: Surroundings,
): string[] {
  const { style } = around;
  const rows = table(
    projects,
    [
      { title: "project", cell: (row) => row.project, shrinkTo: 12, paint: style.bold },
      {
        title: "deployed",
        cell: (row) =>
          row.deployed === undefined
            ? "not deployed"
            : `${row.deployed.version} (${row.deployed.fingerprint.slice(0, 8)})`,
        paint: (text, row) => (row.deployed === undefined ? style.dim(text) : text),
        drop: 1,
      },
      {
        title: "last run",
        cell: (row) => {
          if (row.lastRun === undefined) return "never";
          const look = runLook(row.lastRun, style);
          return `${look.mark} ${look.word} ${relative(row.lastRun.startedAt, around.now)}`;
        },
        paint: (text, row) =>
          row.lastRun === undefined ? style.dim(text) : runLook(row.lastRun, style).paint(text),
      },
      {
        title: "next run",
        cell: (row) => (row.deployed === undefined ? "" : nextText(row, around)),
        paint: (text, row) => (row.next.kind === "at" ? text : style.dim(text)),
      },
    ],
    { style, width: around.width },
  );
  const notes = projects.flatMap((project) => notesOf(project, around));
  return notes.length === 0 ? rows : [...rows, "", ...notes];
}

/** What a person should know of a project beside its row. */
function notesOf(
  { project, failedDeploy, hold, waits }: ProjectOverview,
  { now, style, width }: Surroundings,
): string[] {
  const failed =
    failedDeploy === undefined
      ? []
      : wrap(
          `✗ ${project}: the last deploy failed ${relative(failedDeploy.at, now)} (${actorText(failedDeploy.actor)})${failedDeploy.error === undefined ? "" : `: ${failedDeploy.error}`}`,
          width,
        ).map(style.red);
  const held =
    hold === undefined ? [] : wrap(`! ${project} is held: ${hold}`, width).map(style.yellow);
  const waiting = waits === undefined ? [] : wrap(`◌ ${project} ${waits}`, width);
  return [...failed, ...held, ...waiting];
}

function nextText({ next, after, on }: ProjectOverview, around: Surroundings): string {
  if (next.kind === "none") {
    const starts = [after && `after ${after.join(", ")}`, on && `on ${on}`].filter(Boolean);
    return starts.length === 0 ? "no schedule" : starts.join("; ");
  }
  if (next.kind === "disabled") return "disabled";
  const at = dateTime(next.at, around.offset).slice(0, 16);
  return around.width < widthOfBoth ? at : `${at} (${relative(next.at, around.now)})`;
}
