import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { execa } from "execa";
import { expect, test } from "vitest";

import { binary, esteira } from "../cli/cli.ts";
import { shellWorkspace, steady } from "../cli/workspace.ts";
import { otherUser, smallDisks } from "../rig/machine.ts";
import { describeWith } from "../rig/parts.ts";

const failing = `- { id: only, command: "echo oh; exit 3" }`;

describeWith(smallDisks(), "in a workspace on a disk that is only read", (disks) => {
  test("runs are listed and seen as they stand, as of the last one that was written", async () => {
    using disk = disks().make(16 * 1024 * 1024);
    const root = disk.path;
    await using made = await shellWorkspace({ demo: failing });
    await cp(made.path, root, { recursive: true });
    await esteira(root, ["deploy"], { HOME: root });
    await esteira(root, ["run", "demo"], { HOME: root });
    const run = async (...inputs: string[]) => {
      const { code, out, err } = await esteira(root, inputs, { HOME: made.path });
      return { code, out: steady(out), err: steady(err) };
    };
    const looks = [["runs"], ["status"], ["status", "demo"], ["logs", "demo"]];
    const before = [];
    for (const inputs of looks) before.push(await run(...inputs));

    disk.readOnly();
    for (const [index, inputs] of looks.entries()) {
      expect(await run(...inputs)).toEqual(before[index]);
    }
    const refused = await run("run", "demo");
    expect(refused).toMatchObject({ code: 6, out: "" });
    expect(refused.err).toMatch(/^error: the disk is read-only, so that \S+ can't be written\n/);

    // A process that wrote died and left its log.
    disk.writable();
    const writer = new DatabaseSync(join(root, ".esteira/esteira.db"));
    writer.exec("UPDATE runs SET actor = 'somebody'");
    await cp(join(root, ".esteira"), join(root, ".left"), { recursive: true });
    writer.close();
    await rename(join(root, ".esteira"), join(root, ".gone"));
    await rename(join(root, ".left"), join(root, ".esteira"));
    await rm(join(root, ".esteira/esteira.db-shm"), { force: true });
    disk.readOnly();
    expect((await run("status", "demo")).out).toContain("manual, somebody");
  });
});

describeWith(otherUser(), "somebody else than the workspace's owner", (user) => {
  test("learns whose folder it is", async () => {
    await using folder = await shellWorkspace({ demo: failing });
    await chmod(folder.path, 0o755);
    await esteira(folder.path, ["deploy"], { HOME: folder.path });
    const [command, ...rest] = [...user().prefix, process.execPath, binary, "status"];
    const { exitCode, stderr } = await execa(command, rest, { cwd: folder.path, reject: false });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 6,
      stderr: `error: the folder .esteira is its owner's only, and you are somebody else
       ${folder.path}/.esteira
       Ask its owner, or work in a clone that is yours.`,
    });
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
