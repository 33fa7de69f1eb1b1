import type { ProjectOverview } from "../../app/runs/overview.ts";
import type { NextFire } from "../../app/schedules/next-fire.ts";
import type { Surroundings } from "./run.ts";
import { runLook } from "./status.ts";
import { table } from "./table.ts";
import { dateTime } from "./time.ts";
import { relative } from "../../core/text.ts";

/** One line a project: deployed release, last run, next fire. */
export function renderOverview(
  projects: readonly ProjectOverview[],
  around: Surroundings,
): string[] {
  const { style } = around;
  return table(
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
        cell: (row) => (row.deployed === undefined ? "" : nextText(row.next, around)),
        paint: (text, row) => (row.next.kind === "at" ? text : style.dim(text)),
      },
    ],
    { style, width: around.width },
  );
}

function nextText(next: NextFire, around: Surroundings): string {
  if (next.kind === "none") return "no schedule";
  if (next.kind === "disabled") return "disabled";
  return `${dateTime(next.at, around.offset).slice(0, 16)} (${relative(next.at, around.now)})`;
}
