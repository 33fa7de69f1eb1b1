import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, beforeEach, expect, test } from "vitest";

import { systemClock } from "../../src/core/clock.ts";
import { projectName, runId } from "../../src/core/ids.ts";
import { closeWindow, type Place, takeFiles } from "../../src/local/arrivals/take.ts";
import { openWatcher, type Watcher } from "../../src/local/arrivals/watcher.ts";
import { layoutOf } from "../../src/local/layout.ts";
import { waitingFires } from "../../src/local/store/fires.ts";
import { openStore } from "../../src/local/store/open.ts";
import { disableSchedule, putSchedule, removeSchedule } from "../../src/local/store/schedules.ts";
import type { Store } from "../../src/local/store/store.ts";
import type { UpNews } from "../../src/platform/roles/up-events.ts";
import type { ScheduleSpec } from "../../src/release/release.ts";
import { onExpression, type OnRule } from "../../src/schedule/on.ts";
import { localRelease } from "../contract/local-release.ts";
import { deploy } from "../contract/tools.ts";
import { bundledScript } from "../rig/bundled-script.ts";
import { childEnvironment, makeWorkspace, openPlatform, value, type Workspace } from "./fixture.ts";
import { spec, startUp } from "./scheduler.ts";

let workspace: Workspace;
let store: Store;
beforeEach(() => {
  workspace = makeWorkspace();
  store = value(openStore(layoutOf(workspace.root)));
  mkdirSync(join(workspace.root, "in"));
});
afterEach(() => {
  store.close();
  workspace[Symbol.dispose]();
});

const waiting = (on: OnRule, changes: Partial<ScheduleSpec> = {}): ScheduleSpec => {
  const { cron: _none, ...rest } = spec("", { on, expression: onExpression(on), ...changes });
  return rest;
};
const source = "in/*.csv";

const put = (row: ScheduleSpec, at = Date.now(), project = "scores"): void =>
  store.write(() => putSchedule(store, "local", project, row, at));

const placeOf = (project = "scores"): Place => ({
  store,
  layout: layoutOf(workspace.root),
  environment: "local",
  project,
});

const path = (name: string): string => join(workspace.root, "in", name);
const nameOf = (uri: string): string => decodeURI(uri.split("/").at(-1) ?? "");

/** Names of the files that each run was started for, in the order of the starts. */
function started(project = "scores"): string[][] {
  return waitingFires(store, "local", 0)
    .filter((fire) => fire.project === project)
    .map(({ start }) => {
      const on = start?.input.on;
      if (on === undefined) return [];
      const text = "list" in on ? readFileSync(new URL(on.list), "utf8") : JSON.stringify(on.uris);
      const uris = JSON.parse(text) as string[];
      expect(uris.length).toBe(on.count);
      return uris.map(nameOf);
    });
}

/** A watcher over the test's store that takes what has not changed for so long. */
function watcherWith(settleMs: number): { watcher: Watcher; news: UpNews[] } {
  const news: UpNews[] = [];
  const context = {
    store,
    layout: layoutOf(workspace.root),
    environment: "local",
    clock: systemClock,
  };
  const watcher = openWatcher(context, (one) => news.push(one), { everyMs: 0, settleMs });
  return { watcher, news };
}

test("a file is taken when it is complete, and what isn't meant never", async () => {
  writeFileSync(path("old.csv"), "old");
  await sleep(20);
  put(waiting({ source }));
  await sleep(20);
  const { watcher } = watcherWith(10_000);
  writeFileSync(path("a.csv"), "1");
  writeFileSync(path(".hidden.csv"), "1");
  writeFileSync(path("a.txt"), "1");
  mkdirSync(path("folder.csv"));
  await watcher.look(0);
  appendFileSync(path("a.csv"), "2");
  await watcher.look(9_000);
  await watcher.look(18_000);
  expect(started()).toEqual([]);
  await watcher.look(19_000);
  expect(started()).toEqual([["a.csv"]]);
  await watcher.look(50_000);
  expect(started()).toEqual([["a.csv"]]);

  // One that was there before is no other one because somebody touches it, as chmod does.
  utimesSync(path("a.csv"), 1, 1);
  renameSync(path("old.csv"), path("older.csv"));
  renameSync(path("older.csv"), path("old.csv"));
  await watcher.look(60_000);
  await watcher.look(70_000);
  expect(started()).toEqual([["a.csv"], ["a.csv"]]);

  // Moved into the folder, with the time of its content.
  writeFileSync(join(workspace.root, "b.csv"), "b");
  utimesSync(join(workspace.root, "b.csv"), 1_600_000_000, 1_600_000_000);
  renameSync(join(workspace.root, "b.csv"), path("b.csv"));
  await watcher.look(80_000);
  await watcher.look(90_000);
  expect(started()).toEqual([["a.csv"], ["a.csv"], ["b.csv"]]);
  await watcher.close();
});

test("what comes while the schedule is disabled starts nothing, then or later", async () => {
  put(waiting({ source }));
  await sleep(20);
  const { watcher } = watcherWith(0);
  writeFileSync(path("a.csv"), "1");
  await watcher.look(0);
  store.write(() => disableSchedule(store, "local", "scores", Date.now()));
  await sleep(20);
  writeFileSync(path("b.csv"), "1");
  await watcher.look(10_000);
  await sleep(20);
  put(waiting({ source }));
  await sleep(20);
  writeFileSync(path("c.csv"), "1");
  await watcher.look(20_000);
  expect(started()).toEqual([["a.csv"], ["c.csv"]]);
  // Another change of the schedule loses nothing that came before it was seen.
  writeFileSync(path("d.csv"), "1");
  await sleep(20);
  put(waiting({ source }, { timezone: "America/Sao_Paulo" }));
  await watcher.look(30_000);
  expect(started().at(-1)).toEqual(["d.csv"]);
  store.write(() => removeSchedule(store, "local", "scores"));
  writeFileSync(path("e.csv"), "1");
  await watcher.look(40_000);
  expect(waitingFires(store, "local", 0)).toEqual([]);
  await watcher.close();
});

test("a window that is open when the schedule is disabled starts nothing", async () => {
  put(waiting({ source, debounceSeconds: 60 }), 0);
  store.write(() => takeFiles(placeOf(), source, [{ path: path("a.csv"), version: "1" }], 1000));
  store.write(() => disableSchedule(store, "local", "scores", 2000));
  store.write(() => closeWindow(placeOf(), 100_000));
  put(waiting({ source, debounceSeconds: 60 }), 200_000);
  store.write(() => closeWindow(placeOf(), 300_000));
  expect(started()).toEqual([]);
});

test("a folder that isn't there is reported once, and when it is", async () => {
  put(waiting({ source: "later/*.csv" }), 0);
  const { watcher, news } = watcherWith(0);
  await watcher.look(0);
  await watcher.look(10_000);
  mkdirSync(join(workspace.root, "later"));
  writeFileSync(join(workspace.root, "later", "a.csv"), "1");
  await watcher.look(20_000);
  const duty = { kind: "duty", duty: "files" } as const;
  expect(news).toEqual([
    { ...duty, failed: true, text: "scores waits for later/*.csv: its folder isn't there" },
    { ...duty, failed: false, text: "scores waits for later/*.csv: its folder is there" },
  ]);
  expect(started()).toEqual([["a.csv"]]);
  await watcher.close();
});

test("killed again and again while files come, each file starts once", async () => {
  put(waiting({ source }));
  put(waiting({ source, debounceSeconds: 60 }), Date.now(), "windows");
  await sleep(20);
  const script = bundledScript(new URL("arrivals-watcher.ts", import.meta.url));
  const names: string[] = [];
  for (let life = 0; life < 5; life += 1) {
    const child = spawn(process.execPath, [...script, workspace.root], {
      env: childEnvironment,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    await once(child.stdout, "data");
    const lasts = performance.now() + 100 + life * 37;
    while (performance.now() < lasts) {
      names.push(`${names.length}.csv`);
      writeFileSync(path(names.at(-1) ?? ""), String(names.length));
      await sleep(3);
    }
    child.kill("SIGKILL");
    await exited;
  }
  const { watcher } = watcherWith(0);
  await watcher.look(0);
  await watcher.close();
  store.write(() => closeWindow(placeOf("windows"), Date.now() + 3_600_000));
  const sorted = (list: readonly string[]): string[] => list.toSorted();
  expect(sorted(started().flat())).toEqual(sorted(names));
  expect(started().every((one) => one.length === 1)).toBe(true);
  expect(started("windows").length).toBe(1);
  expect(sorted(started("windows").flat())).toEqual(sorted(names));
}, 60_000);

test("up starts a run for a file, whose step finds it; the run says what started it", async () => {
  store.close();
  const platform = await openPlatform(workspace.root);
  const release = await localRelease(workspace.root, {
    name: "scores",
    steps: { only: "shows-data" },
    schedule: {
      enabled: true,
      on: { source },
      timezone: "UTC",
      overlap: "skip",
      deadline: undefined,
    },
  });
  await deploy(platform, [release]);
  const project = projectName("scores");
  {
    await using up = await startUp(platform);
    await sleep(20);
    writeFileSync(path("a.csv"), "the content\n");
    const ended = Symbol("ended");
    const end = up.until("ended").then(() => ended);
    while ((await Promise.race([end, sleep(200)])) !== ended) await up.turn();
    expect(up.news().map((line) => line.replace(/ \d\d-.*/, ""))).toEqual([
      "started 1 of 1, 0 waiting",
      "fired scores",
      "ended scores SUCCEEDED",
    ]);
  }
  const [run] = value(await platform.runs({ project }, { limit: 5 })).items;
  expect(run).toMatchObject({ trigger: "on", actor: "on", status: "SUCCEEDED", skipped: false });
  expect(run?.scheduledTime).toBeGreaterThan(Date.now() - 60_000);
  const logs = value(await platform.logs(runId(run?.run ?? ""), {}, { limit: 100 }));
  expect(logs.items.map(({ text }) => text)).toContain(`started by ["file://${path("a.csv")}"]`);
  await platform.close();
  store = value(openStore(layoutOf(workspace.root)));
}, 60_000);
