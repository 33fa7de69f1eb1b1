import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { loadWorkspace } from "../src/config/load.ts";
import { environmentName, projectName, runId } from "../src/core/ids.ts";
import { systemClock } from "../src/core/clock.ts";
import { openLocalPlatform } from "../src/local/open-local.ts";
import type { Platform } from "../src/platform/port.ts";
import { makeRelease, projectSourceHash } from "../src/release/build.ts";
import { readSourceTree } from "../src/release/source.ts";
import { runInput } from "../src/runs/input.ts";
import { timed, type BenchRow } from "./row.ts";

const STEPS = 40;
const RUNS = 50;
const STEPS_A_RUN = 4;

/**
 * What a step costs beyond its own process: a run of steps that do nothing, supervised and
 * recorded, against spawning the same commands bare, one after the other. And many runs side by
 * side in one process.
 */
export async function benchSteps(): Promise<readonly BenchRow[]> {
  const root = await mkdtemp(join(tmpdir(), "esteira-bench-"));
  let entropy = 100_000;
  await project(root, "long", STEPS);
  await project(root, "short", STEPS_A_RUN);
  const { workspace, projects } = await loadWorkspace(root, "local");
  const environment = workspace.environments.get(environmentName("local"));
  if (environment?.platform !== "local") throw new Error("local is a local environment");
  const opened = await openLocalPlatform({
    root,
    workspace,
    environment,
    clock: systemClock,
    entropy: () => String((entropy += 1)),
    processEnvironment: process.env,
  });
  if (!opened.ok) throw new Error(opened.error.message);
  const platform = opened.value;
  try {
    const releases = await Promise.all(
      projects.map(async (one) => {
        const tree = await readSourceTree(join(root, one.directory), {
          dockerfile: one.runtime.dockerfile,
          shownAs: one.directory,
        });
        if (!tree.ok) throw new Error(tree.error.message);
        return makeRelease(one, workspace, environment, projectSourceHash(one, tree.value));
      }),
    );
    const plan = await platform.plan(releases, { known: projects.map(({ name }) => name) });
    if (!plan.ok) throw new Error(plan.error.message);
    const applied = await platform.apply(plan.value, releases, {
      actor: "bench",
      listener: () => undefined,
    });
    if (!applied.ok) throw new Error(applied.error.message);

    await runToEnd(platform, "short");
    const bare = await timed(async () => {
      for (let index = 0; index < STEPS; index += 1) await spawned();
    });
    const supervised = await timed(() => runToEnd(platform, "long"));
    const perStep = (total: number): number => total / STEPS;
    const spawns = await timed(async () => {
      for (let index = 0; index < RUNS * STEPS_A_RUN; index += 1) await spawned();
    });
    const sideBySide = await timed(() =>
      Promise.all(Array.from({ length: RUNS }, () => runToEnd(platform, "short"))),
    );
    return [
      {
        name: "one step, bare process included",
        ours: perStep(supervised),
        alternative: perStep(bare),
        unit: "ms",
        note: `${(perStep(supervised) - perStep(bare)).toFixed(1)} ms more than the process bare; aim: under 20`,
      },
      {
        name: `${RUNS} runs of ${STEPS_A_RUN} steps side by side`,
        ours: sideBySide,
        alternative: spawns,
        unit: "ms",
        note: "against the same processes spawned bare, one after the other",
      },
    ];
  } finally {
    await platform.close();
    await rm(root, { recursive: true, force: true });
  }
}

async function project(root: string, name: string, steps: number): Promise<void> {
  const directory = join(root, "src/projects", name);
  await mkdir(directory, { recursive: true });
  const lines = Array.from(
    { length: steps },
    (_, index) =>
      `      - { id: step_${index}, command: "true", resources: { cpu: 0.1, memory_gb: 0.1 } }`,
  );
  await writeFile(
    join(directory, "Dockerfile"),
    "FROM python:3.11-slim\nCOPY . /app\nWORKDIR /app\n",
  );
  await writeFile(
    join(directory, "config.yaml"),
    `project_name: ${name}\nversion: "1.0.0"\nbatch:\n  pipeline:\n    steps:\n${lines.join("\n")}\n`,
  );
}

async function runToEnd(platform: Platform, name: string): Promise<void> {
  const started = await platform.start(projectName(name), runInput({ actor: "bench" }), {
    mode: "follow",
  });
  if (!started.ok) throw new Error(started.error.message);
  const run = runId(started.value);
  for (;;) {
    const summary = await platform.run(run);
    if (!summary.ok) throw new Error(summary.error.message);
    if (summary.value.status === "SUCCEEDED") return;
    if (summary.value.status !== "RUNNING")
      throw new Error(`${run}: ${summary.value.failure ?? summary.value.status}`);
    await platform.changed(run, 1000);
  }
}

function spawned(): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("sh", ["-c", "true"], { stdio: "ignore" });
    child.once("error", reject);
    child.once("exit", () => resolve());
  });
}
