import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

import type { FingerprintedRelease } from "../../src/release/release.ts";
import { bundledScript } from "../rig/bundled-script.ts";
import type { DriverOrder } from "./driver.ts";
import { childEnvironment } from "./fixture.ts";

/** Looks until there is something to be found. */
export async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(20);
  }
}

/** Whether there is such a process, and it isn't a zombie. */
export function isRunning(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return /^[^ZX\s]/.test(stdout.trim());
}

/** A process that drives a run. */
export interface Driver {
  kill(): Promise<void>;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
}

/** Starts a run in a separate process. */
export function startDriver(
  root: string,
  release: FingerprintedRelease,
  dying: Pick<DriverOrder, "effect"> = {},
): Driver {
  const order: DriverOrder = {
    root,
    project: release.release.project,
    actor: "driver",
    ...dying,
  };
  const driver = bundledScript(new URL("driver.ts", import.meta.url));
  const child = spawn(process.execPath, [...driver, JSON.stringify(order)], {
    env: childEnvironment,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const ended = once(child, "exit").then(([code]) => code as number | null);
  return {
    ended,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
