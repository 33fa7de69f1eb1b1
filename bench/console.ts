import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { execa } from "execa";

import { layoutOf } from "../src/local/layout.ts";
import { openStore } from "../src/local/store/open.ts";
import { shippedProgram } from "../tools/bundle/shipped-program.ts";
import { fleet, millionRuns, nameOf, runOf } from "./million-runs.ts";
import { fleetPainted } from "./painted.ts";
import type { BenchRow } from "./row.ts";
import { fleetChanges } from "./screen.ts";
import { hundredViewers, viewersTokens } from "./viewers.ts";

const binary = await shippedProgram(fileURLToPath(new URL("..", import.meta.url)));
const rounds = 40;
const gigabyte = 2 ** 30;

/** The console over a store of a million runs, and over a log of a gigabyte, by HTTP. */
export async function benchConsole(): Promise<readonly BenchRow[]> {
  const root = await mkdtemp(join(tmpdir(), "esteira-bench-"));
  try {
    await millionRuns(root);
    const last = runOf(fleet.runs - fleet.projects);
    await largeLog(root, last);
    const tokens = await viewersTokens(root, binary);
    const child = execa(process.execPath, [binary, "console", "--no-open", "--port", "0"], {
      cwd: root,
      reject: false,
      stdin: "ignore",
      env: { TZ: "UTC" },
    });
    const [address] = (await once(child.stdout, "data")) as [Buffer];
    const opening = address.toString("utf8").trim();
    const entered = await fetch(opening, { redirect: "manual" });
    const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
    const base = new URL(opening).origin;
    const ask = async (path: string): Promise<string> => {
      const answer = await fetch(`${base}/api/v1${path}`, { headers: { cookie } });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${path}: ${text}`);
      return text;
    };
    const rows: BenchRow[] = [];
    const local = "/environments/local";
    const first = await timeOf(() => ask(`${local}/fleet`));
    rows.push(row("fleet of 500 projects, 1,000,000 runs: first", first, "nothing is known yet"));
    rows.push(await percentile("  again", "aim: 20 ms in the server", () => ask(`${local}/fleet`)));
    rows.push(...(await fleetPainted(base, cookie)));
    rows.push(...(await fleetChanges(root, base, cookie)));
    const project = `${local}/projects/${nameOf(0)}`;
    const answers: readonly (readonly [string, string])[] = [
      ["tonight", `${local}/tonight`],
      ["project", project],
      ["runs of a project", `${project}/runs?limit=50`],
      ["runs that failed", `${local}/runs?status=FAILED&limit=50`],
      ["durations of 60 runs", `${project}/durations`],
      ["releases", `${project}/releases`],
      ["run", `${local}/runs/${last}`],
      ["run compared with the last good one", `${local}/runs/${last}/compare`],
      ["events of a run", `${local}/runs/${last}/events`],
      ["audit", `${local}/audit`],
    ];
    for (const [name, path] of answers) {
      rows.push(await percentile(name, "aim: p95 under 50 ms", () => ask(path)));
    }
    const log = `${local}/runs/${last}/log`;
    const tail = await timeOf(() => ask(`${log}?step=score&lines=200`));
    rows.push(row("log of 1 GB: its end, the first time", tail, "aim: 150 ms"));
    rows.push(await percentile("  again", "", () => ask(`${log}?step=score&lines=200`)));
    const search = await timeOf(() => ask(`${log}/search?step=score&q=needle`));
    rows.push(row("log of 1 GB: search for a text at its end", search, "aim: 2 s"));
    rows.push(...(await hundredViewers({ root, base, tokens, run: last, pid: child.pid })));
    child.kill("SIGTERM");
    await child;
    return rows;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

function row(name: string, ours: number, note: string, unit = "ms"): BenchRow {
  return { name, ours, alternative: undefined, unit, note };
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** 95 of a hundred take no longer. */
async function percentile(
  name: string,
  note: string,
  work: () => Promise<unknown>,
): Promise<BenchRow> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push(await timeOf(work));
  const sorted = times.toSorted((a, b) => a - b);
  return row(`${name}, p95`, sorted[Math.ceil(0.95 * rounds) - 1] ?? Number.NaN, note);
}

/** The log of the second step of a run; what is looked for is in its last line. */
async function largeLog(root: string, run: string): Promise<void> {
  const directory = join(root, ".esteira/runs", run, "8");
  await mkdir(directory, { recursive: true });
  const opened = openStore(layoutOf(root));
  if (!opened.ok) throw new Error(opened.error.message);
  const store = opened.value;
  store.write(() =>
    store.run(
      `INSERT INTO attempts (run, task, step, number, directory, cpu, memory_gb, gpu, state, owner, requested_at)
        VALUES ((SELECT id FROM runs WHERE run = ?), 8, 'score', 1, ?, 1, 1, 0, 'ended', '', 0)`,
      run,
      directory,
    ),
  );
  store.close();
  const file = createWriteStream(join(directory, "output.log"));
  const line = (index: number): string =>
    `${1_796_000_000_000 + index} o epoch ${index} loss=0.${index % 1000} rows=${index * 7} took 12.5 ms\n`;
  let written = 0;
  for (let index = 0; written < gigabyte;) {
    let batch = "";
    for (const end = index + 10_000; index < end; index += 1) batch += line(index);
    written += batch.length;
    if (!file.write(batch)) await once(file, "drain");
  }
  file.end("1799000000000 o the needle\n");
  await once(file, "close");
}
