import { ListExecutionsCommand } from "@aws-sdk/client-sfn";

import { projectName } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { type LedgerRow, listLedgerRuns, putLedgerRun, readLedgerRow } from "../bucket/ledger.ts";
import type { BucketStore } from "../bucket/store.ts";
import { readEnding } from "../notifier/ending.ts";
import { goingRun } from "../notifier/index-runs.ts";
import { stateMachineArn } from "../resources/names.ts";
import { callForRun } from "../runs/call-for-run.ts";
import {
  describeExecution,
  executionArn,
  isRunning,
  listedExecution,
  type ListedExecution,
  namesOf,
} from "../runs/execution.ts";
import { withoutLedgerFields } from "../runs/summary.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";
import type { IndexedRun } from "./packed-run.ts";
import type { RunTruth } from "./repair.ts";

interface Parts {
  readonly context: AwsContext;
  readonly store: BucketStore;
}

/** What Step Functions and the ledger say of runs. */
export function accountTruth(parts: Parts): RunTruth {
  return {
    since: (project, since) => executionsSince(parts, project, since),
    run: (project, listed) => runNow(parts, project, listed),
    async remembered(project) {
      const newest = await listLedgerRuns(parts.store, project, { limit: 1 });
      if (!newest.ok) return newest;
      const [row] = newest.value.items;
      return ok(row && indexed(row));
    },
  };
}

/** As many as cost one request. */
const pageSize = 100;

async function executionsSince(
  { context }: Parts,
  project: string,
  since: number,
): Promise<Result<readonly ListedExecution[], PlatformError>> {
  const found: ListedExecution[] = [];
  let nextToken: string | undefined;
  do {
    const page = await callForRun(context, `list the runs of ${project}`, async () => {
      try {
        return await context.clients.sfn.send(
          new ListExecutionsCommand({
            stateMachineArn: stateMachineArn(context, namesOf(context, project).stateMachine),
            maxResults: pageSize,
            ...(nextToken === undefined ? {} : { nextToken }),
          }),
        );
      } catch (thrown) {
        if (isError(thrown, "StateMachineDoesNotExist", "InvalidArn")) return undefined;
        throw thrown;
      }
    });
    if (!page.ok) return page;
    for (const item of page.value?.executions ?? []) found.push(listedExecution(project, item));
    nextToken = page.value?.nextToken;
  } while (nextToken !== undefined && (found.at(-1)?.startedAt ?? 0) >= since);
  return ok(found);
}

async function runNow(
  parts: Parts,
  project: string,
  listed: Pick<ListedExecution, "run"> & Partial<ListedExecution>,
): Promise<Result<IndexedRun | undefined, PlatformError>> {
  const { context, store } = parts;
  const { run } = listed;
  const { status, startedAt, redriveCount = 0 } = listed;
  // The ledger has most of them, for one request.
  if (status !== undefined && startedAt !== undefined && !isRunning({ status })) {
    const row = await readLedgerRow(store, project, { run, startedAt });
    if (!row.ok) return row;
    if (row.value !== undefined && row.value.redriveCount >= redriveCount) {
      return ok(indexed(row.value));
    }
  }
  const described = await describeExecution(context, projectName(project), run);
  if (!described.ok) return described;
  const execution = described.value;
  if (execution === undefined) return ok(undefined);
  if (isRunning(execution)) return goingRun(parts, execution);
  const ending = await readEnding(context, store, {
    executionArn: executionArn(context, project, run),
    stateMachineArn: stateMachineArn(context, namesOf(context, project).stateMachine),
  });
  if (!ending.ok) return ending;
  if (typeof ending.value === "string") return ok(undefined);
  const kept = await putLedgerRun(store, ending.value.entry);
  return kept.ok ? ok(indexed(ending.value.entry.row)) : kept;
}

function indexed(row: LedgerRow): IndexedRun {
  return { run: withoutLedgerFields(row), redriveCount: row.redriveCount };
}
