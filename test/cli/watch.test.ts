import { DatabaseSync } from "node:sqlite";

import { expect, test } from "vitest";

import { esteira, start } from "./cli.ts";
import { projectYaml, shellWorkspace, write } from "./workspace.ts";

const hour = 3_600_000;
const day = 24 * hour;

/** A fire four hours ago, on the hour, and as the author would write it. */
const fire = Math.floor(Date.now() / hour) * hour - 4 * hour;
const fireHour = new Date(fire).getUTCHours();
const dayText = new Date(fire).toISOString().slice(0, 10);
const fireText = `${dayText} ${String(fireHour).padStart(2, "0")}:00 UTC`;

async function deployed(steps: string, schedule = "") {
  const folder = await shellWorkspace({});
  const yaml = projectYaml("demo", steps).replace(
    'cron: "0 3 * * *"',
    `cron: "0 ${fireHour} * * *"${schedule}`,
  );
  await write(folder.path, "src/projects/demo/config.yaml", yaml);
  await write(folder.path, "src/projects/demo/Dockerfile", "FROM python:3.11-slim\n");
  await esteira(folder.path, ["deploy", "demo"]);
  return folder;
}

/** Changes what lies in the store, as time would have. */
function inStore(root: string, sql: string): void {
  const database = new DatabaseSync(`${root}/.esteira/esteira.db`, { timeout: 10_000 });
  database.exec("PRAGMA busy_timeout = 5000");
  database.exec(sql);
  database.close();
}

const look = (root: string) => esteira(root, ["watch", "--once"]);

test("a fire that nothing came of is reported until something has come of it", async () => {
  await using folder = await deployed(`- { id: only, command: "true" }`);
  // Nothing is due from before the deploy.
  const first = await look(folder.path);
  expect([first.code, first.out]).toEqual([
    0,
    "✓ local: all is as it should be (0 fires of the last 24 hours, 0 runs in progress).",
  ]);

  inStore(folder.path, `UPDATE schedules SET changed_at = changed_at - ${day}`);
  const missed = await look(folder.path);
  const range = `--from ${dayText} --to ${dayText}`;
  expect([missed.code, missed.out]).toEqual([
    1,
    `✗ demo should have started at ${fireText} and did not
  \`esteira doctor demo\` looks for the reason; \`esteira backfill demo ${range}\` makes up for it.

✗ local: 1 thing not as it should be (1 fire of the last 24 hours, 0 runs in progress).`,
  ]);
  const { out } = await esteira(folder.path, ["watch", "--once", "--json"]);
  expect(JSON.parse(out)).toMatchObject({
    environment: "local",
    findings: [{ code: "watch/missed", project: "demo", since: fire, key: "missed/demo/after-0" }],
  });

  await esteira(folder.path, `backfill demo ${range} --yes`.split(" "));
  expect((await look(folder.path)).code).toBe(0);

  await esteira(folder.path, ["schedule", "disable", "demo"]);
  inStore(folder.path, `UPDATE schedules SET changed_at = changed_at - ${day}`);
  inStore(folder.path, "UPDATE runs SET scheduled_time = NULL");
  expect((await look(folder.path)).code).toBe(0);
});

test("a run that isn't done by its deadline, and one that nobody drives any more", async () => {
  const deadline = String((fireHour + 2) % 24).padStart(2, "0");
  await using folder = await deployed(
    `- { id: only, command: "exit 3" }`,
    `, deadline: "${deadline}:00"`,
  );
  inStore(folder.path, `UPDATE schedules SET changed_at = changed_at - ${day}`);
  const at = `${dayText}T${String(fireHour).padStart(2, "0")}:00`;
  await esteira(folder.path, `backfill demo --from ${at} --to ${at} --yes`.split(" "));
  const late = await look(folder.path);
  const done = new Date(fire + 2 * hour).toISOString().slice(0, 16).replace("T", " ");
  const run = /demo-\d+T\d+Z-b00001/.exec(late.out)?.[0];
  expect(late.out.split("\n").slice(0, 2)).toEqual([
    `✗ demo of ${fireText} was to be done by ${done} UTC and is not: it failed`,
    `  \`esteira status ${run}\` says why, \`esteira resume ${run}\` continues it.`,
  ]);

  inStore(
    folder.path,
    `UPDATE runs SET status = 'RUNNING', owner = NULL, started_at = started_at - ${hour}, heartbeat = 0`,
  );
  inStore(folder.path, "DELETE FROM events WHERE event LIKE '%ExecutionFailed%'");
  const left = await look(folder.path);
  expect(left.out.split("\n").filter((line) => line.startsWith("✗"))).toEqual([
    `✗ demo of ${fireText} was to be done by ${done} UTC and is not: it is still running`,
    `✗ run ${run} does not continue: the process that drove it is gone or hangs`,
    "✗ local: 2 things not as it should be (1 fire of the last 24 hours, 1 run in progress).",
  ]);
});

test("without --once it continues until it is asked to end", async () => {
  await using folder = await deployed(`- { id: only, command: "true" }`);
  inStore(folder.path, `UPDATE schedules SET changed_at = changed_at - ${day}`);
  const watching = start(folder.path, ["watch", "--json"]);
  const line = await new Promise<string>((resolve) => {
    watching.stdout?.once("data", (text: Buffer) => resolve(String(text)));
  });
  expect(JSON.parse(line)).toMatchObject({ type: "finding", code: "watch/missed" });
  watching.kill("SIGTERM");
  expect((await watching).exitCode).toBe(0);
});
