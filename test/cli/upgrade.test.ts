import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

import { esteira, temporaryFolder } from "./cli.ts";
import { write } from "./workspace.ts";

const fixture = fileURLToPath(new URL("../fixtures/upgrade/", import.meta.url));
const succeeded = "nightly-20261129T200013Z-3rbo6w";
const failed = "broken-20261129T200024Z-fjsog5";

/** The workspace as the older version left it. */
async function earlierWorkspace() {
  const folder = await temporaryFolder();
  const root = folder.path;
  await cp(join(fixture, "esteira.yaml"), join(root, "esteira.yaml"));
  await cp(join(fixture, "src"), join(root, "src"), { recursive: true });
  await cp(join(fixture, "local"), join(root, ".esteira"), { recursive: true });
  const dump = await readFile(join(fixture, "local/esteira.sql"), "utf8");
  const database = new DatabaseSync(join(root, ".esteira/esteira.db"), {
    enableForeignKeyConstraints: false,
  });
  database.exec(dump.replaceAll("/workspace", root));
  database.close();
  return folder;
}

test("a database that an older version wrote shows its runs, schedules and logs, and a failed run resumes", async () => {
  await using folder = await earlierWorkspace();
  const run = (...inputs: string[]) => esteira(folder.path, inputs, { HOME: folder.path });
  const json = async (...inputs: string[]) =>
    JSON.parse((await run(...inputs, "--json")).out) as Record<string, unknown>;

  expect(await json("runs")).toMatchObject({
    runs: [
      { run: failed, project: "broken", status: "FAILED", version: "1.0.0" },
      { run: succeeded, project: "nightly", status: "SUCCEEDED", version: "1.0.0" },
    ],
  });
  expect(await json("status", failed)).toMatchObject({
    steps: [
      { id: "extract", status: "succeeded" },
      { id: "score", status: "failed" },
    ],
  });
  expect((await run("logs", succeeded)).out).toContain("scored");
  const schedules = await json("schedule", "list");
  expect(schedules).toMatchObject({
    schedules: [
      { project: "broken", state: "enabled" },
      { project: "nightly", state: "enabled" },
      { project: "paused", state: "disabled", hold: { actor: "ana", reason: "moved to June" } },
    ],
  });

  const config = await readFile(join(folder.path, "src/projects/broken/config.yaml"), "utf8");
  await write(folder.path, "src/projects/broken/config.yaml", config.replace("exit 3", "exit 0"));
  const deployed = await run("deploy");
  expect([deployed.code, deployed.err]).toEqual([0, ""]);
  expect(await json("schedule", "list")).toMatchObject({
    schedules: [{}, {}, { project: "paused", state: "disabled" }],
  });
  const resumed = await run("resume", failed);
  expect(resumed.code).toBe(0);
  expect(await json("runs", "broken")).toMatchObject({
    runs: [{ status: "SUCCEEDED", origin: failed }, { run: failed }],
  });
});
