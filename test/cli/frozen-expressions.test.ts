import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect, test } from "vitest";

import { esteira, start } from "./cli.ts";
import { shellWorkspace, write } from "./workspace.ts";

const many = `${"a".repeat(60)}!`;
const runsSlow = `$contains('${many}', /^(a+)+$/)`;

/** A project's own state machine that asks its question before its only step. */
async function freezing(root: string, condition: string): Promise<void> {
  const definition = {
    QueryLanguage: "JSONata",
    StartAt: "Ask",
    States: {
      Ask: {
        Type: "Choice",
        Choices: [{ Condition: `{% ${condition} %}`, Next: "Only" }],
        Default: "Only",
      },
      Only: { Type: "Task", Resource: "${step:only}", End: true },
    },
  };
  const folder = "src/projects/freezing";
  await write(root, `${folder}/own.asl.json`, JSON.stringify(definition, undefined, 2));
  const path = join(root, folder, "config.yaml");
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace("    steps:", "    definition: own.asl.json\n    steps:"));
}

interface Reported {
  readonly kind: string;
  readonly run?: string;
  readonly project?: string;
  readonly status?: string;
}

function startUp(folder: string) {
  const child = start(folder, ["up", "--json"], { HOME: folder });
  const lines = child[Symbol.asyncIterator]();
  return {
    child,
    async until(wanted: (event: Reported) => boolean): Promise<Reported> {
      for (;;) {
        const line = await lines.next();
        if (line.done === true) throw new Error(`up ended: ${(await child).stderr}`);
        const event = JSON.parse(line.value) as Reported;
        if (wanted(event)) return event;
      }
    },
  };
}

/** As if the fires until a day ago had been seen to: one of each project was missed. */
function setBack(folder: string): void {
  const database = new DatabaseSync(join(folder, ".esteira/esteira.db"), { timeout: 10_000 });
  database.prepare("UPDATE fired SET until = until - 86400000").run();
  database.close();
}

async function workspaceWith(condition: string) {
  const folder = await shellWorkspace({
    freezing: `- { id: only, command: "true" }`,
    going: `- { id: only, command: "true" }`,
  });
  const yaml = join(folder.path, "esteira.yaml");
  const text = await readFile(yaml, "utf8");
  await writeFile(yaml, text.replace("executor: process", "executor: process\n    missed: once"));
  await freezing(folder.path, condition);
  const deployed = await esteira(folder.path, ["deploy"], { HOME: folder.path });
  if (deployed.code !== 0) throw new Error(deployed.err);
  return folder;
}

async function started(path: string) {
  const first = startUp(path);
  await first.until(({ kind }) => kind === "started");
  first.child.kill("SIGTERM");
  await first.child;
  setBack(path);
  return startUp(path);
}

test("an expression that never ends ends its own run, and no other project waits for it", async () => {
  await using folder = await workspaceWith(runsSlow);
  const { path } = folder;
  const up = await started(path);
  const ends = [await up.until(({ kind }) => kind === "ended")];
  ends.push(await up.until(({ kind }) => kind === "ended"));
  const statuses = ends.map(({ run = "", status = "" }) => `${run.replace(/-.*/, "")} ${status}`);
  expect(statuses.toSorted()).toEqual(["freezing FAILED", "going SUCCEEDED"]);
  up.child.kill("SIGTERM");
  expect((await up.child).exitCode).toBe(0);

  const run = ends.find(({ status }) => status === "FAILED")?.run ?? "";
  const status = await esteira(path, ["status", run, "--json"]);
  expect(status.out).toContain("Expression evaluation timeout: Check for infinite loop");
}, 120_000);

test("while an expression is evaluated, up answers to SIGTERM at once", async () => {
  await using folder = await workspaceWith(runsSlow);
  const up = await started(folder.path);
  await up.until(({ kind }) => kind === "fired");
  await up.until(({ kind }) => kind === "fired");
  up.child.kill("SIGTERM");
  await up.until(({ kind }) => kind === "stopping" || kind === "stopped");
  expect((await up.child).exitCode).toBe(0);
}, 120_000);

test("a run at which an earlier version froze can be stopped, and the next up doesn't freeze at it", async () => {
  await using folder = await workspaceWith(runsSlow);
  const { path } = folder;
  await esteira(path, ["run", "freezing"], { HOME: path });
  const run = cutAtChoice(path);
  expect((await statusesOf(path))[run]).toBe("RUNNING");
  const stopped = await esteira(path, ["stop", run]);
  expect(stopped.code).toBe(0);
  expect((await statusesOf(path))[run]).toBe("ABORTED");

  expect(cutAtChoice(path)).toBe(run);
  const up = startUp(path);
  expect(await up.until(({ kind }) => kind === "taken-up")).toMatchObject({ run });
  expect(await up.until(({ kind }) => kind === "ended")).toMatchObject({ run, status: "FAILED" });
  up.child.kill("SIGTERM");
  expect((await up.child).exitCode).toBe(0);
}, 120_000);

async function statusesOf(folder: string): Promise<Record<string, string>> {
  const { out } = await esteira(folder, ["runs", "--json"]);
  const { runs } = JSON.parse(out) as { runs: { run: string; status: string }[] };
  return Object.fromEntries(runs.map(({ run, status }) => [run, status]));
}

/** A history that ends where the process froze: the state was entered, nothing followed. */
function cutAtChoice(folder: string): string {
  const database = new DatabaseSync(join(folder, ".esteira/esteira.db"), { timeout: 10_000 });
  const row = database.prepare("SELECT id, run FROM runs").get() as { id: number; run: string };
  database
    .prepare(
      `DELETE FROM events WHERE run = ? AND sequence >
         (SELECT sequence FROM events WHERE event LIKE '%ChoiceStateEntered%')`,
    )
    .run(row.id);
  database
    .prepare(
      `UPDATE runs SET status = 'RUNNING', owner = NULL, ended_at = NULL, heartbeat = 0,
         stop_requested_by = NULL WHERE id = ?`,
    )
    .run(row.id);
  database.close();
  return row.run;
}
