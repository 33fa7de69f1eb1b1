import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { smallDisks } from "../rig/machine.ts";
import { describeWith } from "../rig/parts.ts";
import { esteira, start } from "../cli/cli.ts";
import { projectYaml, steady, write } from "../cli/workspace.ts";
import { deploy, input, lines, makeRelease, openPlatform, sequence, value } from "./fixture.ts";

describeWith(smallDisks(), "on a full disk", (disks) => {
  test("a step that ends is recorded as it ended, and isn't run again", async () => {
    using disk = disks().make(8 * 1024 * 1024);
    const root = disk.path;
    const first = await openPlatform(root);
    const release = await makeRelease(root, {
      steps: {
        only: `echo ran >> "${root}/ran"\nuntil [ -e "${root}/go" ]; do sleep 0.02; done\n`,
      },
      definition: sequence("only"),
    });
    await deploy(first, release);
    const run = value(await first.start(release.release.project, input(), { mode: "follow" }));
    await expect.poll(() => existsSync(`${root}/ran`)).toBe(true);
    disk.fill();
    await write(root, "go", "");
    const [attempt = ""] = readdirSync(join(root, ".esteira/runs", run));
    const exit = join(root, ".esteira/runs", run, attempt, "exit.json");
    await expect.poll(() => existsSync(exit), { timeout: 20_000 }).toBe(true);
    expect(JSON.parse(readFileSync(exit, "utf8"))).toMatchObject({ exitCode: 0 });
    // The database has no room for the end: the process gives the run up, and says why.
    expect(await first.driver.settled(run)).toMatchObject({
      ok: false,
      error: { reason: "limit", message: "the disk that holds .esteira/esteira.db is full" },
    });
    await first.close();

    disk.clear();
    const second = await openPlatform(root);
    value(await second.resume(run, { mode: "follow", actor: "ana" }));
    expect(value(await second.driver.settled(run)).status).toBe("SUCCEEDED");
    await second.close();
    expect(lines(`${root}/ran`)).toEqual(["ran"]);
  });

  test("a run is given up with a message, and continues when there is space again", async () => {
    using disk = disks().make(8 * 1024 * 1024);
    const root = disk.path;
    await write(
      root,
      "esteira.yaml",
      "workspace: test\nenvironments: { local: { platform: local, executor: process } }\n",
    );
    const steps = `- { id: a, command: "echo up; until [ -e $HOME/go ]; do sleep 0.02; done" }\n- { id: b, command: "echo done" }`;
    await write(root, "src/projects/demo/config.yaml", projectYaml("demo", steps));
    await write(root, "src/projects/demo/Dockerfile", "FROM python:3.11-slim\n");
    const home = { HOME: root };
    expect((await esteira(root, ["deploy"], home)).code).toBe(0);
    const running = start(root, ["run", "demo"], home);
    let out = "";
    running.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    await expect.poll(() => out, { timeout: 60_000 }).toContain("a │ up");
    disk.fill();
    await write(root, "go", "");
    const { exitCode, stderr } = await running;
    expect({ exitCode, stderr }).toEqual({
      exitCode: 5,
      stderr: `error: the disk that holds .esteira/esteira.db is full
       ${root}/.esteira/esteira.db
       Free some space and repeat the command; what was written before is intact.`,
    });
    // Who only looks needs no space.
    const status = await esteira(root, ["status", "demo"], home);
    expect(status.code).toBe(0);
    expect(steady(status.out)).toContain("Interrupted: the process that drove this run is gone.");
    expect(await esteira(root, ["run", "demo"], home)).toMatchObject({ code: 5, err: stderr });
    disk.clear();
    expect((await esteira(root, ["resume", "demo"], home)).code).toBe(0);
  });
});
