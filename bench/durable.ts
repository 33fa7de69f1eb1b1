import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StateMachine } from "aws-local-stepfunctions";
import { environmentName, fingerprint, projectName } from "../src/core/ids.ts";
import { layoutOf } from "../src/local/layout.ts";
import { recordDeploy } from "../src/local/store/deployments.ts";
import { allEvents, appendEvents } from "../src/local/store/events.ts";
import { openStore } from "../src/local/store/open.ts";
import { ownerHere } from "../src/local/store/owner.ts";
import { claimRun } from "../src/local/store/ownership.ts";
import { insertRun } from "../src/local/store/runs.ts";
import type { Store } from "../src/local/store/store.ts";
import type { Release } from "../src/release/release.ts";
import { openExecution } from "../src/states/interpreter.ts";
import { replayExecution } from "../src/states/replay.ts";
import { alternate, median, timed, type BenchRow } from "./row.ts";
import { cases, chain, identity, order, type Case } from "./states.ts";

const at = 1_767_225_600_000;

/**
 * The interpreter with the durable store: each turn is one transaction that survives a loss of
 * power before anything is done.
 */
export async function benchDurable(): Promise<readonly BenchRow[]> {
  const root = await mkdtemp(join(tmpdir(), "esteira-bench-"));
  const opened = openStore(layoutOf(root));
  if (!opened.ok) throw new Error(opened.error.message);
  const store = opened.value;
  try {
    recordDeploy(store, {
      environment: "local",
      project: "bench",
      fingerprint: fingerprint("0".repeat(64)),
      // Of a release nothing is read here.
      release: { project: "bench" } as unknown as Release,
      decided: {},
      actor: "bench",
      at,
    });
    const deploy = Number(store.get("SELECT max(id) AS id FROM deploys")?.["id"]);
    const rows: BenchRow[] = [];
    for (const one of cases) rows.push(await compared(store, deploy, one));
    rows.push(await replayed(store, deploy));
    return rows;
  } finally {
    store.close();
    await rm(root, { recursive: true, force: true });
  }
}

let runs = 0;

/** Runs a definition of states that wait for nothing; gives the run's row. */
async function runDurably(store: Store, deploy: number, one: Case): Promise<number> {
  runs += 1;
  const id = store.write(() =>
    insertRun(store, {
      run: `bench-${runs}`,
      environment: environmentName("local"),
      project: projectName("bench"),
      trigger: "manual",
      actor: "bench",
      startedAt: at,
      scheduledTime: undefined,
      origin: `bench-${runs}`,
      deploy,
      release: fingerprint("0".repeat(64)),
      version: "1.0.0",
      modelVersion: undefined,
      input: one.input,
    } as unknown as Parameters<typeof insertRun>[1]),
  );
  const claim = claimRun(store, id, ownerHere("bench"), at);
  if (claim.kind !== "claimed") throw new Error(claim.kind);
  const execution = openExecution(one.definition, { ...identity, input: one.input });
  if (!execution.ok) throw new Error(JSON.stringify(execution.error));
  const turn = await execution.value.deliver({ kind: "start" }, at);
  if (turn.outcome?.status !== "SUCCEEDED") throw new Error(JSON.stringify(turn.outcome));
  const end = {
    status: turn.outcome.status,
    endedAt: at,
    skipped: false,
    failure: undefined,
    notification: undefined,
  };
  store.write(() => appendEvents(store, { id, epoch: claim.epoch }, turn.events, end));
  return id;
}

async function compared(store: Store, deploy: number, one: Case): Promise<BenchRow> {
  const repeats = Math.max(1, Math.round(one.repeats / 4));
  const ours = async (): Promise<void> => {
    for (let run = 0; run < repeats; run += 1) await runDurably(store, deploy, one);
  };
  if (one.alone === true) {
    await ours();
    const times: number[] = [];
    for (let round = 0; round < 5; round += 1) times.push(await timed(ours));
    const note = "durable; the other engine has no JSONata";
    return {
      name: one.name,
      ours: median(times) / repeats,
      alternative: undefined,
      unit: "ms",
      note,
    };
  }
  const other = new StateMachine(one.definition as never, {
    validationOptions: { noValidate: true },
  });
  const times = await alternate(5, ours, async () => {
    for (let run = 0; run < repeats; run += 1) await other.run(one.input as never).result;
  });
  return {
    name: one.name,
    ours: times.ours / repeats,
    alternative: times.theirs / repeats,
    unit: "ms",
    note: "durable, against aws-local-stepfunctions, which keeps nothing",
  };
}

/** Resumes a history near the limit of 25,000 events from the store. */
async function replayed(store: Store, deploy: number): Promise<BenchRow> {
  const definition = chain(12_490, { Parameters: { "order.$": "$.order" } });
  const run = await runDurably(store, deploy, { name: "", definition, input: order, repeats: 1 });
  const times: number[] = [];
  let count = 0;
  for (let round = 0; round < 5; round += 1) {
    times.push(
      await timed(async () => {
        const events = allEvents(store, run);
        count = events.length;
        const result = await replayExecution(definition, { ...identity, input: order }, events);
        if (!result.ok) throw new Error(JSON.stringify(result.error));
      }),
    );
  }
  return {
    name: `read and replay ${count.toLocaleString("en")} events`,
    ours: median(times),
    alternative: undefined,
    unit: "ms",
    note: "from the store",
  };
}
