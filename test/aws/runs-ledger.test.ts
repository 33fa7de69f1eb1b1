import { expect, test } from "vitest";

import { type LedgerRow, putLedgerRun } from "../../src/aws/bucket/ledger.ts";
import { bucketStore } from "../../src/aws/bucket/store.ts";
import type { HistoryEvent } from "../../src/core/history.ts";
import { projectName, runId } from "../../src/core/ids.ts";
import type { Platform } from "../../src/platform/port.ts";
import { runInput } from "../../src/runs/input.ts";
import type { RunSummary } from "../../src/runs/model.ts";
import { describeWith } from "../rig/parts.ts";
import { deploy, recsys } from "./deploy-fixture.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";
import { ended, runsEnvironment, type RunsEnvironment } from "./runs-fixture.ts";

const project = projectName("recsys");
const day = 86_400_000;
const long = Date.now() - 200 * day;

describeWith(moto(), "runs that AWS has forgotten", (part) => {
  const server = useMoto(part);

  test("are in lists behind those that it knows, each once, in pages of any size", async () => {
    await using runs = await withRuns(server());
    const platform = await runs.open();
    const young = unwrap(await platform.start(project, runInput({ actor: "ana" }), follow));
    const known = await ended(platform, young);
    await keep(runs, [
      rowOf("recsys-20250101T030000Z-aaaaaa", { startedAt: long, status: "FAILED" }),
      rowOf("recsys-20250102T030000Z-bbbbbb", { startedAt: long + day }),
      rowOf("recsys-20250103T030000Z-cccccc", { startedAt: long + 2 * day }),
      // The ledger knows it as well as AWS does.
      { ...known, redriveCount: 0, diagnosis: undefined },
    ]);
    const wanted = [
      young,
      "recsys-20250103T030000Z-cccccc",
      "recsys-20250102T030000Z-bbbbbb",
      "recsys-20250101T030000Z-aaaaaa",
    ];
    for (const limit of [1, 2, 3, 100]) {
      expect(await listed(platform, limit)).toEqual(wanted);
      // A reader who comes back with a cursor of another process.
      expect(await listed(platform, limit, () => runs.open())).toEqual(wanted);
    }
    const failed = unwrap(await platform.runs({ project, status: "FAILED" }, { limit: 9 }));
    expect(failed.items.map(({ run }) => run)).toEqual(["recsys-20250101T030000Z-aaaaaa"]);
  });

  test("are shown whole, and continue in a new run", async () => {
    await using runs = await withRuns(server());
    const platform = await runs.open();
    const run = runId("recsys-20250101T030000Z-aaaaaa");
    const row = rowOf(run, {
      startedAt: long,
      status: "FAILED",
      failure: "score_model ran out of memory",
    });
    await keep(runs, [row]);
    const { redriveCount: _count, diagnosis: _code, ...summary } = row;
    expect(unwrap(await platform.run(run))).toEqual(summary);
    expect(unwrap(await platform.events(run, { limit: 1000 }))).toEqual({ items: history });
    expect(unwrap(await platform.releaseOf(run)).version).toBe("1.0.0");
    expect(await platform.stop(run, "bob")).toMatchObject({
      ok: false,
      error: { reason: "refused", message: `run ${run} has already ended (FAILED)` },
    });

    const next = unwrap(await platform.resume(run, { ...follow, actor: "bob" }));
    expect(await ended(platform, next)).toMatchObject({
      status: "SUCCEEDED",
      origin: run,
      trigger: "resume",
      scheduledTime: Date.UTC(2025, 0, 1, 3),
    });
    const { items } = unwrap(await platform.logs(next, {}, { limit: 9 }));
    expect(items.map(({ text }) => text)).toEqual(["score_model works"]);
  });

  test("of a project that was destroyed are found by their names", async () => {
    await using runs = await withRuns(server());
    const platform = await runs.open();
    const run = "gone-20250101T030000Z-aaaaaa";
    await keep(runs, [rowOf(run, { project: "gone", startedAt: long })]);
    expect(unwrap(await platform.run(runId(run)))).toMatchObject({ run, project: "gone" });
    const { items } = unwrap(await platform.runs({ project: projectName("gone") }, { limit: 9 }));
    expect(items.map((found) => found.run)).toEqual([run]);
    // Of its release nothing is kept.
    expect(await platform.releaseOf(runId(run))).toEqual({
      ok: false,
      error: {
        reason: "not-found",
        message: `no release of the project of run ${run} is kept`,
        help: "`esteira destroy` removes them; what ran is in the AWS console for 90 days after its end",
        resource: `run ${run}`,
      },
    });
  });
});

const follow = { mode: "follow" } as const;

/** A first step that succeeded, and a second that didn't. */
const history: readonly HistoryEvent[] = (
  [
    [
      0,
      "ExecutionStarted",
      { input: { trigger: "schedule", scheduled_time: "2025-01-01T03:00:00Z" } },
    ],
    [0, "TaskStateEntered", { name: "extract_features" }],
    [2, "TaskScheduled", { resource: "runTask.sync" }],
    [3, "TaskSucceeded", { output: { Containers: [{ ExitCode: 0 }] } }],
    [4, "TaskStateExited", { name: "extract_features" }],
    [5, "TaskStateEntered", { name: "score_model" }],
    [6, "TaskScheduled", { resource: "runTask.sync" }],
    [7, "TaskFailed", { error: "States.TaskFailed", cause: "{}" }],
    [8, "ExecutionFailed", { error: "States.TaskFailed", cause: "{}" }],
  ] as const
).map(([previousEventId, type, details], index) => ({
  id: index + 1,
  previousEventId,
  type,
  timestamp: long + index,
  details,
}));

async function withRuns(server: Parameters<typeof runsEnvironment>[0]): Promise<RunsEnvironment> {
  const runs = await runsEnvironment(server, {
    script: ({ step }) => ({ lines: [`${step} works`], end: 0 }),
  });
  await deploy(await runs.open(), [runs.environment.release(recsys())]);
  return runs;
}

async function keep(runs: RunsEnvironment, rows: readonly LedgerRow[]): Promise<void> {
  const store = bucketStore(runs.environment.context);
  for (const row of rows) unwrap(await putLedgerRun(store, { row, events: history }));
}

async function listed(
  platform: Platform,
  limit: number,
  next: () => Promise<Platform> = () => Promise.resolve(platform),
): Promise<string[]> {
  const found: RunSummary[] = [];
  let cursor: string | undefined;
  for (;;) {
    const reader = await next();
    const page = unwrap(
      await reader.runs({ project }, cursor === undefined ? { limit } : { limit, cursor }),
    );
    expect(page.items.length).toBeLessThanOrEqual(limit);
    found.push(...page.items);
    if (page.next === undefined) return found.map(({ run }) => run);
    cursor = page.next;
  }
}

function rowOf(run: string, changes: Partial<LedgerRow>): LedgerRow {
  return {
    run,
    project: "recsys",
    environment: "dev",
    status: "SUCCEEDED",
    skipped: false,
    interrupted: false,
    trigger: "schedule",
    actor: "",
    startedAt: long,
    endedAt: long + 60_000,
    scheduledTime: undefined,
    origin: run,
    artifacts: `s3://esteira-acme-dev-123456789012/artifacts/recsys/${run}/`,
    release: "f".repeat(64),
    version: "1.0.0",
    modelVersion: undefined,
    failure: undefined,
    resumedBy: undefined,
    redriveCount: 0,
    diagnosis: undefined,
    ...changes,
  };
}
