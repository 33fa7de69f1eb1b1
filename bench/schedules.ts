import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { execa } from "execa";

import { fingerprint, projectName } from "../src/core/ids.ts";
import { fingerprintOf } from "../src/core/json.ts";
import { layoutOf } from "../src/local/layout.ts";
import { recordDeploy } from "../src/local/store/deployments.ts";
import { openStore } from "../src/local/store/open.ts";
import { insertRun } from "../src/local/store/runs.ts";
import { putSchedule } from "../src/local/store/schedules.ts";
import type { Store } from "../src/local/store/store.ts";
import type { Release } from "../src/release/release.ts";
import { makeRelease, sequence } from "../test/local/fixture.ts";
import { shippedProgram } from "../tools/bundle/shipped-program.ts";
import { type BenchRow, median, timed } from "./row.ts";

const binary = await shippedProgram(fileURLToPath(new URL("..", import.meta.url)));
const count = 10_000;
const minute = 60_000;

/**
 * Ten thousand schedules in one process of `esteira up`, as a person starts it, for some real
 * minutes.
 */
export async function benchSchedules(): Promise<readonly BenchRow[]> {
  return [
    ...(await measured(
      "each hourly, spread over the minutes",
      (index) => `${index % 60} * * * ? *`,
    )),
    ...(await measured("all daily, at one moment soon", () => atSoon())),
  ];
}

/** A time of day two minutes from now, in UTC. */
function atSoon(): string {
  const soon = new Date(Math.ceil(Date.now() / minute) * minute + minute);
  return `${soon.getUTCMinutes()} ${soon.getUTCHours()} * * ? *`;
}

interface Fired {
  readonly kind: string;
  readonly lateMs?: number;
  readonly waitedMs?: number;
  readonly at: number;
}

async function measured(
  name: string,
  cronOf: (index: number) => string,
): Promise<readonly BenchRow[]> {
  const root = await mkdtemp(join(tmpdir(), "esteira-bench-"));
  try {
    await prepare(root, cronOf);
    const child = execa(process.execPath, [binary, "up", "--json"], {
      cwd: root,
      reject: false,
      buffer: false,
      stdin: "ignore",
    });
    const events: Fired[] = [];
    const reading = (async () => {
      for await (const line of child) events.push(JSON.parse(line) as Fired);
    })();
    const start = performance.now();
    while (events.length === 0) await sleep(10);
    const startMs = performance.now() - start;
    // The first half minute has what a start brings: everything is read and compiled once.
    await sleep(minute / 2);
    await nothingDue();
    const before = await cpuSeconds(child.pid);
    const since = performance.now();
    await sleep(20_000);
    const atRest = (await cpuSeconds(child.pid)) - before;
    const share = (100 * atRest * 1000) / (performance.now() - since);
    await sleep(2.2 * minute);
    const memory = await residentMiB(child.pid);
    child.kill("SIGTERM");
    await reading;
    await child;
    const fired = events.filter(({ kind }) => kind === "fired");
    const begun = quantiles(fired.map(({ lateMs = 0 }) => lateMs));
    const seen = quantiles(fired.map(({ lateMs = 0, waitedMs = 0 }) => lateMs - waitedMs));
    const row = (what: string, ours: number, unit: string, note = ""): BenchRow => ({
      name: what,
      ours,
      alternative: undefined,
      unit,
      note,
    });
    return [
      row(`10,000 schedules, ${name}: ready`, startMs, "ms"),
      row("  resident memory", memory, "MiB"),
      row(
        "  processor while nothing is due",
        share,
        "%",
        "of one, 20 s, its other duties included",
      ),
      row("  runs begun", fired.length, ""),
      row(
        "  fire written down, median",
        seen.median,
        "ms",
        "after the minute; from then it is safe",
      ),
      row("  fire written down, p99", seen.p99, "ms", "aim: under 100 ms"),
      row(
        "  run begun, median",
        begun.median,
        "ms",
        "after the minute; ten at the same time, by max_runs",
      ),
      row("  run begun, p99", begun.p99, "ms"),
    ];
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

function quantiles(values: readonly number[]): { readonly median: number; readonly p99: number } {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: median(sorted), p99: sorted[Math.ceil(0.99 * sorted.length) - 1] ?? Number.NaN };
}

/** Waits until the minute is far enough from its ends for 20 seconds in which nothing fires. */
async function nothingDue(): Promise<void> {
  const into = Date.now() % minute;
  if (into < 15_000) await sleep(15_000 - into);
  else if (into > 38_000) await sleep(minute - into + 15_000);
}

/** A workspace whose store has ten thousand deployed projects of one state that does nothing. */
export async function prepare(root: string, cronOf: (index: number) => string): Promise<void> {
  await mkdir(join(root, "src/projects"), { recursive: true });
  await writeFile(join(root, "esteira.yaml"), "workspace: bench\n");
  const { release } = await makeRelease(root, {
    name: "bench",
    steps: { only: "true" },
    definition: {
      ...sequence("only"),
      StartAt: "only",
      States: { only: { Type: "Pass", End: true } },
    },
  });
  await rm(join(root, "src/projects/bench"), { recursive: true });
  withStore(root, (store) => {
    for (let index = 0; index < count; index += 1) {
      const project = projectName(`project-${String(index).padStart(5, "0")}`);
      const schedule = {
        enabled: true,
        cron: "0 * * * *",
        expression: `cron(${cronOf(index)})`,
        timezone: "UTC",
        overlap: "allow",
        deadline: undefined,
      } as const;
      const own: Release = { ...release, project, schedule };
      recordDeploy(store, {
        environment: "local",
        project,
        fingerprint: fingerprint(fingerprintOf(own)),
        release: own,
        decided: { executor: "process", snapshot: "none" },
        actor: "bench",
        at: Date.now(),
      });
      putSchedule(store, "local", project, schedule, Date.now());
    }
  });
}

function withStore(root: string, work: (store: Store) => void): void {
  const opened = openStore(layoutOf(root));
  if (!opened.ok) throw new Error(opened.error.message);
  opened.value.write(() => work(opened.value));
  opened.value.close();
}

/** Linux: fields 14 and 15 of a process's stat, in hundredths of a second. */
async function cpuSeconds(pid: number | undefined): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function residentMiB(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

/** `esteira runs` where a hundred thousand are to be chosen from. */
export async function benchRuns(): Promise<readonly BenchRow[]> {
  const root = await mkdtemp(join(tmpdir(), "esteira-bench-"));
  try {
    await mkdir(join(root, "src/projects"), { recursive: true });
    await writeFile(join(root, "esteira.yaml"), "workspace: bench\n");
    withStore(root, manyRuns);
    const { openPlatform } = await import("../test/local/fixture.ts");
    const platform = await openPlatform(root);
    const rows: BenchRow[] = [];
    const filters = [
      ["all", {}],
      ["of one project", { project: projectName("project-7") }],
      ["that failed", { status: "FAILED" }],
    ] as const;
    for (const [name, filter] of filters) {
      const times: number[] = [];
      for (let round = 0; round < 20; round += 1) {
        times.push(await timed(() => platform.runs(filter, { limit: 20 })));
      }
      rows.push(figure(`runs of 100,000, ${name}`, median(times), "20 of them, aim: under 100 ms"));
    }
    await platform.close();
    const whole: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      whole.push(await timed(() => execa(process.execPath, [binary, "runs"], { cwd: root })));
      bare.push(await timed(() => execa(process.execPath, ["-e", "0"])));
    }
    rows.push({
      ...figure("esteira runs, the whole process", median(whole), "beside it: node -e 0"),
      alternative: median(bare),
    });
    return rows;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

function figure(name: string, ours: number, note: string): BenchRow {
  return { name, ours, alternative: undefined, unit: "ms", note };
}

function manyRuns(store: Store): void {
  const release = fingerprint("0".repeat(64));
  recordDeploy(store, {
    environment: "local",
    project: "project-0",
    fingerprint: release,
    release: { project: "project-0" } as unknown as Release,
    decided: {},
    actor: "bench",
    at: 0,
  });
  const deploy = store.lastId();
  const begin = Date.UTC(2026, 0, 1);
  for (let index = 0; index < 100_000; index += 1) {
    const startedAt = begin + index * 30_000;
    const id = insertRun(store, {
      run: `run-${index}`,
      environment: "local",
      project: `project-${index % 100}`,
      trigger: "schedule",
      actor: "",
      startedAt,
      scheduledTime: startedAt,
      origin: `run-${index}`,
      deploy,
      release,
      version: "1.0.0",
      modelVersion: undefined,
      input: {},
    });
    const status = index % 50 === 0 ? "FAILED" : "SUCCEEDED";
    const sql = "UPDATE runs SET status = ?, ended_at = ? WHERE id = ?";
    store.run(sql, status, startedAt + 20_000, id);
  }
}
