import { unreachable } from "../../core/unreachable.ts";
import { onExpression } from "../../schedule/on.ts";
import { inZone } from "../../schedule/zone-time.ts";
import type { ScheduleHold } from "../../platform/schedules.ts";
import type { ScheduleView } from "../../app/schedules/schedule-view.ts";
import type { Surroundings } from "./run.ts";
import { table } from "./table.ts";
import { actorText } from "../../core/actor.ts";
import { dateTime, zoneName } from "./time.ts";
import { relative } from "../../core/text.ts";

/** One line a schedule: what `schedule list` shows. */
export function renderSchedules(
  views: readonly ScheduleView[],
  around: Surroundings,
  environment: string,
): string[] {
  const { style } = around;
  const fires = ({ why, next }: ScheduleView): number | undefined =>
    why === undefined ? next?.[0] : undefined;
  return table(
    views,
    [
      {
        title: "project",
        cell: ({ schedule }) => schedule.project,
        shrinkTo: 12,
        paint: style.bold,
      },
      { title: "cron", cell: ({ schedule }) => schedule.cron ?? schedule.expression, drop: 2 },
      { title: "in words", cell: ({ words }) => words?.en ?? "", shrinkTo: 16, drop: 3 },
      // The last one to go: without it the next time is somebody else's.
      { title: "zone", cell: ({ schedule }) => schedule.timezone, drop: 0 },
      {
        title: "next",
        cell: (view) => {
          const at = fires(view);
          if (at === undefined && view.why !== undefined) return "";
          if (isUnclocked(view.schedule)) {
            return view.schedule.after === undefined ? "when data arrives" : "after others";
          }
          if (at === undefined) return view.next === undefined ? "unknown" : "never";
          return inZone(at, view.schedule.timezone);
        },
      },
      {
        title: "",
        cell: (view) => {
          const at = fires(view);
          return at === undefined ? "" : relative(at, around.now);
        },
        drop: 1,
      },
      {
        title: "by your clock",
        cell: (view) => {
          const at = fires(view);
          return at === undefined ? "" : byReader(at, view.schedule.timezone, around);
        },
        drop: 4,
        paint: style.dim,
      },
      {
        title: "state",
        cell: (view) => stateText(view, around, environment),
        shrinkTo: 24,
        paint: (text, view) => statePaint(view, around)(text),
      },
    ],
    { style, width: around.width },
  );
}

/** Everything about one schedule: what `schedule show` shows. */
export function renderSchedule(
  view: ScheduleView,
  around: Surroundings,
  environment: string,
): string[] {
  const { style } = around;
  const { schedule, words } = view;
  const facts: (readonly [string, string])[] = [
    ["environment", environment],
    ["state", statePaint(view, around)(stateText(view, around, environment))],
    ...(isUnclocked(schedule) ? [] : [["cron", cronText(schedule, words?.en)] as const]),
    ["expression", schedule.expression],
    ...(schedule.on === undefined || schedule.cron === undefined
      ? []
      : [["also", onExpression(schedule.on)] as const]),
    ["zone", schedule.timezone],
    [
      "overlap",
      schedule.overlap === "skip"
        ? "skip: not while the run before still goes"
        : "allow: a run starts also while the one before it still runs",
    ],
  ];
  if (schedule.hold?.reason !== undefined) facts.push(["reason", schedule.hold.reason]);
  if (schedule.deadline !== undefined) facts.push(["deadline", schedule.deadline]);
  const label = Math.max(...facts.map(([name]) => name.length));
  return [
    style.bold(`${schedule.project} · ${schedule.name}`),
    "",
    ...facts.map(([name, value]) => `${style.dim(name.padEnd(label))}  ${value}`),
    "",
    ...renderFires(view, around),
  ];
}

function cronText({ cron }: ScheduleView["schedule"], words: string | undefined): string {
  return `${cron ?? "changed since the deploy"}${words === undefined ? "" : ` · ${words}`}`;
}

/** What it follows or data starts it, and no clock. */
function isUnclocked({ cron, after, on }: ScheduleView["schedule"]): boolean {
  return cron === undefined && (after !== undefined || on !== undefined);
}

/** `it follows features and prices`; for each thing but a clock that starts it. */
export function otherStarts({ after, on }: ScheduleView["schedule"]): string {
  const starts = [
    after && `follows ${after.projects.join(", ")}`,
    on && `starts when ${on.source} arrives`,
  ].filter((one) => one !== undefined);
  return `it ${starts.join(", and ")}`;
}

/** The next fires in the schedule's zone and by the reader's clock. */
export function renderFires(view: ScheduleView, around: Surroundings): string[] {
  const { style } = around;
  const { timezone } = view.schedule;
  if (view.next === undefined) {
    const { expression } = view.schedule;
    if (isUnclocked(view.schedule)) {
      return [style.dim(`No clock starts it: ${otherStarts(view.schedule)}.`)];
    }
    return [style.dim(`Esteira can't tell when ${expression} fires: somebody else has set it.`)];
  }
  if (view.next.length === 0) return [style.dim("It doesn't fire within the next five years.")];
  return [
    ...table(
      view.next,
      [
        {
          title: view.why === undefined ? "next" : "would be next",
          cell: (at) => inZone(at, timezone),
        },
        { title: "by your clock", cell: (at) => byReader(at, timezone, around), paint: style.dim },
        { title: "", cell: (at) => relative(at, around.now), paint: style.dim },
      ],
      { style, width: around.width },
    ),
  ];
}

/** `disabled by hand: ana, 2 d ago`, in a word or a few. */
export function stateText(view: ScheduleView, around: Surroundings, environment: string): string {
  switch (view.why) {
    case undefined:
      return "enabled";
    case "hand":
      return holdText(view.schedule.hold, around);
    case "other":
      return "disabled by hand, not with Esteira";
    case "config":
      return "disabled by its config";
    case "environment":
      return `disabled in ${environment}`;
    case "gone":
      return "disabled: its folder is gone";
    case "missing":
      return "missing: removed since the deploy";
    default:
      return unreachable(view.why);
  }
}

function holdText(hold: ScheduleHold | undefined, around: Surroundings): string {
  if (hold === undefined) return "disabled by hand";
  return `disabled by ${actorText(hold.actor)}, ${relative(hold.at, around.now)}`;
}

function statePaint({ why }: ScheduleView, { style }: Surroundings): (text: string) => string {
  if (why === undefined) return style.green;
  return why === "hand" || why === "other" || why === "missing" ? style.yellow : style.dim;
}

/** The same moment for who reads; empty where their clock shows the same. */
function byReader(at: number, timezone: string, { offset }: Surroundings): string {
  const here = dateTime(at, offset).slice(0, 16);
  return here === inZone(at, timezone) ? "" : `${here} ${zoneName(at, offset)}`;
}
