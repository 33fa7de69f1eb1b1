import { execa } from "execa";
import { expect, test } from "vitest";

import { binary, compiledPrograms, esteira } from "./cli.ts";
import { shellWorkspace, steady, write } from "./workspace.ts";

/** Pipes a command into another; `code` is the command's own. */
async function piped(cwd: string, command: string, reader: string) {
  const script = `"${process.execPath}" "${binary}" ${command} | ${reader}; exit "\${PIPESTATUS[0]}"`;
  const env = { TZ: "UTC", USER: "ana", HOME: cwd, NODE_COMPILE_CACHE: compiledPrograms };
  const { exitCode, stdout, stderr } = await execa("bash", ["-c", script], {
    cwd,
    env,
    reject: false,
  });
  return { code: exitCode, out: stdout, err: stderr };
}

test("what nobody reads any more is done all the same: a deploy, a run", async () => {
  await using folder = await shellWorkspace({
    demo: `- { id: a, command: "seq 20000; sleep 1" }\n- { id: b, command: "seq 20000; exit 7" }`,
  });
  expect((await piped(folder.path, "deploy", "head -1")).code).toBe(0);
  const run = await piped(folder.path, "run demo", "head -1");
  expect({ ...run, out: steady(run.out) }).toEqual({
    code: 1,
    out: "demo 1.0.0 · local · demo-<id>",
    err: "",
  });
  const { out } = await esteira(folder.path, ["status", "demo", "--json"]);
  expect(JSON.parse(out)).toMatchObject({
    run: { status: "FAILED", interrupted: false },
    steps: [{ status: "succeeded" }, { status: "failed", attempts: [{ exitCode: 7 }] }],
  });
});

test("what is asked for is done where its output can't be written, which is said", async () => {
  await using folder = await shellWorkspace({ demo: `- { id: a, command: "exit 0" }` });
  const full = {
    code: 6,
    out: "",
    err: "error: the output can't be written: there is no space left for it",
  };
  expect(await piped(folder.path, "deploy > /dev/full", "cat")).toEqual(full);
  expect(await piped(folder.path, "run demo > /dev/full", "cat")).toEqual(full);
  expect(await piped(folder.path, "runs --json > /dev/full", "cat")).toEqual(full);
  expect(await piped(folder.path, "--version > /dev/full", "cat")).toEqual(full);
  const { out } = await esteira(folder.path, ["runs", "--json"]);
  expect(JSON.parse(out)).toMatchObject({ runs: [{ status: "SUCCEEDED" }] });
  // Where stderr can't be written either, the exit code says it.
  const silent = await piped(folder.path, "runs > /dev/full 2> /dev/full", "cat");
  expect(silent).toEqual({ code: 6, out: "", err: "" });
});

test("who only shows a run leaves with its reader", async () => {
  await using folder = await shellWorkspace({
    demo: `- { id: a, command: "while ! test -f $HOME/flag; do echo waiting; sleep 0.1; done" }`,
  });
  const home = { HOME: folder.path };
  await esteira(folder.path, ["deploy"], home);
  await esteira(folder.path, ["run", "demo", "--detach"], home);
  const followed = await piped(folder.path, "logs demo --follow", "head -1");
  expect(followed).toEqual({ code: 0, out: "▸ a started", err: "" });
  await write(folder.path, "flag", "");
  const end = await esteira(folder.path, ["logs", "demo", "--follow"], home);
  expect(end.out).toContain("✓ Succeeded in");
});

test("a log of many pages is shown whole and in order, the end of its step behind it", async () => {
  await using folder = await shellWorkspace({
    demo: `- { id: a, command: "seq 50000" }\n- { id: b, command: "seq 50000" }`,
  });
  await esteira(folder.path, ["deploy"]);
  const run = await esteira(folder.path, ["run", "demo"]);
  const numbers = (step: string) =>
    Array.from({ length: 50_000 }, (_, index) => `  ${step} │ ${index + 1}`);
  const [log = ""] = steady(run.out).split("\n\nstep ");
  expect(log.split("\n").slice(2)).toEqual([
    "▸ a started",
    ...numbers("a"),
    "✓ a done in <s>",
    "▸ b started",
    ...numbers("b"),
    "✓ b done in <s>",
  ]);
  const logs = await esteira(folder.path, ["logs", "demo"]);
  expect(logs.out.split("\n")).toEqual([...numbers("a"), ...numbers("b")]);
});
