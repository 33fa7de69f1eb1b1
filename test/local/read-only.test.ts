import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { execa } from "execa";
import { expect, test } from "vitest";

import { binary, esteira } from "../cli/cli.ts";
import { shellWorkspace, steady } from "../cli/workspace.ts";
import { otherUser } from "../rig/machine.ts";
import { describeWith } from "../rig/parts.ts";

const failing = `- { id: only, command: "echo oh; exit 3" }`;

describeWith(otherUser(), "who may only read a workspace", (user) => {
  const readBy = async (root: string, ...inputs: string[]) => {
    const [command, ...rest] = [...user().prefix, process.execPath, binary, ...inputs];
    const env = { PATH: process.env["PATH"], HOME: "/nonexistent", USER: "guest", TZ: "UTC" };
    const { exitCode, stdout, stderr } = await execa(command, rest, {
      cwd: root,
      env,
      extendEnv: false,
      reject: false,
    });
    return { code: exitCode, out: steady(stdout), err: steady(stderr) };
  };

  test("lists runs and sees how they stand, as of the last one that was written", async () => {
    await using folder = await shellWorkspace({ demo: failing });
    await chmod(folder.path, 0o755);
    const root = folder.path;
    await esteira(root, ["deploy"], { HOME: root });
    await esteira(root, ["run", "demo"], { HOME: root });
    const owner = async (...inputs: string[]) => steady((await esteira(root, inputs)).out);

    for (const inputs of [["runs"], ["status"], ["status", "demo"], ["logs", "demo"]]) {
      expect(await readBy(root, ...inputs)).toEqual({
        code: 0,
        out: await owner(...inputs),
        err: "",
      });
    }
    const database = join(root, ".esteira/esteira.db");
    expect(await readBy(root, "run", "demo")).toMatchObject({ code: 6, out: "" });
    expect(existsSync(`${database}-wal`)).toBe(false);

    // A process that writes has it open, or died and left its log.
    const writer = new DatabaseSync(database);
    writer.exec("UPDATE runs SET actor = 'somebody'");
    expect(readdirSync(join(root, ".esteira"))).toContain("esteira.db-wal");
    expect((await readBy(root, "status", "demo")).out).toContain("manual, somebody");
    writer.close();
  });
});

test("a database that a program holds is waited for a while, and the program is named", async () => {
  await using folder = await shellWorkspace({ demo: failing });
  await esteira(folder.path, ["deploy"], { HOME: folder.path });
  const database = join(folder.path, ".esteira/esteira.db");
  const script = `
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("PRAGMA locking_mode = EXCLUSIVE")
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
`;
  const holder = spawn("python3", ["-c", script, database]);
  try {
    await once(holder.stdout, "data");
    const { err, ...rest } = await esteira(folder.path, ["status"]);
    expect(rest).toEqual({ code: 6, out: "" });
    expect(err).toMatch(/^error: python3[.\d]* \(process \d+\) has held /);
    expect(err.replace(/^error: .* has held/, "error: it has held")).toBe(
      `error: it has held .esteira/esteira.db for more than 10 seconds
       ${database}
       Wait for it to end, or end it, and repeat the command.`,
    );
  } finally {
    holder.kill();
  }
});

test("a state is read in any case, and logs say why there are none", async () => {
  await using folder = await shellWorkspace({
    demo: `- { id: quiet, command: "exit 3" }\n- { id: after, command: "true" }`,
  });
  const run = (...inputs: string[]) => esteira(folder.path, inputs, { HOME: folder.path });
  await run("deploy");
  await run("run", "demo");
  const listed = await run("runs", "--status", "FAILED");
  expect(listed).toEqual(await run("runs", "--status", "failed"));
  expect(steady(listed.out)).toContain("demo-<id>");
  expect((await run("runs", "--status", "Timed-Out")).out).toBe(
    "There is no run in local that is timed out.",
  );
  const { err, ...logs } = await run("logs", "demo");
  expect(logs).toEqual({ code: 0, out: "" });
  expect(steady(err)).toBe(
    "Nothing to show: the steps of demo-<id> wrote nothing, or their logs were removed.",
  );
  expect(await run("logs", "demo", "--step", "after")).toEqual({
    code: 0,
    out: "",
    err: "Nothing to show: after was not started.",
  });
});
