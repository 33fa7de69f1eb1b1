import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { esteira } from "./cli.ts";
import { projectYaml, shellWorkspace, write } from "./workspace.ts";

test("a run that failed continues with what is deployed now, or with what it was started from", async () => {
  const steps = `- { id: hello, command: "echo hello" }\n- { id: world, command: "exit 3" }`;
  await using folder = await shellWorkspace({ demo: steps });
  const run = (...inputs: string[]) => esteira(folder.path, inputs, { HOME: folder.path });
  await run("deploy");
  await run("run", "demo");
  const config = projectYaml("demo", steps.replace("exit 3", "echo fixed"));
  const path = "src/projects/demo/config.yaml";
  await write(folder.path, path, config.replace('version: "1.0.0"', 'version: "1.1.0"'));
  await run("deploy");
  const failed = (JSON.parse((await run("runs", "--json")).out) as { runs: { run: string }[] })
    .runs[0]?.run;
  const second = (out: string): string | undefined => out.split("\n")[1];

  const as = await run("resume", failed ?? "", "--release", "same");
  expect([as.code, second(as.out)]).toEqual([
    1,
    "Continues after the last finished step, with what it was started from. `--release latest` continues with 1.1.0, which is deployed now.",
  ]);
  const latest = await run("resume", "demo");
  expect([latest.code, second(latest.out)]).toEqual([
    0,
    "Continues after the last finished step, with 1.1.0, which is deployed now; it was started from 1.0.0.",
  ]);
  expect((await run("resume", "demo", "--release", "newest")).code).not.toBe(0);
});

test("a run that was resumed says so in its status, and isn't resumed again", async () => {
  await using folder = await shellWorkspace({
    demo: `- { id: a, command: "true" }\n- { id: b, command: "test -f $HOME/flag" }`,
  });
  const run = (...inputs: string[]) => esteira(folder.path, inputs, { HOME: folder.path });
  await run("deploy");
  await run("run", "demo");
  await write(folder.path, "flag", "");
  expect((await run("resume", "demo")).code).toBe(0);
  const listed = JSON.parse((await run("runs", "--json")).out) as { runs: { run: string }[] };
  const [second, first] = listed.runs.map((one) => one.run);

  const status = (await run("status", first ?? "")).out.split("\n");
  expect(status).toContain(`resumed by   ${second}`);
  expect(status.slice(-1)).toEqual([`  $ esteira status ${second}`]);
  expect(await run("resume", first ?? "")).toEqual({
    code: 5,
    out: "",
    err: `error: run ${first} was already resumed: run ${second} continued it and has succeeded
       Start a new one: esteira run demo`,
  });
});

test("where what an earlier step left is at fault, the run is resumed from that step", async () => {
  await using folder = await shellWorkspace({
    demo: [
      `- { id: a, command: "echo a >> $HOME/ran" }`,
      `- { id: b, command: "echo b >> $HOME/ran" }`,
      `- { id: c, command: "test -f $HOME/flag" }`,
    ].join("\n"),
  });
  const run = (...inputs: string[]) => esteira(folder.path, inputs, { HOME: folder.path });
  await run("deploy");
  await run("run", "demo");
  await write(folder.path, "flag", "");
  expect(await run("resume", "demo", "--from", "nothing")).toEqual({
    code: 4,
    out: "",
    err: "error: demo has no step nothing\n       Its steps are a, b, c.",
  });
  const resumed = await run("resume", "demo", "--from", "b");
  expect([resumed.code, resumed.out.split("\n")[1]]).toEqual([
    0,
    "Continues from b, which runs again with all that comes after it.",
  ]);
  expect(await readFile(join(folder.path, "ran"), "utf8")).toBe("a\nb\nb\n");
});

test("a step that ran out of time gets more in the resumed run, and in no later one", async () => {
  await using folder = await shellWorkspace({
    demo: [
      `- { id: a, command: "true" }`,
      `- { id: b, command: "test -f $HOME/flag || sleep 60", timeout_seconds: 1 }`,
      `- { id: c, command: "test -f $HOME/end" }`,
    ].join("\n"),
  });
  const run = (...inputs: string[]) => esteira(folder.path, inputs, { HOME: folder.path });
  const stepsOf = async (...inputs: string[]) => {
    const status = JSON.parse((await run("status", ...inputs, "--json")).out) as {
      steps: { id: string; timeoutSeconds: number; memoryBytes: number }[];
    };
    return status.steps.map((one) => [one.id, one.timeoutSeconds, one.memoryBytes / 1024 ** 2]);
  };
  await run("deploy");
  const first = await run("run", "demo");
  expect(first.out.replaceAll(/\s+/g, " ")).toContain(
    "or make it do less. To try more this once, resume the run with `--timeout b=2`. $ esteira logs",
  );
  expect(await run("resume", "demo", "--timeout", "a=9")).toMatchObject({
    code: 5,
    err: `error: step a of demo doesn't run here: it has succeeded, or was left out
       The steps that run are b, c. \`--from a\` runs it again, with all that comes after it.`,
  });
  await write(folder.path, "flag", "");
  // It fails at c.
  expect((await run("resume", "demo", "--timeout", "b=50", "--memory", "b=0.125")).code).toBe(1);
  expect(await stepsOf("demo")).toEqual([
    ["a", 100, 64],
    ["b", 50, 128],
    ["c", 100, 64],
  ]);
  await write(folder.path, "end", "");
  expect((await run("resume", "demo")).code).toBe(0);
  expect((await stepsOf("demo"))[1]).toEqual(["b", 1, 64]);
});
