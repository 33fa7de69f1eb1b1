import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import type { ConsoleContext } from "../../src/app/console/context.ts";
import { readConsoleRun } from "../../src/app/console/run.ts";
import { openPlatform, openWorkspace, type PlatformSession } from "../../src/app/workspace.ts";
import { unwrap } from "../aws/rig/unwrap.ts";
import { esteira } from "./cli.ts";
import { shellWorkspace, steady } from "./workspace.ts";

const steps = `- { id: load, command: "cp params.json metrics.json" }
- { id: train, command: "echo trained" }`;

test("a bad result goes no further: the step fails, says why, and the run continues when it is right", async () => {
  await using made = await shellWorkspace({ recsys: steps });
  const folder = join(made.path, "src/projects/recsys");
  const config = await readFile(join(folder, "config.yaml"), "utf8");
  await writeFile(
    join(folder, "config.yaml"),
    `${config}checks:
  rows: ">= 10_000"
  auc: { rule: "> -5%", otherwise: warn }
`,
  );
  const ran = async (metrics: string) => {
    await writeFile(join(folder, "params.json"), metrics);
    return esteira(made.path, ["run", "recsys", "--deploy"]);
  };
  for (const auc of ["0.8", "0.82", "0.81"]) {
    expect(await ran(`{"rows": 12000, "auc": ${auc}}`)).toMatchObject({ code: 0 });
  }
  // Warned of, and it continues.
  expect(await ran(`{"rows": 12000, "auc": 0.5}`)).toMatchObject({ code: 0 });
  const warned = await esteira(made.path, ["status", "recsys"]);
  expect(steady(warned.out).split("✓ Succeeded in")[1]).toMatchInlineSnapshot(`
    " <s>.

    check  value  asked  otherwise  step
    ! auc  0.5  > -5% of 0.81: 0.7695  warn  load
    ✓ rows  12,000  >= 10_000  fail  load
      load left a file that it doesn't declare, and it wasn't kept: metrics.json (27 bytes). To keep it, add the last line
      to the step in config.yaml:
        - id: load
          outputs: ["metrics.json"]"
  `);

  const failed = await ran(`{"rows": 120, "auc": 0.8}`);
  expect(failed.code).toBe(1);
  const status = await esteira(made.path, ["status", "recsys"]);
  expect(steady(status.out).slice(steady(status.out).indexOf("step  status")))
    .toMatchInlineSnapshot(`
    "step  status  attempts  started  duration  exit  memory
    load  ✗ failed  1  <time>  <s>  65  <memory>  ▏▏
    train  · pending  ▏▏

    ✗ Failed after <s>: load left what its checks refuse: rows is 120, and ">= 10_000" is asked
      Nothing of it was kept. Correct the data or the step and resume; where the new value is right, change its rule under
      checks in config.yaml, deploy, and resume.
      $ esteira logs recsys-<id> --step load
      $ esteira resume recsys-<id>

    check  value  asked  otherwise  step
    ✗ rows  120  >= 10_000  fail  load
    ✓ auc  0.8  > -5% of 0.805: 0.76475  warn  load"
  `);
  expect(steady((await esteira(made.path, ["checks", "recsys"])).out)).toMatchInlineSnapshot(`
    "check  asked  last runs  last  not met  step
    ✗ rows  >= 10_000  ▅▅▅▅×  120  1 of 5  load
    ✓ auc  > -5%  ▁█▅×▁  0.8  1 of 5  load

    ✗ <date> <time>  rows is 120, and ">= 10_000" is asked
    ! <date> <time>  auc is 0.5, and "> -5%" is asked against 0.81, the median of the last 3 good runs: the limit is
      0.7695
      $ esteira status recsys-<id>"
  `);
  const document = JSON.parse((await esteira(made.path, ["checks", "recsys", "--json"])).out) as {
    checks: { metric: string; runs: { value: number; passed: boolean }[] }[];
  };
  expect(
    document.checks.map(({ metric, runs }) => [metric, runs.map(({ value }) => value)]),
  ).toEqual([
    ["rows", [12_000, 12_000, 12_000, 12_000, 120]],
    ["auc", [0.8, 0.82, 0.81, 0.5, 0.8]],
  ]);

  // The console's page of the run says the same.
  const host = { cwd: made.path, environment: {}, clock: { now: () => Date.now() }, actor: "ana" };
  const opened = unwrap(await openWorkspace(host, "local"));
  const platform = unwrap(await openPlatform(host, opened, {}));
  const [last] = unwrap(await platform.runs({}, { limit: 1 })).items;
  const session = { platform, environment: "local", region: undefined } as PlatformSession;
  const page = unwrap(await readConsoleRun({ host } as ConsoleContext, session, last?.run ?? ""));
  await platform.close();
  expect(page.checks).toEqual([
    {
      step: "load",
      item: undefined,
      passed: false,
      otherwise: "fail",
      text: 'rows is 120, and ">= 10_000" is asked',
    },
    {
      step: "load",
      item: undefined,
      passed: true,
      otherwise: "warn",
      text: 'auc is 0.8, and "> -5%" is asked against 0.805, the median of the last 4 good runs: the limit is 0.76475',
    },
  ]);

  await writeFile(join(folder, "params.json"), `{"rows": 20000, "auc": 0.8}`);
  expect((await esteira(made.path, ["deploy", "recsys"])).code).toBe(0);
  expect((await esteira(made.path, ["resume", "recsys"])).code).toBe(0);
  expect(await esteira(made.path, ["checks", "nothing"])).toMatchObject({ code: 4 });
});
