import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import type { TestProject } from "vitest/node";

import { lendOut, type Lent } from "../../rig/lending.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the run lends out its MLflow servers; see `borrow`. */
    mlflowPool: number;
  }
}

/**
 * Gives each test file that asks a new MLflow server with nothing in it. All servers of a version
 * are forks of one process: MLflow takes seconds to load, and to make its tables. Vitest calls it
 * before the first file, and what it gives after the last.
 */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "esteira-mlflow-"));
  const loaded = new Map<string, Promise<LoadedMlflow>>();
  const { port, close } = await lendOut(async (python) => {
    const found = loaded.get(python) ?? load(python, folder);
    loaded.set(python, found);
    return (await found).start();
  });
  provide("mlflowPool", port);

  return async () => {
    close();
    await Promise.all([...loaded.values()].map(async (mlflow) => (await mlflow).end()));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
}

interface LoadedMlflow {
  readonly start: () => Promise<Lent>;
  readonly end: () => Promise<void>;
}

async function load(python: string, above: string): Promise<LoadedMlflow> {
  const folder = await mkdtemp(join(above, "version-"));
  const child = spawn(python, [fileURLToPath(new URL("mlflow_server.py", import.meta.url))], {
    stdio: ["pipe", "pipe", "pipe"],
    cwd: folder,
    env: { PATH: process.env["PATH"], PYTHONWARNINGS: "ignore" },
  });
  const errors: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors.push(text);
    if (errors.length > 200) errors.shift();
  });
  const ports = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();
  return {
    start() {
      // It answers in the order in which it is asked.
      const started = last.then(async () => {
        const server = await mkdtemp(join(folder, "server-"));
        child.stdin.write(`start ${server}\n`);
        const { value: port, done } = await ports.next();
        if (done === true) throw new Error(`MLflow did not start:\n${errors.join("")}`);
        const takeBack = () => void child.stdin.write(`stop ${server}\n`);
        return { url: `http://127.0.0.1:${port}`, takeBack };
      });
      last = started.catch(() => undefined);
      return started;
    },
    async end() {
      if (child.exitCode !== null) return;
      const exited = once(child, "exit");
      child.stdin.end();
      await exited;
    },
  };
}
