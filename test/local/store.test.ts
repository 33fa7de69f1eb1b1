import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { HistoryEvent } from "../../src/core/history.ts";
import { fingerprint } from "../../src/core/ids.ts";
import { layoutOf } from "../../src/local/layout.ts";
import { deployedNow, recordDeploy } from "../../src/local/store/deployments.ts";
import { allEvents, appendEvents } from "../../src/local/store/events.ts";
import { openStore } from "../../src/local/store/open.ts";
import { ownerHere } from "../../src/local/store/owner.ts";
import { claimRun, releaseRun } from "../../src/local/store/ownership.ts";
import { migrations, schemaVersion } from "../../src/local/store/schema.ts";
import { findRun, insertRun, listRuns } from "../../src/local/store/runs.ts";
import { isDriven } from "../../src/local/store/run-row.ts";
import type { Store } from "../../src/local/store/store.ts";
import { makeRelease, makeWorkspace, sequence, value, type Workspace } from "./fixture.ts";

let workspace: Workspace;
let store: Store;

beforeEach(() => {
  workspace = makeWorkspace();
  store = value(openStore(layoutOf(workspace.root)));
});
afterEach(() => {
  store.close();
  workspace[Symbol.dispose]();
});

const databasePath = (): string => layoutOf(workspace.root).database;

async function recordRelease(): Promise<void> {
  const { release } = await makeRelease(workspace.root, {
    steps: { a: "true" },
    definition: sequence("a"),
  });
  store.write(() =>
    recordDeploy(store, {
      environment: "local",
      project: "probe",
      fingerprint: fingerprint("f"),
      release,
      decided: {},
      actor: "ana",
      at: 1,
    }),
  );
}

function addRun(run: string, startedAt = 1000): number {
  store.write(() =>
    insertRun(store, {
      run,
      environment: "local",
      project: "probe",
      trigger: "manual",
      actor: "ana",
      startedAt,
      scheduledTime: undefined,
      origin: run,
      deploy: 1,
      release: "f",
      version: "1.0.0",
      modelVersion: undefined,
      input: {},
    }),
  );
  return findRun(store, "local", run)?.id ?? 0;
}

const event = (id: number): HistoryEvent => ({
  id,
  previousEventId: id - 1,
  type: "PassStateEntered",
  timestamp: 1000 + id,
  details: { name: "é" },
});

test("its folder is ignored by Git, and the file is what it says", () => {
  expect(readFileSync(join(workspace.root, ".esteira/.gitignore"), "utf8")).toBe("*\n");
  expect(store.get("PRAGMA journal_mode")).toEqual({ journal_mode: "wal" });
  expect(store.get("PRAGMA synchronous")).toEqual({ synchronous: 2 });
  expect(store.get("PRAGMA user_version")).toEqual({ user_version: schemaVersion });
});

test("who lost a run appends nothing any more", async () => {
  await recordRelease();
  const id = addRun("r");
  const first = claimRun(store, id, ownerHere("first"), 1000);
  expect(first).toEqual({ kind: "claimed", epoch: 1 });
  const append = (epoch: number, number: number): boolean =>
    store.write(() => appendEvents(store, { id, epoch }, [event(number)], undefined));
  expect(append(1, 1)).toBe(true);
  expect(claimRun(store, id, ownerHere("second"), 2000)).toMatchObject({ kind: "driven" });
  releaseRun(store, id, 1);
  expect(claimRun(store, id, ownerHere("second"), 2000)).toEqual({ kind: "claimed", epoch: 2 });
  expect(append(1, 2)).toBe(false);
  expect(append(2, 2)).toBe(true);
  expect(allEvents(store, id)).toEqual([event(1), event(2)]);
});

test("an event's number appears once in a run, and a transaction leaves nothing by halves", async () => {
  await recordRelease();
  const id = addRun("r");
  claimRun(store, id, ownerHere("me"), 1000);
  const append = (...events: HistoryEvent[]): boolean =>
    store.write(() => appendEvents(store, { id, epoch: 1 }, events, undefined));
  append(event(1));
  expect(() => append(event(2), event(1))).toThrow(/UNIQUE constraint failed/);
  expect(allEvents(store, id)).toEqual([event(1)]);
});

test("a run whose owner is a process of before is driven by nobody", async () => {
  await recordRelease();
  const id = addRun("r");
  const me = JSON.parse(ownerHere("me")) as Record<string, unknown>;
  const dead = JSON.stringify({ ...me, pid: 1, started: "1" });
  claimRun(store, id, dead, 1000);
  const driven = (now: number): boolean => {
    const row = findRun(store, "local", "r");
    return row !== undefined && isDriven(row, now);
  };
  expect(driven(1001)).toBe(false);
  // In another container the process can't be seen: its heartbeat shows it.
  releaseRun(store, id, 1);
  claimRun(store, id, JSON.stringify({ ...me, space: "elsewhere/pid:[1]" }), 1000);
  expect(driven(30_999)).toBe(true);
  expect(driven(31_001)).toBe(false);
});

test("the newest of many runs are found by an index, whatever is asked for", async () => {
  await recordRelease();
  for (const filter of [
    {},
    { project: "probe" },
    { status: "FAILED" },
    { project: "probe", status: "FAILED" },
  ]) {
    const plans: string[] = [];
    const explaining = {
      ...store,
      all: (sql: string, ...values: (string | number)[]) => {
        plans.push(
          ...store.all(`EXPLAIN QUERY PLAN ${sql}`, ...values).map((row) => String(row["detail"])),
        );
        return [];
      },
    };
    listRuns(explaining, "local", filter as object, { startedAt: 5, id: 5 }, 50);
    expect(plans).toEqual([
      expect.stringMatching(/^SEARCH runs USING INDEX runs_\w+ \(.*started_at<\?\)$/),
      "CORRELATED SCALAR SUBQUERY 1",
      "SEARCH later USING INDEX runs_resuming (environment=? AND origin=? AND id>?)",
    ]);
  }
});

test("a database of a newer version is left alone", () => {
  store.write(() => store.run(`PRAGMA user_version = ${schemaVersion + 1}`));
  store.close();
  expect(openStore(layoutOf(workspace.root))).toEqual({
    ok: false,
    error: {
      reason: "refused",
      message: `.esteira/esteira.db was written by a newer Esteira (its schema is version ${schemaVersion + 1}, this program knows ${schemaVersion})`,
      help: "Use the newer version of Esteira in this workspace; nothing was changed.",
      resource: databasePath(),
    },
  });
});

test("garbage in the file's place is named and kept", () => {
  store.close();
  writeFileSync(databasePath(), "x".repeat(5000));
  expect(openStore(layoutOf(workspace.root))).toEqual({
    ok: false,
    error: {
      reason: "corrupt",
      message:
        ".esteira/esteira.db is damaged: file is not a database. None of its rows can be read. Nothing was overwritten.",
      help: "Put a copy of .esteira/esteira.db back from a backup, or move it and the files .esteira/esteira.db-* aside and deploy again: the history of runs then starts anew.",
      resource: databasePath(),
    },
  });
  expect(readFileSync(databasePath(), "utf8")).toBe("x".repeat(5000));
});

test("a file that was cut off is named with what can still be read", async () => {
  await recordRelease();
  const id = addRun("r");
  claimRun(store, id, ownerHere("me"), 1000);
  store.write(() => {
    const many = Array.from({ length: 500 }, (_, index) => event(index + 1));
    appendEvents(store, { id, epoch: 1 }, many, undefined);
  });
  mkdirSync(join(workspace.root, ".esteira/artifacts"));
  store.close();
  // The last pages hold events; those before them more than these.
  const whole = statSync(databasePath()).size;
  const left = whole - 4096 * 8;
  truncateSync(databasePath(), left);
  const copy = join(workspace.root, "copy");
  copyFileSync(databasePath(), copy);
  const opened = openStore(layoutOf(workspace.root));
  expect(opened).toMatchObject({ ok: false, error: { reason: "corrupt" } });
  const message = opened.ok ? "" : opened.error.message;
  expect(message.replace(`${left} bytes of ${whole}.`, "LEFT bytes of WHOLE.")).toMatch(
    /^\.esteira\/esteira\.db is damaged: the file has LEFT bytes of WHOLE\. Still readable in it: 1 deployment, 1 run, \d{2,3} events\. Nothing was overwritten\. \.esteira\/artifacts are not affected\.$/,
  );
  expect(readFileSync(databasePath()).equals(readFileSync(copy))).toBe(true);
});

test("an emptied file isn't mistaken for a new workspace", () => {
  store.close();
  mkdirSync(join(workspace.root, ".esteira/runs/some-run"), { recursive: true });
  truncateSync(databasePath(), 0);
  const opened = openStore(layoutOf(workspace.root));
  expect(opened).toMatchObject({ ok: false, error: { reason: "corrupt" } });
  expect(readFileSync(databasePath())).toHaveLength(0);
});

test("pages damaged in the middle are reported when they are met", async () => {
  await recordRelease();
  const page = Number(
    store.get("SELECT rootpage FROM sqlite_schema WHERE name = 'deploys'")?.["rootpage"],
  );
  store.close();
  const bytes = readFileSync(databasePath());
  bytes.fill(0xff, 4096 * (page - 1), 4096 * page);
  writeFileSync(databasePath(), bytes);
  store = value(openStore(layoutOf(workspace.root)));
  expect(() => store.all("SELECT * FROM deploys")).toThrow(/malformed/);
});

test("deploys of before what their author wrote was kept are read as they are", async () => {
  const { release } = await makeRelease(workspace.root, {
    steps: { a: "true" },
    definition: sequence("a"),
  });
  store.close();
  rmSync(databasePath());
  const old = new DatabaseSync(databasePath());
  for (const migration of migrations.slice(0, 4)) old.exec(migration);
  old.exec("PRAGMA user_version = 4");
  old.prepare("INSERT INTO releases VALUES ('f', ?)").run(JSON.stringify(release));
  old.exec(`INSERT INTO deploys VALUES (1, 'local', 'probe', 'f', '{}', 'ana', 1);
    INSERT INTO deployments VALUES ('local', 'probe', 1)`);
  old.close();
  store = value(openStore(layoutOf(workspace.root)));
  expect(deployedNow(store, "local", release.project)).toEqual({
    id: 1,
    fingerprint: "f",
    release: JSON.parse(JSON.stringify(release)) as typeof release,
    decided: {},
    actor: "ana",
    deployedAt: 1,
  });
});

test("a migration runs once, also when two processes open the file at once", () => {
  const again = value(openStore(layoutOf(workspace.root)));
  expect(again.get("PRAGMA user_version")).toEqual({ user_version: schemaVersion });
  again.close();
  const plain = new DatabaseSync(databasePath());
  expect(plain.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  plain.close();
});
