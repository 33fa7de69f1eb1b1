import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CreateStateMachineCommand } from "@aws-sdk/client-sfn";

import { readOverview } from "../src/app/runs/overview.ts";
import { latestRun } from "../src/app/runs/run-reference.ts";
import { bucketStore } from "../src/aws/bucket/store.ts";
import { noteEnd } from "../src/aws/fleet/marks.ts";
import type { IndexedRun } from "../src/aws/fleet/packed-run.ts";
import { changeProjects } from "../src/aws/fleet/projects.ts";
import { makeClients } from "../src/aws/sdk/clients.ts";
import { systemTiming } from "../src/aws/sdk/timing.ts";
import { mapConcurrently } from "../src/core/concurrency.ts";
import { projectName } from "../src/core/ids.ts";
import { follow } from "../src/local/engine/follow.ts";
import { layoutOf } from "../src/local/layout.ts";
import { openStore } from "../src/local/store/open.ts";
import type { RunRow } from "../src/local/store/run-row.ts";
import { putSchedule } from "../src/local/store/schedules.ts";
import { runInput } from "../src/runs/input.ts";
import { afterExpression, type AfterRule } from "../src/schedule/after.ts";
import { bootstrapped, deploy, manyProjects } from "../test/aws/deploy-fixture.ts";
import { type Call, record } from "../test/aws/rig/middleware.ts";
import type { MotoServer } from "../test/aws/rig/moto.ts";
import { loadMoto } from "../test/aws/rig/moto-process.ts";
import { acceleratedTiming } from "../test/aws/rig/timing.ts";
import { unwrap } from "../test/aws/rig/unwrap.ts";
import { ended, runsEnvironment } from "../test/aws/runs-fixture.ts";
import { spec } from "../test/local/scheduler.ts";
import { alternate, type BenchRow, timed } from "./row.ts";

const size = 500;
const python = join(import.meta.dirname, "../.cache/moto/bin/python");
const nameOf = (index: number): string => `project-${String(index).padStart(3, "0")}`;

/** Each project follows the four before it, and the last ten one more: 2,000 arrows. */
const followed = (index: number): readonly string[] =>
  (index < size - 10 ? [1, 2, 3, 4] : [1, 2, 3, 4, 5]).flatMap((back) =>
    index >= back ? [nameOf(index - back)] : [],
  );

/**
 * Five hundred projects that know of each other: what the end of a run costs, and how all of them
 * are. AWS's part needs `tools/rig/make-moto.sh`.
 */
export async function benchFleet(): Promise<readonly BenchRow[]> {
  const local = await endsHere();
  if (!existsSync(python)) throw new Error("moto is missing: tools/rig/make-moto.sh installs it");
  return [...local, ...(await endsOnAws()), ...(await statusOnAws())];
}

/** The transaction that ends a run, with what follows it. */
async function endsHere(): Promise<readonly BenchRow[]> {
  const root = await mkdtemp(join(tmpdir(), "esteira-bench-"));
  const store = unwrap(openStore(layoutOf(root)));
  try {
    let arrows = 0;
    store.write(() => {
      for (let index = 1; index < size; index += 1) {
        const after: AfterRule = { projects: followed(index), match: "day" };
        arrows += after.projects.length;
        const { cron: _none, ...rest } = spec("", { after, expression: afterExpression(after) });
        putSchedule(store, "local", nameOf(index), rest, 0);
      }
    });
    let day = 0;
    const end = (project: string) => () => {
      day += 1;
      store.write(() => {
        follow(store, endOf(project, day));
        store.run("UPDATE schedules SET changed_at = changed_at WHERE project = 'project-001'");
      });
    };
    const times = await alternate(200, end(nameOf(200)), end("a-project-that-nobody-follows"));
    return [
      {
        name: `the end of a run, ${arrows} arrows`,
        ours: times.ours,
        alternative: times.theirs,
        unit: "ms",
        note: "of a project that four follow; beside it one that nobody follows",
      },
    ];
  } finally {
    store.close();
    await rm(root, { recursive: true, force: true });
  }
}

function endOf(project: string, day: number): RunRow {
  const at = Date.UTC(2026, 0, 1, 3) + day * 86_400_000;
  return {
    id: 1,
    run: `${project}-${day}`,
    environment: "local",
    project,
    status: "SUCCEEDED",
    skipped: false,
    trigger: "schedule",
    actor: "",
    startedAt: at,
    endedAt: at + 3_600_000,
    scheduledTime: at,
    origin: `${project}-${day}`,
    deploy: 1,
    release: "",
    version: "1.0.0",
    modelVersion: undefined,
    failure: undefined,
    input: {},
    eventCount: 1,
    owner: undefined,
    epoch: 1,
    heartbeat: 0,
    stopRequestedBy: undefined,
    resumedBy: undefined,
  };
}

/** An emulator, as tests have it. */
async function emulator(): Promise<{ readonly server: MotoServer; readonly stop: () => void }> {
  const moto = loadMoto(python);
  const url = await moto.start();
  const server = {
    url,
    clients: ({ endpointUrl = url, timing = acceleratedTiming(1000) } = {}) =>
      makeClients({
        region: "us-east-1",
        endpointUrl,
        timing,
        credentials: { accessKeyId: "AKIAESTEIRABENCH", secretAccessKey: "secret" },
      }),
  } as MotoServer;
  return { server, stop: () => void moto.end() };
}

/** What the notifier's function asks of AWS when a run begins and when it ends. */
async function endsOnAws(): Promise<readonly BenchRow[]> {
  const { server, stop } = await emulator();
  await using runs = await runsEnvironment(server, { script: () => ({ lines: [], end: 0 }) });
  try {
    const { environment, call } = runs;
    const platform = await runs.open();
    const [project] = manyProjects(1);
    if (project === undefined) throw new Error("there is one");
    await deploy(platform, [environment.release(project)]);
    await call({ esteira: "watch" });
    const id = unwrap(
      await platform.start(project.name, runInput({ actor: "ana" }), { mode: "detach" }),
    );
    const run = await ended(platform, id);
    const calls: Call[] = [];
    record(runs.clients, calls);
    const asked = async (status: "RUNNING" | "SUCCEEDED"): Promise<BenchRow> => {
      calls.length = 0;
      const arn = "arn:aws:states:us-east-1:123456789012";
      await call({
        source: "aws.states",
        detail: {
          executionArn: `${arn}:execution:${project.name}-workflow:${run.run}`,
          stateMachineArn: `${arn}:stateMachine:${project.name}-workflow`,
          status,
          startDate: run.startedAt,
          redriveCount: 0,
          input: "{}",
        },
      });
      const s3 = calls.filter(({ service }) => service === "s3").length;
      return {
        name: `notifier, a run ${status === "RUNNING" ? "begins" : "ends"}`,
        ours: calls.length,
        alternative: undefined,
        unit: "requests",
        note: `${s3} of them of the bucket`,
      };
    };
    return [await asked("RUNNING"), await asked("SUCCEEDED")];
  } finally {
    stop();
  }
}

/** How all are, by the index, and by asking each for its newest run at the rate that AWS admits. */
async function statusOnAws(): Promise<readonly BenchRow[]> {
  const { server, stop } = await emulator();
  try {
    const environment = await bootstrapped(server);
    const { context } = environment;
    const store = bucketStore(context);
    const names = Array.from({ length: size }, (_unused, index) => nameOf(index));
    const now = Date.now();
    const roleArn = "arn:aws:iam::123456789012:role/esteira-acme-dev-step-functions";
    const definition = JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", End: true } } });
    await mapConcurrently(names, 8, async (project) => {
      const machine = { name: `${project}-workflow`, roleArn, definition };
      await context.clients.sfn.send(new CreateStateMachineCommand(machine));
      unwrap(await noteEnd(store, indexed(project, now - 3_600_000), "UTC"));
    });
    const entry = (project: string) => ({ ...empty, project, at: now });
    unwrap(
      await changeProjects(store, () => ({
        schema: 1,
        since: now - 30 * 86_400_000,
        lookedAt: now,
        projects: Object.fromEntries(names.map((project) => [project, entry(project)])),
      })),
    );
    const calls: Call[] = [];
    const clients = record(server.clients({ timing: systemTiming }), calls);
    const platform = await environment.open({ clients, timing: systemTiming });
    const counted = async (work: () => Promise<unknown>) => {
      calls.length = 0;
      const ms = await timed(work);
      return { ms, requests: calls.length };
    };
    const byIndex = await counted(async () =>
      unwrap(
        await readOverview({ platform, projectNames: names }, { now, onSlow: () => undefined }),
      ),
    );
    const each = await counted(() =>
      mapConcurrently(names, 32, (project) => latestRun(platform, projectName(project))),
    );
    return [
      {
        name: `status of ${size} by the index`,
        ours: byIndex.ms,
        alternative: each.ms,
        unit: "ms",
        note: `${byIndex.requests} requests; beside it only the newest run of each, ${each.requests} requests`,
      },
    ];
  } finally {
    stop();
  }
}

const empty = {
  deploy: undefined,
  mails: false,
  schedule: undefined,
  failedDeploy: undefined,
  hold: undefined,
};

function indexed(project: string, startedAt: number): IndexedRun {
  const run = `${project}-run`;
  return {
    redriveCount: 0,
    run: {
      run,
      project,
      environment: "dev",
      status: "SUCCEEDED",
      skipped: false,
      interrupted: false,
      trigger: "schedule",
      actor: "",
      startedAt,
      endedAt: startedAt + 60_000,
      scheduledTime: startedAt,
      origin: run,
      artifacts: "",
      release: "a".repeat(64),
      version: "1.0.0",
      modelVersion: undefined,
      failure: undefined,
      resumedBy: undefined,
    },
  };
}
