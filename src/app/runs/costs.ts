import { mapConcurrently } from "../../core/concurrency.ts";
import { ok, type Result } from "../../core/result.ts";
import { projectName } from "../../core/ids.ts";
import type { Platform } from "../../platform/port.ts";
import { savingsOf } from "../../runs/cost/advice.ts";
import { addUp, type RunSpending, spendingOf, sumOfSpending } from "../../runs/cost/spending.ts";
import type { RunSummary } from "../../runs/model.ts";
import type { DocumentOf } from "../documents/documents.ts";
import { failed, fromPlatform, type Failure } from "../failure.ts";
import { costFacts } from "../../platform/run-cost.ts";
import { viewRun } from "./read-run.ts";

/** A month in UTC. */
export interface Month {
  /** `2026-11` */
  readonly name: string;
  /** Milliseconds since the epoch; `to` is the next month's first. */
  readonly from: number;
  readonly to: number;
}

export type Costs = DocumentOf<"costs">;

/** Runs whose histories are read: some requests each on AWS. */
const MOST_RUNS = 5000;
const PAGE = 500;
const AT_ONCE = 16;

/** The month that an instant is in; the `name` given is `YYYY-MM`, undefined for that instant's. */
export function monthOf(now: number, name = new Date(now).toISOString().slice(0, 7)): Month {
  const [year = 0, month = 1] = name.split("-").map(Number);
  return { name, from: Date.UTC(year, month - 1), to: Date.UTC(year, month) };
}

/**
 * What the runs that began in a month took, by project and step. A run that can't be read any more
 * is counted and left out.
 *
 * @param region of AWS; undefined on this machine, where nothing costs money
 */
export async function readCosts(
  platform: Platform,
  wanted: { readonly project?: string | undefined; readonly month: Month },
  around: { readonly region: string | undefined; readonly now: number },
): Promise<Result<Costs, Failure>> {
  const listed = await runsOf(platform, wanted);
  if (!listed.ok) return listed;
  const { runs, more } = listed.value;
  let prices: { readonly pricesOf: string; readonly pricesRegion: string } | undefined;
  const read = await mapConcurrently(runs, AT_ONCE, async (run) => {
    const viewed = await viewRun(platform, run);
    if (!viewed.ok) return undefined;
    const { release, view } = viewed.value;
    const facts = costFacts(release, view, around.region, around.now);
    if (facts !== undefined) {
      const { pricesIn } = await import("../../runs/cost/prices.ts");
      const { date, region } = pricesIn(facts.region, facts.capacity.instanceTypes);
      prices ??= { pricesOf: date, pricesRegion: region };
    }
    const spent = spendingOf(view, facts, around.now);
    return { project: run.project, spent: { ...spent, startedAt: run.startedAt } };
  });
  const known = read.filter((one) => one !== undefined);
  const { name: month, from, to } = wanted.month;
  return ok({
    environment: platform.environment,
    month,
    from,
    to,
    pricesOf: prices?.pricesOf,
    pricesRegion: prices?.pricesRegion,
    total: { runs: known.length, ...sumOfSpending(known.map(({ spent }) => spent)) },
    unread: read.length - known.length,
    more,
    projects: byProject(known, await budgetsOf(platform)),
  });
}

/** Budgets of what is deployed now, by project; none where that can't be read. */
async function budgetsOf(platform: Platform): Promise<ReadonlyMap<string, number>> {
  const deployed = await platform.listDeployed();
  if (!deployed.ok) return new Map();
  return new Map(
    deployed.value.flatMap(({ release: { project, monthlyBudgetUsd } }) =>
      monthlyBudgetUsd === undefined ? [] : [[project, monthlyBudgetUsd] as const],
    ),
  );
}

function budgetOf(
  usd: number | undefined,
  monthlyUsd: number | undefined,
): Costs["projects"][number]["budget"] {
  if (monthlyUsd === undefined) return undefined;
  return { monthlyUsd, share: usd === undefined ? undefined : usd / monthlyUsd };
}

function byProject(
  runs: readonly { readonly project: string; readonly spent: RunSpending }[],
  budgets: ReadonlyMap<string, number>,
): Costs["projects"] {
  return [...Map.groupBy(runs, ({ project }) => project)]
    .map(([project, of]) => ({ project, ...addUp(of.map(({ spent }) => spent)) }))
    .map((spending) => ({
      ...spending,
      budget: budgetOf(spending.usd, budgets.get(spending.project)),
      savings: savingsOf(spending),
    }))
    .toSorted(
      (a, b) =>
        (b.usd ?? 0) - (a.usd ?? 0) ||
        b.workedMs - a.workedMs ||
        a.project.localeCompare(b.project),
    );
}

/** The runs that began in the month, without those that were skipped; the newest first. */
async function runsOf(
  platform: Platform,
  { project, month }: { readonly project?: string | undefined; readonly month: Month },
): Promise<Result<{ readonly runs: RunSummary[]; readonly more: boolean }, Failure>> {
  const runs: RunSummary[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await platform.runs(
      project === undefined ? {} : { project: projectName(project) },
      {
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      },
    );
    if (!page.ok) return failed(fromPlatform(page.error));
    const { items, next } = page.value;
    runs.push(
      ...items.filter(
        ({ startedAt, skipped }) => !skipped && startedAt >= month.from && startedAt < month.to,
      ),
    );
    if (runs.length > MOST_RUNS) return ok({ runs: runs.slice(0, MOST_RUNS), more: true });
    const past = items.some(({ startedAt }) => startedAt < month.from);
    if (next === undefined || past) return ok({ runs, more: false });
    cursor = next;
  }
}
