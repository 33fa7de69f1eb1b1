import { readdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";

import { expect, test } from "vitest";

import { upDuties } from "../../src/app/schedules/up-duties.ts";
import { esteira, start } from "./cli.ts";
import { shellWorkspace, steady, write } from "./workspace.ts";

const days = 86_400;
const model = "_outputs/train/0/work/model";

/** A run as the last one, that ended so many days ago. */
async function addRun(root: string, origin: string, age: number): Promise<void> {
  using database = new DatabaseSync(join(root, ".esteira/esteira.db"), { timeout: 10_000 });
  const [newest] = database.prepare("SELECT * FROM runs ORDER BY id").all();
  const columns = Object.keys(newest ?? {}).filter((name) => name !== "id");
  await write(join(root, ".esteira/artifacts/recsys"), `${origin}/${model}`, "1");
  const ended = Date.now() - age * days * 1000;
  const row = { ...newest, run: origin, origin, started_at: ended, ended_at: ended };
  database
    .prepare(`INSERT INTO runs (${columns.join()}) VALUES (${columns.map(() => "?").join()})`)
    .run(...columns.map((name) => row[name as keyof typeof row] as SQLInputValue));
}

test("old artifacts go by gc, but for the last good run's; plan says how many", async () => {
  await using made = await shellWorkspace({
    recsys: `- { id: train, command: "echo 1 > model", outputs: ["model"], cache: true }`,
  });
  const yaml = "workspace: test\nenvironments:\n  local: { platform: local, executor: process";
  await write(made.path, "esteira.yaml", `${yaml} }\n`);
  expect(await esteira(made.path, ["gc"])).toEqual({
    code: 5,
    out: "",
    err: `error: there is nothing to collect in local: what deploys and runs keep on this machine stays
       \`keep_artifacts_days: 90\` under environments.local in esteira.yaml lets artifacts of older runs go.`,
  });
  await write(made.path, "esteira.yaml", `${yaml}, keep_artifacts_days: 90 }\n`);
  expect((await esteira(made.path, ["deploy", "recsys"])).code).toBe(0);
  expect((await esteira(made.path, ["run", "recsys"])).code).toBe(0);

  const artifacts = join(made.path, ".esteira/artifacts/recsys");
  await addRun(made.path, "recsys-old", 91);
  await addRun(made.path, "recsys-new", 89);
  // Of an environment that shares the place, or of nobody: it stays however old it is.
  await write(artifacts, `another-run/${model}`, "1");
  await utimes(join(artifacts, "another-run", model), 1, 1);
  const { out } = await esteira(made.path, ["plan", "recsys"]);
  expect(out.replaceAll("\n", " ")).toContain(
    "artifacts older than 90 days are removed by gc and up, but the last good run's and what a cache names: now those of 1 run",
  );
  expect(await esteira(made.path, ["gc", "--yes"])).toEqual({
    code: 0,
    out: "recsys\n  - artifacts  recsys-old\n\n1 thing removed from local.",
    err: "",
  });
  expect((await readdir(artifacts)).map(steady)).toEqual([
    "_cache",
    "another-run",
    "recsys-<id>",
    "recsys-new",
  ]);
  expect((await esteira(made.path, ["gc"])).out).toBe("✓ Nothing in local can go.");
}, 60_000);

test("up removes them when it starts and every hour, and says so", async () => {
  await using made = await shellWorkspace({
    recsys: `- { id: train, command: "echo 1 > model", outputs: ["model"] }`,
  });
  const yaml = "workspace: test\nenvironments:\n  local: { platform: local, executor: process";
  await write(made.path, "esteira.yaml", `${yaml}, keep_artifacts_days: 90 }\n`);
  expect((await esteira(made.path, ["deploy", "recsys"])).code).toBe(0);
  expect((await esteira(made.path, ["run", "recsys"])).code).toBe(0);
  await addRun(made.path, "recsys-old", 91);
  await addRun(made.path, "recsys-new", 89);
  const child = start(made.path, ["up", "--json"], { HOME: made.path });
  // Read one by one: a loop that is left would wait for the program's end.
  const lines = child[Symbol.asyncIterator]();
  const said = async (): Promise<object> => {
    for (;;) {
      const line = await lines.next();
      if (line.done === true) throw new Error(`up ended: ${(await child).stderr}`);
      const event = JSON.parse(line.value) as { readonly duty?: string };
      if (event.duty === "artifacts") return event;
    }
  };
  expect(await said()).toMatchObject({
    kind: "duty",
    text: "artifacts of 1 run are older than 90 days: removed",
    failed: false,
  });
  child.kill("SIGTERM");
  expect((await child).exitCode).toBe(0);
  const artifacts = join(made.path, ".esteira/artifacts/recsys");
  expect((await readdir(artifacts)).map(steady)).toEqual(["recsys-<id>", "recsys-new"]);

  // The same duty each hour, and none where nothing is to go.
  const hourly = (keepArtifactsDays?: number) =>
    upDuties(
      {} as Parameters<typeof upDuties>[0],
      { platform: {}, settings: { keepArtifactsDays } } as unknown as Parameters<
        typeof upDuties
      >[1],
    ).map(({ name, everyMs }) => ({ name, everyMs }));
  expect(hourly(90)).toEqual([{ name: "artifacts", everyMs: 3_600_000 }]);
  expect(hourly()).toEqual([]);
}, 60_000);
