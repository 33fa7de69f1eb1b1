import type { RunSummary } from "../../runs/model.ts";
import type { Surroundings } from "./run.ts";
import { runLook } from "./status.ts";
import { table } from "./table.ts";
import { dateTime, duration } from "./time.ts";

/** The list of runs, newest first: what `runs` shows. */
export function renderRuns(runs: readonly RunSummary[], around: Surroundings): string[] {
  const { style } = around;
  return table(
    runs,
    [
      { title: "run", cell: (run) => run.run },
      {
        title: "status",
        cell: (run) => {
          const look = runLook(run, style);
          return `${look.mark} ${look.word}`;
        },
        paint: (text, run) => runLook(run, style).paint(text),
      },
      // A run's name has the time in it, too.
      { title: "started", cell: (run) => dateTime(run.startedAt, around.offset), drop: 0 },
      {
        title: "duration",
        align: "right",
        cell: (run) =>
          run.interrupted ? "" : duration((run.endedAt ?? around.now) - run.startedAt),
      },
      { title: "trigger", cell: (run) => run.trigger, drop: 2 },
      { title: "version", cell: (run) => run.version, drop: 3 },
      {
        title: "what went wrong",
        cell: (run) => run.failure?.split("\n")[0] ?? "",
        shrinkTo: 24,
        drop: 1,
        paint: style.dim,
      },
    ],
    { style, width: around.width },
  );
}
