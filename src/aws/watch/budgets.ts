import { all, ok, type Result } from "../../core/result.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import type { DeployedRelease, PlatformError } from "../../platform/port.ts";
import type { SpentBudget } from "../../runs/watch/facts.ts";
import { listLedgerRuns } from "../bucket/ledger.ts";
import type { BucketStore } from "../bucket/store.ts";

const projectsAtATime = 4;
const pageSize = 200;

/**
 * What the runs of projects with a budget have cost that began in this month and have ended, as the
 * notifier has noted it: a request a run of such a project.
 *
 * @param now milliseconds since the epoch; the month is UTC's
 */
export async function spentBudgets(
  store: BucketStore,
  deployed: readonly DeployedRelease[],
  now: number,
): Promise<Result<readonly SpentBudget[], PlatformError>> {
  const month = new Date(now).toISOString().slice(0, 7);
  const from = Date.parse(`${month}-01T00:00:00Z`);
  const budgets = deployed.flatMap(({ release: { project, monthlyBudgetUsd } }) =>
    monthlyBudgetUsd === undefined ? [] : [{ project, budgetUsd: monthlyBudgetUsd }],
  );
  const spent = await mapConcurrently(budgets, projectsAtATime, async ({ project, budgetUsd }) => {
    const usd = await spentSince(store, project, from);
    return usd.ok ? ok({ project, month, usd: usd.value, budgetUsd }) : usd;
  });
  return all(spent);
}

async function spentSince(
  store: BucketStore,
  project: string,
  from: number,
): Promise<Result<number, PlatformError>> {
  let usd = 0;
  let cursor: string | undefined;
  do {
    const page = await listLedgerRuns(store, project, {
      limit: pageSize,
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (!page.ok) return page;
    const rows = page.value.items.filter(({ startedAt }) => startedAt >= from);
    usd += rows.reduce((sum, row) => sum + (row.usd ?? 0), 0);
    cursor = rows.length < page.value.items.length ? undefined : page.value.next;
  } while (cursor !== undefined);
  return ok(usd);
}
