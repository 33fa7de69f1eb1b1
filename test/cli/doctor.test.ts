import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { esteira } from "./cli.ts";
import { shellWorkspace, steady, write } from "./workspace.ts";

const doctor = async (root: string, ...inputs: string[]) => {
  const { code, out } = await esteira(root, ["doctor", ...inputs]);
  return {
    code,
    text: steady(out)
      .replaceAll(/\n {9,}(?=[^ →])/g, " ")
      .replaceAll(/\b\d+ min ago/g, "just now")
      .replaceAll(/^ +→/gm, "  →")
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d, (?:in \d+ (?:h|min)|in a moment)/g, "<next>"),
  };
};

test("walks from the build to the scheduler, and says what is to fix", async () => {
  await using folder = await shellWorkspace({ demo: `- { id: only, command: "exit 3" }` });
  const before = await doctor(folder.path, "demo");
  expect(before.code).toBe(1);
  expect(before.text).toBe(`demo · local

build
  ✓ config  config.yaml has no problems
  ✓ Dockerfile  builds on python:3.11-slim
  ✓ requirements  none, and nothing is imported that would need any

state machine
  ✗ deployed  demo is not deployed to local
  → \`esteira deploy demo\` does that.

scheduler
  ✓ config  \`schedule.enabled\` is true
  ✗ state  config.yaml has a schedule, and none is deployed
  → \`esteira deploy demo\` makes it.
  ! up  nothing runs the schedules of this machine at the moment
  → \`esteira up\` does, for as long as it runs.

✗ 2 things to fix in 7 checks, 1 warning.`);

  await esteira(folder.path, ["deploy", "demo"]);
  await esteira(folder.path, ["run", "demo"]);
  await esteira(folder.path, ["schedule", "disable", "demo", "--reason", "the source is down"]);
  await write(folder.path, "src/projects/demo/main.py", "import pandas\n");
  const after = await doctor(folder.path, "demo");
  expect(after.code).toBe(1);
  expect(after.text.split("\n").slice(3)).toEqual([
    "  ✓ config  config.yaml has no problems",
    "  ✓ Dockerfile  builds on python:3.11-slim",
    "  ! requirements  imported and not in any requirements file: pandas (main.py:1)",
    "  → Add what no other package brings along; else the step ends with ModuleNotFoundError.",
    "",
    "state machine",
    "  ! deployed  1.0.0 (<hash>), just now by ana; the sources differ from it",
    "  → `esteira plan demo` shows in what, `esteira deploy demo` applies that.",
    "  ✓ variables  3 variables, as config.yaml has them",
    "  ✓ resources  all as they were deployed",
    "  ✗ last run  failed just now: only ended with exit code 3",
    "  → Its log has the whole story. Correct the step, deploy, and resume: finished steps are not run again. More: `esteira status demo-<id>`.",
    "",
    "scheduler",
    "  ✓ config  `schedule.enabled` is true",
    "  ✓ cron  0 3 * * *, every day at 03:00 (UTC); it would fire <next>",
    "  ! state  ana disabled sched-demo just now (the source is down)",
    "  → `esteira schedule enable demo` lifts that.",
    "  ! up  nothing runs the schedules of this machine at the moment",
    "  → `esteira up` does, for as long as it runs.",
    "",
    "✗ 1 thing to fix in 11 checks, 4 warnings.",
  ]);
});

test("what isn't deployed is never to be run: each command that is proposed works as it is typed", async () => {
  const well = '- { id: only, command: "true" }';
  await using folder = await shellWorkspace({ demo: well, manual: well });
  await change(folder.path, "manual", /schedule:.*\n/, "");
  const proposed = async (...names: string[]) => {
    const { out } = await esteira(folder.path, ["doctor", ...names]);
    return [...out.matchAll(/`esteira ([^`]+)`/g)].map(([, words = ""]) => words);
  };
  for (const name of ["demo", "manual"]) {
    expect(await esteira(folder.path, ["run", name])).toMatchObject({ code: 4 });
    const words = await proposed(name);
    expect(words).toContain(`deploy ${name}`);
    expect(words.filter((one) => one.startsWith("run"))).toEqual([]);
    for (const one of words.filter((other) => other !== "up")) {
      expect(await esteira(folder.path, one.split(" "))).toMatchObject({ code: 0 });
    }
    await esteira(folder.path, ["destroy", name, "--yes"]);
  }
  expect((await proposed()).filter((one) => one.startsWith("run"))).toEqual([]);
});

test("all projects: what is worth a look; one that can't be read is looked at as far as it can", async () => {
  const well = `- { id: only, command: "true" }`;
  await using folder = await shellWorkspace({ broken: well, demo: well, manual: well });
  const without = (name: string, part: RegExp) => change(folder.path, name, part, "");
  await without("manual", /^schedule: .*\n/m);
  await esteira(folder.path, ["deploy"]);
  await rm(join(folder.path, "src/projects/broken/Dockerfile"));
  await change(folder.path, "broken", /cron: "0 3/, 'cron: "99 3');
  expect((await doctor(folder.path)).text).toBe(`broken
  ✗ config  config.yaml can't be used: the minute "99" of cron is out of range
  → \`esteira validate broken\` shows the place.

✓ demo
✓ manual

local
  ! up  nothing runs the schedules of this machine at the moment
  → \`esteira up\` does, for as long as it runs.

✗ 1 thing to fix in 27 checks, 1 warning.`);

  const { out } = await esteira(folder.path, ["doctor", "manual", "--json"]);
  expect(JSON.parse(out)).toMatchObject({
    environment: "local",
    account: [],
    projects: [
      {
        project: "manual",
        checks: expect.arrayContaining([
          {
            section: "scheduler",
            subject: "schedule",
            outcome: "passed",
            message: "manual has none: its runs are started by hand",
          },
        ]) as unknown,
      },
    ],
  });
});

async function change(root: string, name: string, part: RegExp, by: string): Promise<void> {
  const path = `src/projects/${name}/config.yaml`;
  const text = await readFile(join(root, path), "utf8");
  await write(root, path, text.replace(part, by));
}
