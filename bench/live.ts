import { once } from "node:events";
import { mkdir, mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { execa } from "execa";

import { shippedProgram } from "../tools/bundle/shipped-program.ts";
import type { BenchRow } from "./row.ts";
import { linesToScreen } from "./screen.ts";

/** Twelve lines a second, each with the time at which it is written. */
const program = `import time
for _ in range(900):
    print("at", time.time() * 1000, flush=True)
    time.sleep(0.083)
`;

const config = `project_name: lively
description: ""
version: "1.0.0"
owners: { tech_owner: "a@example.com", business_owner: "a@example.com" }
schedule: { enabled: false, cron: "0 3 * * *", timeout_seconds: 600, retries: 0 }
batch:
  pipeline:
    steps:
      - { id: probe, command: "exec python3 steps/probe.py", resources: { cpu: 0.01, memory_gb: 0.0625 } }
infra: { compute: { provider: ec2, ec2_type: t3.small, min_quantity: 0, max_quantity: 1, spot: true } }
model: { required: false }
`;

const workspace = `workspace: bench
environments:
  local: { platform: local, executor: process }
`;

async function writeWorkspace(root: string): Promise<void> {
  const project = join(root, "src/projects/lively");
  await mkdir(join(project, "steps"), { recursive: true });
  await writeFile(join(root, "esteira.yaml"), workspace);
  await writeFile(join(project, "config.yaml"), config);
  await writeFile(join(project, "Dockerfile"), "FROM python:3.11-slim\n");
  await writeFile(join(project, "steps/probe.py"), program);
}

/** A real run on this machine that writes twelve lines a second, watched in a browser. */
export async function benchLive(): Promise<readonly BenchRow[]> {
  const binary = await shippedProgram(fileURLToPath(new URL("..", import.meta.url)));
  await using folder = await mkdtempDisposable(join(tmpdir(), "esteira-bench-"));
  await writeWorkspace(folder.path);
  const start = (...inputs: string[]) =>
    execa(process.execPath, [binary, ...inputs], {
      cwd: folder.path,
      reject: false,
      stdin: "ignore",
      env: { HOME: folder.path },
    });
  const deployed = await start("deploy");
  if (deployed.exitCode !== 0) throw new Error(deployed.stderr);
  const console = start("console", "--no-open", "--port", "0");
  const [opening] = (await once(createInterface({ input: console.stdout }), "line")) as [string];
  const entered = await fetch(opening, { redirect: "manual" });
  const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
  const base = new URL(opening).origin;
  const run = start("run", "lively");
  try {
    const id = await runningId(base, cookie);
    return await linesToScreen(base, cookie, `/e/local/runs/${id}/log?step=probe`);
  } finally {
    run.kill("SIGINT");
    console.kill("SIGTERM");
    await Promise.all([run, console]);
  }
}

async function runningId(base: string, cookie: string): Promise<string> {
  for (;;) {
    const answer = await fetch(`${base}/api/v1/environments/local/runs?limit=1`, {
      headers: { cookie },
    });
    const { runs } = (await answer.json()) as {
      readonly runs: readonly { readonly run: string }[];
    };
    if (runs[0] !== undefined) return runs[0].run;
    await sleep(100);
  }
}
