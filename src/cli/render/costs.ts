import type { Costs } from "../../app/runs/costs.ts";
import { count } from "../../core/text.ts";
import { usdText } from "../../runs/cost/advice.ts";
import type { Surroundings } from "./run.ts";
import { table } from "./table.ts";
import { wrap } from "./text.ts";
import { duration } from "./time.ts";

interface Row {
  readonly name: string;
  readonly runs: string;
  readonly usd: number | null | undefined;
  readonly workedMs: number;
  readonly waitedMs: number;
  readonly wastedMs: number;
  readonly days: string;
  readonly kind: "project" | "part" | "total";
}

/** What `costs` shows: a project and below it its steps, the trend by day, what could be saved. */
export function renderCosts(costs: Costs, around: Surroundings): string[] {
  const { style, width } = around;
  const { projects, total } = costs;
  const title = `${costs.environment} in ${costs.month}`;
  if (total.runs === 0) return [`Nothing ran in ${title}.`, ...unreadLines(costs, around)];
  const rows = [
    ...projects.flatMap((project) => rowsOf(project, costs)),
    ...(projects.length < 2
      ? []
      : [{ ...total, name: "total", runs: String(total.runs), days: "", kind: "total" } as const]),
  ];
  const paint = (text: string, { kind }: Row): string =>
    kind === "part" ? style.dim(text) : kind === "total" ? style.bold(text) : text;
  const time = (of: (row: Row) => number) => (row: Row) => (of(row) === 0 ? "" : duration(of(row)));
  const lines = table<Row>(
    rows,
    [
      { title: "project", cell: ({ name }) => name, shrinkTo: 16, paint },
      { title: "runs", align: "right", cell: ({ runs }) => runs, paint, drop: 1 },
      {
        title: "spent",
        align: "right",
        cell: ({ usd }) => (typeof usd === "number" ? usdText(usd) : ""),
        paint,
      },
      { title: "worked", align: "right", cell: time((row) => row.workedMs), paint },
      { title: "waited", align: "right", cell: time((row) => row.waitedMs), paint },
      {
        title: "wasted",
        align: "right",
        cell: time((row) => row.wastedMs),
        paint: (text, row) => (row.wastedMs > 0 ? style.yellow(text) : text),
      },
      { title: "by day", cell: ({ days }) => days, drop: 2 },
    ],
    { style, width },
  );
  const savings = projects.flatMap(({ project, savings: of }) =>
    of.flatMap((sentence) =>
      wrap(`${project}: ${sentence}.`, width - 2).map((text, index) =>
        style.dim(index === 0 ? `· ${text}` : `  ${text}`),
      ),
    ),
  );
  const budgets = projects.flatMap(({ project, budget }) =>
    typeof budget?.share === "number"
      ? [budgetLine(project, budget.monthlyUsd, budget.share, around)]
      : [],
  );
  const basis =
    costs.pricesOf === undefined
      ? []
      : [`an estimate by prices of ${costs.pricesOf}, ${costs.pricesRegion}`];
  return [
    style.bold([title, ...basis].join(": ")),
    "",
    ...lines,
    ...(budgets.length === 0 ? [] : ["", ...budgets]),
    ...(savings.length === 0 ? [] : ["", ...savings]),
    ...unreadLines(costs, around),
  ];
}

/** `recsys  ████████░░  82 % of US$ 50 a month` */
function budgetLine(
  project: string,
  monthlyUsd: number,
  share: number,
  { style }: Surroundings,
): string {
  const full = Math.min(10, Math.floor(share * 10));
  const text = `${project}  ${"█".repeat(full)}${"░".repeat(10 - full)}  ${Math.floor(share * 100)} % of US$ ${monthlyUsd} a month`;
  return share >= 1 ? style.red(text) : share >= 0.8 ? style.yellow(text) : text;
}

function unreadLines({ unread, more }: Costs, { style, width }: Surroundings): string[] {
  const sentences = [
    ...(unread === 0 ? [] : [`${count(unread, "run")} can't be read any more: left out`]),
    ...(more ? ["There are more runs than were read: name a project to see all of its"] : []),
  ];
  return sentences.flatMap((sentence) => wrap(`! ${sentence}.`, width).map(style.yellow));
}

function rowsOf(project: Costs["projects"][number], costs: Costs): Row[] {
  const { idle, second } = project;
  const idleUsd = (idle.usd ?? 0) + (second.usd ?? 0);
  const part = { runs: "", days: "", kind: "part" } as const;
  return [
    {
      ...project,
      name: project.project,
      runs: String(project.runs),
      days: trend(project, costs),
      kind: "project",
    },
    ...project.steps.map((step) => ({ ...step, ...part, name: `  ${step.step}` })),
    ...(idleUsd === 0
      ? []
      : [
          {
            ...part,
            name: "  (idle instances)",
            usd: idleUsd,
            workedMs: 0,
            waitedMs: 0,
            wastedMs: 0,
          },
        ]),
  ];
}

const BARS = "▁▂▃▄▅▆▇█";

/**
 * A character a day of the month, from the first to the last on which something ran: its money, or
 * its time where nothing has a price, beside that of the dearest day; `·`: nothing ran.
 */
function trend({ days }: Costs["projects"][number], { from }: Costs): string {
  const first = days[0]?.date;
  const last = days.at(-1)?.date;
  if (first === undefined || last === undefined || first === last) return "";
  const priced = days.some(({ usd }) => typeof usd === "number");
  const values = new Map(
    days.map(({ date, usd, workedMs }) => [date, priced ? (usd ?? 0) : workedMs]),
  );
  const most = Math.max(...values.values());
  const to = Number(last.slice(8));
  return Array.from({ length: to - Number(first.slice(8)) + 1 }, (_, index) => {
    const day = new Date(from + (Number(first.slice(8)) - 1 + index) * 86_400_000);
    const value = values.get(day.toISOString().slice(0, 10));
    if (value === undefined) return "·";
    return BARS[most === 0 ? 0 : Math.round((value / most) * (BARS.length - 1))] ?? "";
  }).join("");
}
