import { once } from "node:events";

import type { TestProject } from "vitest/node";

import { lendOut } from "../../rig/lending.ts";
import { type MotoProcess, startMotoProcess } from "./moto-process.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the run lends out its servers of AWS; see `borrow`. */
    motoPool: number;
  }
}

/**
 * Lends the emulator's servers out to the test files of a run: starting one and having it load what
 * it answers with takes seconds, making it forget takes none. One may remember what the file before
 * asked of it. As many are started as files run side by side; one at least that needs one. Vitest
 * calls it before the first file, and what it gives after the last.
 */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const free: MotoProcess[] = [];
  const all: MotoProcess[] = [];
  const { port, close } = await lendOut(async (python) => {
    const found = free.pop();
    const lent = found ?? (await startMotoProcess(python));
    if (found === undefined) all.push(lent);
    return {
      url: lent.url,
      takeBack: () => {
        if (lent.child.exitCode === null) free.push(lent);
      },
    };
  });
  provide("motoPool", port);

  return async () => {
    close();
    const running = all.filter(({ child }) => child.exitCode === null);
    for (const { child } of running) child.stdin?.end();
    await Promise.all(running.map(({ child }) => once(child, "exit")));
  };
}
