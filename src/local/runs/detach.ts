import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { RunId } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { LocalContext } from "../context.ts";
import { giveUpHandOver } from "../store/ownership.ts";
import { findRun } from "../store/runs.ts";
import { isDriven } from "../store/run-row.ts";

const lookEveryMs = 20;
/**
 * A process that has not taken the run by then is in trouble; starting one takes some hundred
 * milliseconds.
 */
const limitMs = 20_000;

/** Starts a process that outlives this one and drives the run. Resolves when it does. */
export async function launch(
  context: LocalContext,
  run: RunId,
): Promise<Result<void, PlatformError>> {
  const { layout, store, environment, clock } = context;
  const resource = `run ${run}`;
  if (context.launcher === undefined) {
    return err({
      reason: "refused",
      message: "runs can't be detached here",
      help: "Follow the run instead.",
      resource,
    });
  }
  const before = findRun(store, environment, run)?.epoch ?? 0;
  const { child, logPath } = startProcess(context, run, context.launcher(run));
  const gone = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`));
  });
  const end = performance.now() + limitMs;
  for (;;) {
    const why = await Promise.race([gone, sleep(lookEveryMs)]);
    const row = findRun(store, environment, run);
    const taken = row !== undefined && (row.epoch > before || row.status !== "RUNNING");
    if (taken && (row.status !== "RUNNING" || isDriven(row, clock.now()))) return ok(undefined);
    if (why === undefined && performance.now() < end) continue;
    if (row !== undefined) giveUpHandOver(store, row.id);
    return err({
      reason: "failed",
      message: `the process that was to drive run ${run} did not take it: ${why ?? "no sign of it for 20 seconds"}${lastLine(logPath)}`,
      help: `Its output is in ${relative(layout.root, logPath)}. \`esteira resume ${run}\` takes the run up.`,
      resource,
    });
  }
}

/** Starts a process for a run that outlives this one; what it prints is kept in `drivers/`. */
export function startProcess(
  { layout, processEnvironment }: Pick<LocalContext, "layout" | "processEnvironment">,
  run: RunId,
  [command, ...commandArguments]: readonly [string, ...string[]],
): { readonly child: ChildProcess; readonly logPath: string } {
  mkdirSync(layout.drivers, { recursive: true });
  const logPath = join(layout.drivers, `${run}.log`);
  const log = openSync(logPath, "a", 0o600);
  const child = spawn(command, commandArguments, {
    cwd: layout.root,
    detached: true,
    env: { ...processEnvironment },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  child.unref();
  return { child, logPath };
}

function lastLine(path: string): string {
  const text = readFileSync(path, "utf8").trim().split("\n").at(-1) ?? "";
  return text === "" ? "" : ` (${text})`;
}
