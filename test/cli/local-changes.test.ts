import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect, test } from "vitest";

import { esteira } from "./cli.ts";
import { projectYaml, shellWorkspace, steady, write } from "./workspace.ts";

const step = (says: string): string =>
  `- { id: only, command: "echo ${says} $ESTEIRA_VERSION; test ! -e fails" }`;

interface Runs {
  readonly runs: readonly { readonly version: string; readonly status: string }[];
}

test("the working copy runs without a deploy, is marked, and what is deployed stays", async () => {
  await using workspace = await shellWorkspace({ demo: step("first") });
  const cwd = workspace.path;
  const words = ["run", "demo", "--local-changes"];
  // Nothing has to be deployed.
  const never = await esteira(cwd, words);
  expect(never).toMatchObject({ code: 0 });
  expect(never.out).toContain("first 1.0.0+changes");
  expect(await esteira(cwd, ["deploy"])).toMatchObject({ code: 0 });

  const notified = projectYaml("demo", step("second")).replace(
    "model:",
    'notifications: { on_success: ["a@example.com"], on_failure: ["a@example.com"] }\nmodel:',
  );
  await write(cwd, "src/projects/demo/config.yaml", notified);
  const changed = await esteira(cwd, words);
  expect(steady(changed.out)).toContain("demo 1.0.0+changes · local · demo-<id>");
  expect(changed.out).toContain("second 1.0.0+changes");
  expect(changed.err).not.toContain("has changed since");
  const status = JSON.parse((await esteira(cwd, ["status", "demo", "--json"])).out) as object;
  expect(status).toMatchObject({ run: { version: "1.0.0+changes" }, deliveries: [] });

  // A failed one is resumed as it was, whatever is deployed and whatever the folder has by now.
  const fails = join(cwd, "src/projects/demo/fails");
  await writeFile(fails, "");
  expect(await esteira(cwd, words)).toMatchObject({ code: 1 });
  const resumed = await esteira(cwd, ["resume", "demo"]);
  expect(resumed).toMatchObject({ code: 1 });
  expect(resumed.out).toContain("second 1.0.0+changes");

  expect((await esteira(cwd, ["run", "demo"])).out).toContain("first 1.0.0\n");
  const { runs } = JSON.parse((await esteira(cwd, ["runs", "--json"])).out) as Runs;
  expect(runs.map(({ version, status: how }) => `${version} ${how}`)).toEqual([
    "1.0.0 SUCCEEDED",
    "1.0.0+changes FAILED",
    "1.0.0+changes FAILED",
    "1.0.0+changes SUCCEEDED",
    "1.0.0+changes SUCCEEDED",
  ]);
  const { releases } = JSON.parse((await esteira(cwd, ["releases", "demo", "--json"])).out) as {
    readonly releases: readonly { readonly version: string }[];
  };
  expect(releases.map(({ version }) => version)).toEqual(["1.0.0"]);
}, 120_000);

test("a part of the working copy runs on a copy of the latest run's artifacts", async () => {
  const steps = (
    says: string,
  ): string => `- { id: first, command: "cd \${ESTEIRA_ARTIFACTS_URI#file://}; echo ${says} > first.txt; mkfifo pipe" }
- { id: second, command: "cd \${ESTEIRA_ARTIFACTS_URI#file://}; cat first.txt; echo ${says} > second.txt" }`;
  await using workspace = await shellWorkspace({ demo: steps("deployed") });
  const cwd = workspace.path;
  expect(await esteira(cwd, ["deploy"])).toMatchObject({ code: 0 });
  expect(await esteira(cwd, ["run", "demo"])).toMatchObject({ code: 0 });
  await write(cwd, "src/projects/demo/config.yaml", projectYaml("demo", steps("tried")));
  const words = ["run", "demo", "--local-changes", "--only", "second"];
  const tried = await esteira(cwd, words);
  expect(tried).toMatchObject({ code: 0 });
  expect(steady(tried.out)).toContain("demo-<id> · a copy of the artifacts of demo-<id>");
  // What the deployed first step left is there, and what the tried second one left is elsewhere.
  expect(tried.out).toContain("deployed\n");
  const { runs } = JSON.parse((await esteira(cwd, ["runs", "--json"])).out) as {
    readonly runs: readonly { readonly run: string }[];
  };
  const left = runs.map(({ run }) =>
    ["first.txt", "second.txt"].map((name) =>
      readFileSync(join(cwd, ".esteira/artifacts/demo", run, name), "utf8").trim(),
    ),
  );
  expect(left).toEqual([
    ["deployed", "tried"],
    ["deployed", "deployed"],
  ]);
  // A pipe that a step left can't be copied, and keeps nothing else from it.
  expect(existsSync(join(cwd, ".esteira/artifacts/demo", runs[0]?.run ?? "", "pipe"))).toBe(false);

  // What is deployed doesn't continue with what a working copy left.
  const deployed = await esteira(cwd, ["run", "demo", "--only", "second"]);
  expect(deployed.out).toContain(`artifacts of ${runs[1]?.run}\n`);
});

test("projects that follow it are started by a run of what is deployed, and not by the working copy's", async () => {
  await using workspace = await shellWorkspace({ demo: step("first"), after: step("after") });
  const cwd = workspace.path;
  const clock = 'cron: "0 3 * * *"';
  const follows = projectYaml("after", step("after")).replace(
    clock,
    "after: { projects: [demo], match: any }",
  );
  expect(follows).not.toContain(clock);
  await write(cwd, "src/projects/after/config.yaml", follows);
  expect(await esteira(cwd, ["deploy"])).toMatchObject({ code: 0 });
  const started = (): unknown => {
    using database = new DatabaseSync(join(cwd, ".esteira/esteira.db"), { timeout: 10_000 });
    return database.prepare("SELECT project FROM fires").all();
  };
  expect(await esteira(cwd, ["run", "demo", "--local-changes"])).toMatchObject({ code: 0 });
  expect(started()).toEqual([]);
  expect(await esteira(cwd, ["run", "demo"])).toMatchObject({ code: 0 });
  expect(started()).toEqual([{ project: "after" }]);
});

test.each([
  [
    ["-e", "dev"],
    5,
    `error: a working copy runs on this machine only: on AWS runs what was deployed
       \`esteira run demo -e local --local-changes\` runs it here; \`esteira deploy demo -e dev\` deploys it there.`,
  ],
  [
    ["--deploy"],
    2,
    `error: --local-changes runs the working copy without a deploy
       Leave one of --deploy and --local-changes out.`,
  ],
])("--local-changes %j is refused with what to do", async (flags, code, err) => {
  await using workspace = await shellWorkspace({ demo: step("first") });
  const words = ["run", "demo", "--local-changes", ...flags];
  expect(await esteira(workspace.path, words)).toEqual({ code, out: "", err });
});
