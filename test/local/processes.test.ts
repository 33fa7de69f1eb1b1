import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { JsonObject } from "../../src/core/json.ts";
import { type RunId, runId } from "../../src/core/ids.ts";
import type { FingerprintedRelease } from "../../src/release/release.ts";
import { bundledScript } from "../rig/bundled-script.ts";
import { isRunning, startDriver, until } from "./drivers.ts";
import {
  deploy,
  input,
  lines,
  type LocalPlatform,
  makeRelease,
  makeWorkspace,
  openPlatform,
  sequence,
  taskOf,
  taskState,
  value,
  type Workspace,
} from "./fixture.ts";
import { deployMarking, markIn } from "./marks.ts";
import { attemptStates, inStore } from "./store-file.ts";

let workspace: Workspace;
let platform: LocalPlatform;
let marks: string;

beforeEach(async () => {
  workspace = makeWorkspace();
  marks = join(workspace.root, "marks");
  mkdirSync(marks);
  platform = await openPlatform(workspace.root, {
    launcher: (run) => [process.execPath, ...driving, workspace.root, run],
  });
});
afterEach(async () => {
  await platform.close();
  workspace[Symbol.dispose]();
});

const driving = bundledScript(new URL("drive.ts", import.meta.url));

const deployed = (
  steps: Readonly<Record<string, string>>,
  definition?: JsonObject,
): Promise<FingerprintedRelease> =>
  deployMarking(platform, workspace.root, marks, steps, definition);

const mark = (name: string): string | undefined => markIn(marks, name);

async function onlyRun(): Promise<RunId> {
  const { items } = value(await platform.runs({}, { limit: 10 }));
  expect(items).toHaveLength(1);
  return runId(items[0]?.run ?? "");
}

test("a detached run is driven by a separate process", async () => {
  const release = await deployed({ a: `sleep 0.5; echo done > "$MARKS/a"` });
  const run = value(await platform.start(release.release.project, input(), { mode: "detach" }));
  const summary = value(await platform.run(run));
  expect([summary.status, summary.interrupted]).toEqual(["RUNNING", false]);
  await until(async () => (value(await platform.run(run)).status === "RUNNING" ? undefined : true));
  expect(value(await platform.run(run)).status).toBe("SUCCEEDED");
  expect(mark("a")).toBe("done\n");
});

test("a launcher that fails is reported with what it said last", async () => {
  const other = await openPlatform(workspace.root, {
    launcher: () => ["sh", "-c", "echo no such thing >&2; exit 5"],
  });
  const release = await deployed({ a: "true" });
  const started = await other.start(release.release.project, input(), { mode: "detach" });
  const run = await onlyRun();
  expect(started).toEqual({
    ok: false,
    error: {
      reason: "failed",
      message: `the process that was to drive run ${run} did not take it: it ended with exit code 5 (no such thing)`,
      help: `Its output is in .esteira/drivers/${run}.log. \`esteira resume ${run}\` takes the run up.`,
      resource: `run ${run}`,
    },
  });
  await other.close();
  expect(value(await platform.run(run))).toMatchObject({ status: "RUNNING", interrupted: true });
  value(await platform.resume(run, { mode: "follow", actor: "ana" }));
  expect(value(await platform.driver.settled(run)).status).toBe("SUCCEEDED");
});

test("a run whose driver was killed is interrupted, and can be stopped: nothing of it stays", async () => {
  const release = await deployed({ a: `echo $$ > "$MARKS/pid"; exec sleep 3600` });
  const driver = startDriver(workspace.root, release);
  const pid = Number(await until(() => mark("pid") || undefined));
  const run = await onlyRun();
  const conflict = await platform.resume(run, { mode: "follow", actor: "ana" });
  expect(conflict).toMatchObject({ ok: false, error: { reason: "conflict" } });
  await driver.kill();
  expect(value(await platform.run(run))).toMatchObject({ status: "RUNNING", interrupted: true });
  expect(isRunning(pid)).toBe(true); // the step continues without its driver

  value(await platform.stop(run, "ana"));
  expect(value(await platform.run(run))).toMatchObject({ status: "ABORTED", interrupted: false });
  expect(isRunning(pid)).toBe(false);
});

test("a run in another process is stopped by its driver, its step ended by SIGTERM", async () => {
  const code = `trap 'echo ended > "$MARKS/ended"; exit 0' TERM; echo $$ > "$MARKS/pid"; while :; do sleep 0.1; done`;
  const release = await deployed({ a: code });
  const driver = startDriver(workspace.root, release);
  await until(() => mark("pid") || undefined);
  const run = await onlyRun();
  value(await platform.stop(run, "ana"));
  expect(mark("ended")).toBe("ended\n");
  expect(value(await platform.run(run)).status).toBe("ABORTED");
  expect(await driver.ended).toBe(0);
  const { items } = value(await platform.events(run, { limit: 100 }));
  expect(items.at(-1)).toMatchObject({
    type: "ExecutionAborted",
    details: { error: "Esteira.Stopped", cause: "Stopped by ana" },
  });
});

/**
 * A run whose driver was killed when it had recorded its end, before the step, which doesn't
 * listen, had come to its own.
 */
async function endedByHalves(askToStop: (run: RunId) => void): Promise<number> {
  const code = `trap '' TERM; echo $$ > "$MARKS/pid"; while :; do sleep 0.1; done`;
  const release = await deployed({ a: code });
  const driver = startDriver(workspace.root, release);
  const pid = Number(await until(() => mark("pid") || undefined));
  const run = await onlyRun();
  askToStop(run);
  await until(async () => (value(await platform.run(run)).status === "ABORTED" ? true : undefined));
  await driver.kill();
  expect(isRunning(pid)).toBe(true);
  return pid;
}

test("who asked for a stop ends what a driver that died over it has left", async () => {
  const stops: ReturnType<LocalPlatform["stop"]>[] = [];
  const pid = await endedByHalves((run) => stops.push(platform.stop(run, "ana")));
  expect(await Promise.all(stops)).toEqual([{ ok: true, value: undefined }]);
  expect(isRunning(pid)).toBe(false);
});

test("attempts of a run that has ended are ended by the next command, should the stopper have died", async () => {
  const pid = await endedByHalves(() => {
    inStore(workspace.root, (store) => store.exec("UPDATE runs SET stop_requested_by = 'ana'"));
  });
  const next = await openPlatform(workspace.root);
  expect(isRunning(pid)).toBe(false);
  await next.close();
});

test("a try that a dead driver was about to stop is gone before the next one begins", async () => {
  const first = `if [ ! -e "$MARKS/first" ]; then touch "$MARKS/first"; trap 'sleep 2; touch "$MARKS/gone"; exit 1' TERM; while :; do sleep 0.05; done; fi`;
  const Retry = [{ ErrorEquals: ["States.Timeout"], IntervalSeconds: 1, MaxAttempts: 1 }];
  const release = await deployed(
    { a: `${first}\nif [ -e "$MARKS/gone" ]; then echo alone; else echo together; fi` },
    {
      QueryLanguage: "JSONata",
      StartAt: "a",
      States: { a: taskState("a", { TimeoutSeconds: 1, Retry, End: true }) },
    },
  );
  const driver = startDriver(workspace.root, release, { effect: { kind: "stop", count: 1 } });
  expect(await driver.ended).toBeNull();
  const run = await onlyRun();
  value(await platform.resume(run, { mode: "follow", actor: "ana" }));
  expect(value(await platform.driver.settled(run)).status).toBe("SUCCEEDED");
  const { items } = value(await platform.logs(run, {}, { limit: 100 }));
  expect(items.filter(({ stream }) => stream === "stdout").map(({ text }) => text)).toEqual([
    "alone",
  ]);
});

test("closing releases a run: it is interrupted, continues by its supervisor and is resumed", async () => {
  const release = await deployed({
    a: `echo $$ >> "$MARKS/a"; sleep 0.5; echo end >> "$MARKS/a"`,
    b: `echo b > "$MARKS/b"`,
  });
  const run = value(await platform.start(release.release.project, input(), { mode: "follow" }));
  await until(() => mark("a") || undefined);
  await platform.close();
  platform = await openPlatform(workspace.root);
  expect(value(await platform.run(run))).toMatchObject({ status: "RUNNING", interrupted: true });
  expect(value(await platform.resume(run, { mode: "follow", actor: "ana" }))).toBe(run);
  expect(value(await platform.driver.settled(run)).status).toBe("SUCCEEDED");
  expect(lines(join(marks, "a"))).toHaveLength(2);
  expect(mark("b")).toBe("b\n");
});

test("an attempt that runs is reattached where its secrets have no value and its sources are gone", async () => {
  await platform.close();
  const withToken = { processEnvironment: { ...process.env, TOKEN: "t" } };
  platform = await openPlatform(workspace.root, withToken);
  const release = await makeRelease(workspace.root, {
    steps: { a: `echo $$ > "$MARKS/a"; sleep 0.5; test "$TOKEN" = t` },
    definition: sequence("a"),
    changes: taskOf({
      environment: { MARKS: marks },
      secrets: { TOKEN: { source: "ssm", name: "token" } },
    }),
  });
  await deploy(platform, release);
  const run = value(await platform.start(release.release.project, input(), { mode: "follow" }));
  await until(() => mark("a") || undefined);
  await platform.close();
  const snapshots = join(workspace.root, ".esteira/snapshots");
  spawnSync("chmod", ["-R", "u+w", snapshots]);
  rmSync(snapshots, { recursive: true });
  platform = await openPlatform(workspace.root);
  value(await platform.resume(run, { mode: "follow", actor: "ana" }));
  expect(value(await platform.driver.settled(run)).status).toBe("SUCCEEDED");
});

test("who has lost a run writes nothing more and lets its steps be", async () => {
  const release = await deployed({ a: `echo $$ >> "$MARKS/a"; sleep 1` });
  const run = value(await platform.start(release.release.project, input(), { mode: "follow" }));
  await until(() => mark("a") || undefined);
  // As if another process had found this one dead.
  inStore(workspace.root, (store) =>
    store.exec("UPDATE runs SET owner = NULL, owner_epoch = owner_epoch + 1"),
  );
  const before = value(await platform.events(run, { limit: 100 })).items;
  expect(value(await platform.driver.settled(run))).toMatchObject({
    status: "RUNNING",
    interrupted: true,
  });
  expect(value(await platform.events(run, { limit: 100 })).items).toEqual(before);

  const other = await openPlatform(workspace.root);
  value(await other.resume(run, { mode: "follow", actor: "bob" }));
  expect(value(await other.driver.settled(run)).status).toBe("SUCCEEDED");
  expect(lines(join(marks, "a"))).toHaveLength(1); // the step ran once
  await other.close();
});

test("two processes keep to one limit of attempts", async () => {
  await platform.close();
  platform = await openPlatform(workspace.root, { maxParallel: 1 });
  const code = `echo in >> "$MARKS/log"; sleep 0.2; echo out >> "$MARKS/log"`;
  const release = await deployed({ a: code, b: code });
  const other = await openPlatform(workspace.root, { maxParallel: 1 });
  const start = async (on: LocalPlatform) => {
    const run = value(await on.start(release.release.project, input(), { mode: "follow" }));
    return value(await on.driver.settled(run)).status;
  };
  const ends = await Promise.all([start(platform), start(other), start(platform), start(other)]);
  expect(ends).toEqual(["SUCCEEDED", "SUCCEEDED", "SUCCEEDED", "SUCCEEDED"]);
  const log = lines(join(marks, "log"));
  expect(log).toEqual(Array.from({ length: 8 }, () => ["in", "out"]).flat());
  await other.close();
});

test("a turn that a dead process was waiting for is given to the next", async () => {
  await platform.close();
  platform = await openPlatform(workspace.root, { maxParallel: 1 });
  const release = await deployed({
    a: `echo $$ >> "$MARKS/pids"; while [ ! -e "$MARKS/go" ]; do sleep 0.05; done`,
  });
  const first = value(await platform.start(release.release.project, input(), { mode: "follow" }));
  await until(() => mark("pids") || undefined);
  const start = async () =>
    value(await platform.start(release.release.project, input(), { mode: "follow" }));
  const second = await start();
  await until(() => attemptStates(workspace.root).join() === "running,waiting" || undefined);
  const waiting = startDriver(workspace.root, release); // without its own limit, but not before the first in the queue
  await until(
    () => attemptStates(workspace.root).join() === "running,waiting,waiting" || undefined,
  );
  await waiting.kill();
  const third = await start();
  writeFileSync(join(marks, "go"), "");
  for (const run of [first, second, third]) {
    expect(value(await platform.driver.settled(run)).status).toBe("SUCCEEDED");
  }
});

test("a run that waits for the machine is stopped without having begun", async () => {
  await platform.close();
  platform = await openPlatform(workspace.root, { maxParallel: 1 });
  const release = await deployed({ a: `echo $$ >> "$MARKS/pids"; exec sleep 3600` });
  const { project } = release.release;
  const first = value(await platform.start(project, input(), { mode: "follow" }));
  await until(() => mark("pids") || undefined);
  const second = value(await platform.start(project, input(), { mode: "follow" }));
  await until(() => attemptStates(workspace.root).includes("waiting") || undefined);
  value(await platform.stop(second, "ana"));
  expect(value(await platform.run(second)).status).toBe("ABORTED");
  const types = value(await platform.events(second, { limit: 100 })).items.map(({ type }) => type);
  expect(types).not.toContain("TaskStarted");
  value(await platform.stop(first, "ana"));
  expect(lines(join(marks, "pids"))).toHaveLength(1);
});
