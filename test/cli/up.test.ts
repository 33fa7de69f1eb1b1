import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect, test } from "vitest";

import { esteira, start } from "./cli.ts";
import { expectDocuments } from "./documents.ts";
import { shellWorkspace } from "./workspace.ts";

interface Reported {
  readonly type: string;
  readonly kind: string;
  readonly run?: string;
}

/** Starts `esteira up --json`; `until` reads its lines up to an event. */
function startUp(folder: string) {
  const child = start(folder, ["up", "--json"], { HOME: folder });
  const lines = child[Symbol.asyncIterator]();
  return {
    child,
    async until(kind: string): Promise<Reported> {
      for (;;) {
        const line = await lines.next();
        if (line.done === true) throw new Error(`up ended before ${kind}: ${(await child).stderr}`);
        expectDocuments(["up"], line.value);
        const event = JSON.parse(line.value) as Reported;
        if (event.kind === kind) return event;
      }
    },
  };
}

/** As if a process that is gone had seen to the fires until a day ago: one of them was missed. */
function setBack(folder: string): void {
  const database = new DatabaseSync(join(folder, ".esteira/esteira.db"), { timeout: 10_000 });
  database.prepare("UPDATE fired SET until = until - 86400000").run();
  database.close();
}

test("a missed fire begins at once; killed outright, the next one takes the run up; SIGTERM ends it in order", async () => {
  const wait = "while [ ! -e $HOME/gate ]; do sleep 0.05; done";
  await using folder = await shellWorkspace({ demo: `- { id: only, command: "${wait}" }` });
  const { path } = folder;
  const yaml = join(path, "esteira.yaml");
  const text = await readFile(yaml, "utf8");
  await writeFile(yaml, text.replace("executor: process", "executor: process\n    missed: once"));
  await esteira(path, ["deploy"], { HOME: path });

  const first = startUp(path);
  expect(await first.until("started")).toMatchObject({
    schema: 1,
    type: "event",
    environment: "local",
    schedules: 1,
    enabled: 1,
  });
  first.child.kill("SIGTERM");
  await first.until("stopped");
  expect((await first.child).exitCode).toBe(0);

  setBack(path);
  const second = startUp(path);
  const { run } = await second.until("fired");
  second.child.kill("SIGKILL");
  await second.child;

  const third = startUp(path);
  expect(await third.until("taken-up")).toMatchObject({ run });
  const refused = await esteira(path, ["up"], { HOME: path });
  expect(refused).toMatchObject({ code: 5, out: "" });
  expect(refused.err).toMatch(
    /^error: the schedules of local are run by the process \d+, which began (?:just now|1 min ago)\n {7}One is enough\. End that one first if this one is to take over\.$/,
  );
  await writeFile(join(path, "gate"), "");
  expect(await third.until("ended")).toMatchObject({ run, status: "SUCCEEDED" });
  third.child.kill("SIGTERM");
  await third.until("stopped");
  expect((await third.child).exitCode).toBe(0);

  const listed = await esteira(path, ["runs", "--json"], { HOME: path });
  expect(JSON.parse(listed.out)).toMatchObject({
    runs: [{ run, status: "SUCCEEDED", trigger: "schedule" }],
  });
});
