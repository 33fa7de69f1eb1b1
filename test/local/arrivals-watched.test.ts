import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect, test } from "vitest";

import { systemClock } from "../../src/core/clock.ts";
import { projectName, runId } from "../../src/core/ids.ts";
import { closeWindow, takeFiles } from "../../src/local/arrivals/take.ts";
import { openWatcher, type Watcher } from "../../src/local/arrivals/watcher.ts";
import { layoutOf } from "../../src/local/layout.ts";
import { waitingFires } from "../../src/local/store/fires.ts";
import { openStore } from "../../src/local/store/open.ts";
import { disableSchedule, removeSchedule } from "../../src/local/store/schedules.ts";
import type { Store } from "../../src/local/store/store.ts";
import type { UpNews } from "../../src/platform/roles/up-events.ts";
import { localRelease } from "../contract/local-release.ts";
import { deploy } from "../contract/tools.ts";
import { bundledScript } from "../rig/bundled-script.ts";
import { diskIsPast } from "./disk-clock.ts";
import { childEnvironment, openPlatform, value } from "./fixture.ts";
import { source, useArriving, waiting } from "./arriving.ts";
import { startUp } from "./scheduler.ts";

const here = useArriving();

/** A watcher over the test's store that takes what has not changed for so long. */
function watcherWith(
  settleMs: number,
  store: Store = here.store,
): { watcher: Watcher; news: UpNews[] } {
  const news: UpNews[] = [];
  const context = {
    store,
    layout: layoutOf(here.workspace.root),
    environment: "local",
    clock: systemClock,
  };
  const watcher = openWatcher(context, (one) => news.push(one), { everyMs: 0, settleMs });
  return { watcher, news };
}

test("a file is taken when it is complete, and what isn't meant never", async () => {
  writeFileSync(here.path("old.csv"), "old");
  await diskIsPast(here.workspace.root);
  here.put(waiting({ source }));
  await diskIsPast(here.workspace.root);
  const { watcher } = watcherWith(10_000);
  writeFileSync(here.path("a.csv"), "1");
  writeFileSync(here.path(".hidden.csv"), "1");
  writeFileSync(here.path("a.txt"), "1");
  mkdirSync(here.path("folder.csv"));
  await watcher.look(0);
  appendFileSync(here.path("a.csv"), "2");
  await watcher.look(9_000);
  await watcher.look(18_000);
  expect(here.started()).toEqual([]);
  await watcher.look(19_000);
  expect(here.started()).toEqual([["a.csv"]]);
  await watcher.look(50_000);
  expect(here.started()).toEqual([["a.csv"]]);

  // One that was there before is no other one because somebody touches it, as chmod does.
  utimesSync(here.path("a.csv"), 1, 1);
  renameSync(here.path("old.csv"), here.path("older.csv"));
  renameSync(here.path("older.csv"), here.path("old.csv"));
  await watcher.look(60_000);
  await watcher.look(70_000);
  expect(here.started()).toEqual([["a.csv"], ["a.csv"]]);

  // Moved into the folder, with the time of its content.
  writeFileSync(join(here.workspace.root, "b.csv"), "b");
  utimesSync(join(here.workspace.root, "b.csv"), 1_600_000_000, 1_600_000_000);
  renameSync(join(here.workspace.root, "b.csv"), here.path("b.csv"));
  await watcher.look(80_000);
  await watcher.look(90_000);
  expect(here.started()).toEqual([["a.csv"], ["a.csv"], ["b.csv"]]);
  await watcher.close();
});

test("what comes while the schedule is disabled starts nothing, then or later", async () => {
  here.put(waiting({ source }));
  await diskIsPast(here.workspace.root);
  const { watcher } = watcherWith(0);
  writeFileSync(here.path("a.csv"), "1");
  await watcher.look(0);
  here.store.write(() => disableSchedule(here.store, "local", "scores", Date.now()));
  await diskIsPast(here.workspace.root);
  writeFileSync(here.path("b.csv"), "1");
  await watcher.look(10_000);
  await diskIsPast(here.workspace.root);
  here.put(waiting({ source }));
  await diskIsPast(here.workspace.root);
  writeFileSync(here.path("c.csv"), "1");
  await watcher.look(20_000);
  expect(here.started()).toEqual([["a.csv"], ["c.csv"]]);
  // Another change of the schedule loses nothing that came before it was seen.
  writeFileSync(here.path("d.csv"), "1");
  await diskIsPast(here.workspace.root);
  here.put(waiting({ source }, { timezone: "America/Sao_Paulo" }));
  await watcher.look(30_000);
  expect(here.started().at(-1)).toEqual(["d.csv"]);
  here.store.write(() => removeSchedule(here.store, "local", "scores"));
  writeFileSync(here.path("e.csv"), "1");
  await watcher.look(40_000);
  expect(waitingFires(here.store, "local", 0)).toEqual([]);
  await watcher.close();
});

test("a window that is open when the schedule is disabled starts nothing", async () => {
  here.put(waiting({ source, debounceSeconds: 60 }), 0);
  here.store.write(() =>
    takeFiles(here.placeOf(), source, [{ path: here.path("a.csv"), version: "1" }], 1000),
  );
  here.store.write(() => disableSchedule(here.store, "local", "scores", 2000));
  here.store.write(() => closeWindow(here.placeOf(), 100_000));
  here.put(waiting({ source, debounceSeconds: 60 }), 200_000);
  here.store.write(() => closeWindow(here.placeOf(), 300_000));
  expect(here.started()).toEqual([]);
});

test("a folder that isn't there is reported once, and when it is", async () => {
  here.put(waiting({ source: "later/*.csv" }), 0);
  const { watcher, news } = watcherWith(0);
  await watcher.look(0);
  await watcher.look(10_000);
  mkdirSync(join(here.workspace.root, "later"));
  writeFileSync(join(here.workspace.root, "later", "a.csv"), "1");
  await watcher.look(20_000);
  const duty = { kind: "duty", duty: "files" } as const;
  expect(news).toEqual([
    { ...duty, failed: true, text: "scores waits for later/*.csv: its folder isn't there" },
    { ...duty, failed: false, text: "scores waits for later/*.csv: its folder is there" },
  ]);
  expect(here.started()).toEqual([["a.csv"]]);
  await watcher.close();
});

test("what can't be read is reported once, and keeps no other file from its run", async () => {
  here.put(waiting({ source }), 0);
  const { watcher, news } = watcherWith(0);
  symlinkSync("round.csv", here.path("round.csv"));
  symlinkSync("nowhere.csv", here.path("dangling.csv"));
  writeFileSync(here.path("a.csv"), "1");
  await watcher.look(0);
  await watcher.look(10_000);
  rmSync(here.path("round.csv"));
  writeFileSync(here.path("b.csv"), "1");
  await watcher.look(20_000);
  const duty = { kind: "duty", duty: "files" } as const;
  const cause = `ELOOP: too many symbolic links encountered, stat '${here.path("round.csv")}'`;
  expect(news).toEqual([
    { ...duty, failed: true, text: `scores waits for in/*.csv: ${cause}` },
    { ...duty, failed: false, text: "scores waits for in/*.csv: all of it can be read" },
  ]);
  expect(here.started()).toEqual([["a.csv"], ["b.csv"]]);
  await watcher.close();
});

test("a file whose name isn't UTF-8, as old archives leave it, is reported and not passed over", async () => {
  here.put(waiting({ source }), 0);
  const { watcher, news } = watcherWith(0);
  const name = Buffer.from("a\u00e7\u00e3o.csv", "latin1");
  writeFileSync(Buffer.concat([Buffer.from(`${here.path(".")}/`), name]), "1");
  await watcher.look(0);
  await watcher.look(10_000);
  expect(news.map((one) => "text" in one && one.text)).toEqual([
    `scores waits for in/*.csv: ${here.path("a\uFFFD\uFFFDo.csv")} has a name that isn't UTF-8: rename it`,
  ]);
  await watcher.close();
});

test.each([
  ["a file's run", undefined],
  ["a window's run", 60],
])("%s starts when the disk that was full has room again", async (_, debounceSeconds) => {
  let isFull = false;
  const store: Store = Object.assign(Object.create(here.store) as Store, {
    write: <T>(work: () => T): T =>
      here.store.write(() => {
        const done = work();
        if (isFull) throw new Error("database or disk is full");
        return done;
      }),
  });
  here.put(waiting({ source, ...(debounceSeconds && { debounceSeconds }) }), 0);
  const { watcher, news } = watcherWith(0, store);
  writeFileSync(here.path("a.csv"), "1");
  if (debounceSeconds !== undefined) {
    await watcher.look(0);
    here.store.write(() => here.store.run("UPDATE arrivals SET at = 1"));
    here.put(waiting({ source, debounceSeconds }, { timezone: "America/Sao_Paulo" }));
  }
  isFull = true;
  for (const steady of [10_000, 20_000, 30_000]) await watcher.look(steady);
  expect(here.started()).toEqual([]);
  isFull = false;
  await watcher.look(40_000);
  expect(here.started()).toEqual([["a.csv"]]);
  expect(news.map(({ kind, ...one }) => [kind, "failed" in one && one.failed])).toEqual([
    ["duty", true],
    ["duty", false],
  ]);
  await watcher.close();
});

test("killed again and again while files come, each file starts once", async () => {
  here.put(waiting({ source }));
  here.put(waiting({ source, debounceSeconds: 60 }), Date.now(), "windows");
  await diskIsPast(here.workspace.root);
  const script = bundledScript(new URL("arrivals-watcher.ts", import.meta.url));
  const names: string[] = [];
  for (let life = 0; life < 5; life += 1) {
    const child = spawn(process.execPath, [...script, here.workspace.root], {
      env: childEnvironment,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    await once(child.stdout, "data");
    const lasts = performance.now() + 100 + life * 37;
    while (performance.now() < lasts) {
      names.push(`${names.length}.csv`);
      writeFileSync(here.path(names.at(-1) ?? ""), String(names.length));
      await sleep(3);
    }
    child.kill("SIGKILL");
    await exited;
  }
  const { watcher } = watcherWith(0);
  await watcher.look(0);
  await watcher.close();
  here.store.write(() => closeWindow(here.placeOf("windows"), Date.now() + 3_600_000));
  const sorted = (list: readonly string[]): string[] => list.toSorted();
  expect(sorted(here.started().flat())).toEqual(sorted(names));
  expect(here.started().every((one) => one.length === 1)).toBe(true);
  expect(here.started("windows").length).toBe(1);
  expect(sorted(here.started("windows").flat())).toEqual(sorted(names));
}, 60_000);

test("up starts a run for a file, whose step finds it; the run says what started it", async () => {
  here.store.close();
  const platform = await openPlatform(here.workspace.root);
  const release = await localRelease(here.workspace.root, {
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
    await diskIsPast(here.workspace.root);
    writeFileSync(here.path("a.csv"), "the content\n");
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
  expect(logs.items.map(({ text }) => text)).toContain(
    `started by ["file://${here.path("a.csv")}"]`,
  );
  await platform.close();
  here.store = value(openStore(layoutOf(here.workspace.root)));
}, 60_000);
