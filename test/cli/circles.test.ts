import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { esteira } from "./cli.ts";
import { shellWorkspace } from "./workspace.ts";

const steps = '- { id: make, command: "true" }';

test("projects that start each other are refused, no matter which of them is named", async () => {
  await using made = await shellWorkspace({ orders: steps, prices: steps, scores: steps });
  const change = async (name: string, schedule: string, more = ""): Promise<void> => {
    const file = join(made.path, "src/projects", name, "config.yaml");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace('cron: "0 3 * * *"', schedule) + more);
  };
  await change(
    "orders",
    'on: { files: "data/scores/*.csv" }',
    'environments: { dev: { schedule: { cron: "0 3 * * *" } } }\n',
  );
  await change(
    "scores",
    "after: [orders]",
    "environments: { local: { publishes: [{ uri: 'file:data/scores/', fresh_within: 26h }] } }\n",
  );

  expect((await esteira(made.path, ["validate", "prices"])).code).toBe(0);
  const { code, out } = await esteira(made.path, ["validate", "scores"]);
  expect(code).toBe(3);
  expect(out).toMatchInlineSnapshot(`
    "src/projects/orders/config.yaml:5:41  error  config/project-cycle
      projects wait for each other: orders waits for data of scores in file:data/scores/, scores waits for orders (in local)

      5 | schedule: { enabled: true, on: { files: "data/scores/*.csv" }, timeout_seconds: 100, retries: 0 }
        |                                         ~~~~~~~~~~~~~~~~~~~

      help: remove one of them from the other's schedule.after, or let schedule.on of one of them name a place that no other
            writes to

      src/projects/scores/config.yaml:14:45  scores publishes it here
      14 | environments: { local: { publishes: [{ uri: 'file:data/scores/', fresh_within: 26h }] } }
         |                                             ~~~~~~~~~~~~~~~~~~~

      src/projects/scores/config.yaml:5:28  scores waits for orders
      5 | schedule: { enabled: true, after: [orders], timeout_seconds: 100, retries: 0 }
        |                            ~~~~~

    1 error in 1 file

    ✗ Checked 1 project for local, dev: not valid."
  `);
  for (const command of ["validate", "plan", "deploy"]) {
    for (const name of ["orders", "scores"]) {
      const refused = await esteira(made.path, [command, name]);
      expect([command, name, refused.code]).toEqual([command, name, 3]);
      expect(refused.out + refused.err).toContain("config/project-cycle");
    }
  }
  expect((await esteira(made.path, ["deploy"])).code).toBe(3);
  expect((await esteira(made.path, ["deploy", "prices"])).code).toBe(0);
});
