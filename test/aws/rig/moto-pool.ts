import type { TestProject } from "vitest/node";

import { lendOut } from "../../rig/lending.ts";
import { type LoadedMoto, loadMoto } from "./moto-process.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the run lends out its servers of AWS; see `borrow`. */
    motoPool: number;
  }
}

/**
 * Lends the emulator's servers out to the test files of a run: a new one is a fork of a process
 * that has loaded everything, and making one forget takes less. One may remember what the file
 * before asked of it. As many are started as files run side by side; one at least that needs one.
 * Vitest calls it before the first file, and what it gives after the last.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const loaded = new Map<string, LoadedMoto>();
  const free: string[] = [];
  const { port, close } = await lendOut(async (python) => {
    const moto = loaded.get(python) ?? loadMoto(python);
    loaded.set(python, moto);
    const url = free.pop() ?? (await moto.start());
    return { url, takeBack: () => void free.push(url) };
  });
  project.provide("motoPool", port);
  // What is kept in them was made by code that may have changed since.
  project.onTestsRerun(() => {
    free.length = 0;
    return Promise.resolve();
  });

  return async () => {
    close();
    await Promise.all([...loaded.values()].map((moto) => moto.end()));
  };
}
