import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { mapConcurrently } from "../../src/core/concurrency.ts";
import type { HistoryEvent } from "../../src/core/history.ts";
import { type RunId, runId } from "../../src/core/ids.ts";
import type { FingerprintedRelease } from "../../src/release/release.ts";
import { bundledScript } from "../rig/bundled-script.ts";
import { crashRelease, wholeLedger } from "./crash-project.ts";
import type { DriverOrder } from "./driver.ts";
import {
  childEnvironment,
  deploy,
  lines,
  type LocalPlatform,
  makeWorkspace,
  openPlatform,
  value,
} from "./fixture.ts";

const workspace = makeWorkspace();
const { root } = workspace;
const ledger = join(root, "ledger");
let platform: LocalPlatform;
let release: FingerprintedRelease;
let undisturbedRun: RunId;
let undisturbed: readonly HistoryEvent[];

beforeAll(async () => {
  mkdirSync(ledger);
  platform = await openPlatform(root);
  release = await crashRelease(root, ledger);
  await deploy(platform, release);
  // In a separate process, which comes to its end and so leaves its compiled sources to all those
  // that won't.
  await drive({ actor: "nobody" });
  undisturbedRun = await runOf("nobody");
  undisturbed = await historyOf(undisturbedRun);
});
afterAll(async () => {
  await platform.close();
  workspace[Symbol.dispose]();
});

async function historyOf(run: RunId): Promise<readonly HistoryEvent[]> {
  return value(await platform.events(run, { limit: 25_000 })).items;
}

/** Events without what differs from run to run: numbers, times, names of runs and tasks. */
function essence(history: readonly HistoryEvent[]): string[] {
  return history
    .map(({ type, details }) =>
      JSON.stringify([type, details])
        .replaceAll(/probe-\d{8}T\d{6}Z-\w{6}(-\d+)?/g, "RUN")
        .replaceAll(/\b17\d{11}\b/g, "TIME")
        .replaceAll(/("token":)"[0-9a-f-]{36}"/g, "$1TOKEN")
        .replaceAll(/(peak-memory-bytes\W+Value\W+)\d+/g, "$1BYTES")
        .replaceAll(/"actor":"[^"]*"/g, ""),
    )
    .toSorted();
}

type Order = Omit<DriverOrder, "root" | "project">;

/** Drives a run in a separate process; gives the signal that this died of, if any. */
async function drive(order: Order): Promise<string | null> {
  const driver = bundledScript(new URL("driver.ts", import.meta.url));
  const full: DriverOrder = { root, project: release.release.project, ...order };
  const child = spawn(process.execPath, [...driver, JSON.stringify(full)], {
    env: childEnvironment,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [, signal] = (await once(child, "exit")) as [number | null, string | null];
  return signal;
}

async function runOf(starter: string): Promise<RunId> {
  const runs = value(await platform.runs({}, { limit: 1000 })).items;
  const run = runs.find(({ actor }) => actor === starter);
  if (run === undefined) throw new Error(`${starter} started no run`);
  return runId(run.run);
}

/** Starts a run in a separate process, which is dead when this resolves. */
async function startAndDie(order: Order): Promise<RunId> {
  if ((await drive(order)) !== "SIGKILL") throw new Error(`${order.actor} was to die and did not`);
  return runOf(order.actor);
}

/** Runs at a time: they mostly wait. */
const atOnce = 12;

/** What is to be seen of a run that a driver's death came into. */
interface Survival {
  readonly case: string;
  /** The run that continued; the same one, if it was not at its end. */
  readonly sameRun: boolean;
  readonly interruptedBefore: boolean;
  readonly status: string;
  readonly interrupted: boolean;
  /** Nothing that was in the history was rewritten, and its numbers have no gap. */
  readonly grown: boolean;
  readonly ledger: readonly string[];
  readonly history: readonly string[];
}

const good = (name: string): Survival => ({
  case: name,
  sameRun: true,
  interruptedBefore: true,
  status: "SUCCEEDED",
  interrupted: false,
  grown: true,
  ledger: wholeLedger,
  history: essence(undisturbed),
});

async function survival(order: Order): Promise<Survival> {
  const run = await startAndDie(order);
  const before = await historyOf(run);
  const dead = value(await platform.run(run));
  const over = dead.status !== "RUNNING";
  const resumed = over ? run : value(await platform.resume(run, { mode: "follow", actor: "bob" }));
  const { status, interrupted } = value(await platform.driver.settled(run));
  const history = await historyOf(run);
  return {
    case: order.actor,
    sameRun: resumed === run,
    interruptedBefore: over || dead.interrupted,
    status,
    interrupted,
    grown:
      JSON.stringify(history.slice(0, before.length)) === JSON.stringify(before) &&
      history.every(({ id, previousEventId }, at) => id === at + 1 && previousEventId < id),
    ledger: lines(join(ledger, run)).toSorted(),
    history: essence(history),
  };
}

/**
 * Processes that have the workspace's folder in their command line: attempts and their supervisors.
 */
function processesLeft(): string[] {
  const all = execFileSync("ps", ["-A", "-o", "args="], { encoding: "utf8" }).split("\n");
  return all.filter((command) => command.includes(join(root, ".esteira")));
}

test("undisturbed, each step runs once", () => {
  expect(undisturbed.at(-1)?.type).toBe("ExecutionSucceeded");
  expect(lines(join(ledger, undisturbedRun)).toSorted()).toEqual(wholeLedger);
});

test(
  "killed after any single event, a run continues as if nothing had been",
  { timeout: 300_000 },
  async () => {
    const events = undisturbed.map(({ id }) => id);
    const survived = await mapConcurrently(events, atOnce, (event) =>
      survival({ actor: `event ${event}`, event }),
    );
    for (const [index, event] of events.entries()) {
      expect(survived[index]).toEqual(good(`event ${event}`));
    }
    expect(processesLeft()).toEqual([]);
  },
);

test("killed around any effect, too", { timeout: 300_000 }, async () => {
  const attempts = undisturbed.filter(
    ({ type, details }) => type === "TaskScheduled" && details["resourceType"] === "ecs",
  ).length;
  const effects = ["start", "started", "finished"].flatMap((kind) =>
    Array.from({ length: attempts }, (_, index) => ({ kind, count: index + 1 })),
  );
  const name = ({ kind, count }: (typeof effects)[number]): string => `${kind} ${count}`;
  const survived = await mapConcurrently(effects, atOnce, (effect) =>
    survival({ actor: name(effect), effect }),
  );
  expect(survived).toEqual(effects.map((effect) => good(name(effect))));
  expect(processesLeft()).toEqual([]);
});
