import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, expect, test } from "vitest";

import { runId } from "../../src/core/ids.ts";
import { bundledScript } from "../rig/bundled-script.ts";
import type { DriverOrder } from "./driver.ts";
import { isRunning, until } from "./drivers.ts";
import {
  childEnvironment,
  type LocalPlatform,
  makeWorkspace,
  openPlatform,
  value,
  type Workspace,
} from "./fixture.ts";
import { deployScheduled, settableClock, spec, startUp } from "./scheduler.ts";

let workspace: Workspace;
let platform: LocalPlatform;
let clock: ReturnType<typeof settableClock>;

beforeEach(async () => {
  workspace = makeWorkspace();
  clock = settableClock(new Date().toISOString());
  platform = await openPlatform(workspace.root, { clock });
});
afterEach(async () => {
  await platform.close();
  workspace[Symbol.dispose]();
});

/** A run whose driver stands still, as one would that is caught in a loop; gives its process. */
async function hangingRun(): Promise<{ readonly pid: number; readonly run: string }> {
  const { root } = workspace;
  const begun = join(root, "begun");
  const wait = `touch ${begun}; while [ ! -e ${join(root, "gate")} ]; do sleep 0.05; done`;
  await deployScheduled(platform, root, "slow", spec("0 3 1 1 ? 2099"), wait);
  const order = { root, project: "slow", actor: "driver" } as DriverOrder;
  const driver = bundledScript(new URL("driver.ts", import.meta.url));
  const child = spawn(process.execPath, [...driver, JSON.stringify(order)], {
    env: childEnvironment,
    stdio: "ignore",
  });
  await once(child, "spawn");
  await until(() => (existsSync(begun) ? true : undefined));
  await until(() => {
    child.kill("SIGSTOP");
    if (isWritable(root)) return true;
    child.kill("SIGCONT");
    return undefined;
  });
  const [first] = value(await platform.runs({}, { limit: 1 })).items;
  return { pid: child.pid ?? 0, run: first?.run ?? "" };
}

/** Whether nobody is in the middle of a write: who is stopped there holds up all others. */
function isWritable(root: string): boolean {
  const database = new DatabaseSync(join(root, ".esteira/esteira.db"), { timeout: 0 });
  try {
    database.exec("BEGIN IMMEDIATE");
    database.exec("ROLLBACK");
    return true;
  } catch {
    return false;
  } finally {
    database.close();
  }
}

const later = (seconds: number): void =>
  clock.set(new Date(Date.now() + seconds * 1000).toISOString());

test("a driver that hangs is found, and up ends it and takes its run up", async () => {
  const { pid, run } = await hangingRun();
  try {
    expect(value(await platform.runs({}, { limit: 1 })).items).toMatchObject([
      { run, interrupted: false },
    ]);
    later(70);
    expect(value(await platform.runs({}, { limit: 1 })).items).toMatchObject([
      { run, interrupted: true },
    ]);
    await using up = await startUp(platform);
    // At the first look it may be the machine that slept.
    expect(isRunning(pid)).toBe(true);
    later(110);
    await up.turn();
    expect(isRunning(pid)).toBe(false);
    expect(up.news()).toContain("taken-up slow");
    writeFileSync(join(workspace.root, "gate"), "");
    await up.until("ended");
    expect(up.news()).toEqual(["ended slow SUCCEEDED"]);
  } finally {
    if (isRunning(pid)) process.kill(pid, "SIGKILL");
  }
});

test("anyone who stops a run ends its driver that hangs", async () => {
  const { pid, run } = await hangingRun();
  later(70);
  value(await platform.stop(runId(run), "ana"));
  expect(isRunning(pid)).toBe(false);
  expect(value(await platform.runs({}, { limit: 1 })).items).toMatchObject([
    { run, status: "ABORTED" },
  ]);
});
