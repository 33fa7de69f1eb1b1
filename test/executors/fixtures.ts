import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import { environmentName, projectName } from "../../src/core/ids.ts";
import type {
  AttemptResult,
  AttemptSpec,
  Executor,
  PreparedRuntime,
} from "../../src/local/executors/port.ts";
import { createProcessExecutor } from "../../src/local/executors/process.ts";
import type { Release } from "../../src/release/release.ts";
import { uvFolder } from "../rig/uv.ts";

/** A folder for one test, and what executors need in it. */
export interface Sandbox {
  readonly root: string;
  readonly snapshot: string;
  readonly shared: string;
  /** Puts files into the snapshot. */
  write(files: Readonly<Record<string, string>>): void;
  /** A new attempt's directory with its specification. */
  attempt(command: string, changes?: Partial<AttemptSpec>): AttemptSpec;
  remove(): void;
}

export function sandbox(): Sandbox {
  const root = mkdtempSync(join(tmpdir(), "esteira-executors-"));
  const snapshot = join(root, "snapshot");
  const shared = join(root, "artifacts");
  mkdirSync(snapshot);
  mkdirSync(shared);
  let attempts = 0;
  return {
    root,
    snapshot,
    shared,
    write(files) {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(snapshot, name)), { recursive: true });
        writeFileSync(join(snapshot, name), text);
      }
    },
    attempt(command, changes = {}) {
      attempts += 1;
      const directory = join(root, "attempts", String(attempts));
      mkdirSync(directory, { recursive: true });
      return {
        run: "demo-20260131T030000Z-abcdef",
        project: "demo",
        step: "train",
        task: attempts,
        directory,
        snapshot,
        command,
        environment: {},
        secrets: [],
        resources: { cpu: 1, memoryGb: 1, gpu: 0 },
        timeoutSeconds: 60,
        sharedDirectory: shared,
        ...changes,
      };
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** The process executor with its own sandbox as its workspace. */
export async function processExecutor(
  box: Sandbox,
): Promise<{ executor: Executor; runtime: PreparedRuntime }> {
  const executor = createProcessExecutor({
    dataDirectory: box.root,
    processEnvironment: process.env,
    graceSeconds: 1,
  });
  const prepared = await executor.prepare(releaseOf({}), box.snapshot, () => {});
  if (!prepared.ok) throw new Error(prepared.error.message);
  return { executor, runtime: prepared.value };
}

/** A release with only what executors look at. */
export function releaseOf(image: Partial<Release["image"]>): Release {
  return {
    schema: 1,
    workspace: "tests",
    project: projectName("demo"),
    environment: environmentName("local"),
    platform: "local",
    version: "1.0.0",
    image: {
      context: "src/projects/demo",
      dockerfile: "Dockerfile",
      buildArguments: {},
      pythonVersion: undefined,
      requirementsFile: undefined,
      sourceHash: "0".repeat(64),
      ...image,
    },
    task: { environment: {}, secrets: {} },
  } as unknown as Release;
}

/** The log of an attempt without its times: `o hello`. */
export function logOf(directory: string): string[] {
  const text = readFileSync(join(directory, "output.log"), "utf8");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => line.replace(/^\d+ /, ""));
}

/** After every test, whatever it did to its step, no process of an attempt may be left. */
export function assertNoneLeft(box: Sandbox): void {
  const mark = `ESTEIRA_ATTEMPT=${box.root}`;
  const left = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && isRunning(Number(name)))
    .filter((name) => `\0${contentOf(`/proc/${name}/environ`)}`.includes(`\0${mark}`))
    .map((name) => `${name} ${contentOf(`/proc/${name}/cmdline`).replaceAll("\0", " ")}`);
  if (left.length > 0) throw new Error(`left behind: ${left.join("; ")}`);
}

export function isRunning(pid: number): boolean {
  const state = contentOf(`/proc/${pid}/stat`).split(") ").at(-1)?.[0];
  return state !== undefined && state !== "Z";
}

export function pidIn(path: string): number {
  return Number(readFileSync(path, "utf8"));
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** How an attempt ended, without its times. */
export function ending(result: AttemptResult) {
  if (result.kind !== "exited") return result;
  const { exitCode, signal, outOfMemory, timedOut, stopped } = result;
  return { exitCode, signal, outOfMemory, timedOut, stopped };
}

export const calm = {
  exitCode: 0,
  signal: undefined,
  outOfMemory: false,
  timedOut: false,
  stopped: false,
};

/** This machine's variables with a uv on the PATH, and pip as it comes, whatever is set for it. */
export async function machineWithUv(): Promise<NodeJS.ProcessEnv> {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("PIP_"));
  const path = `${await uvFolder()}${delimiter}${process.env["PATH"]}`;
  return { ...Object.fromEntries(own), PATH: path, PIP_CONFIG_FILE: "/dev/null" };
}
