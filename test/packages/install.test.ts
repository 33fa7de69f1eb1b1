import { chmod, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

import { temporaryFolder } from "../cli/cli.ts";
import { root } from "./first-minutes.ts";

const install = (...inputs: readonly string[]) =>
  execa(join(root, "tools/install.sh"), inputs, { cwd: root, reject: false });

test("make install puts a command and its Node below a prefix, and removes them again", async () => {
  await using folder = await temporaryFolder();
  const prefix = join(folder.path, "it's here");
  const command = join(prefix, "bin/esteira");
  const { stdout } = await install(prefix);
  expect(stdout.split("\n").slice(1)).toEqual([
    expect.stringMatching(/^✓ esteira \d+\.\d+\.\d+ is /),
    `  ${prefix}/bin is not on your PATH. For this terminal, and in your shell profile for the next ones:`,
    expect.stringMatching(/^ {2}\$ export PATH=/),
  ]);
  // The advice works as it is printed, also with a quote in the name.
  const advice =
    stdout
      .split("\n")
      .at(-1)
      ?.replace(/^ {2}\$ /, "") ?? "";
  expect((await execa("sh", ["-c", `${advice}; command -v esteira`])).stdout).toBe(command);
  // Without any Node of the machine's, from anywhere, over what is there.
  expect((await install(prefix)).exitCode).toBe(0);
  const options = {
    cwd: folder.path,
    env: { PATH: "/nowhere", HOME: folder.path },
    extendEnv: false,
  };
  const schema = await execa(command, ["schema", "config"], options);
  expect(JSON.parse(schema.stdout)).toMatchObject({ type: "object" });

  expect((await install("--remove", prefix)).stdout).toBe(
    `✓ removed ${prefix}/lib/esteira and ${command}`,
  );
  expect([await readdir(join(prefix, "bin")), await readdir(join(prefix, "lib"))]).toEqual([
    [],
    [],
  ]);
});

test("make install leaves a command that somebody else put there", async () => {
  await using folder = await temporaryFolder();
  const command = join(folder.path, "bin/esteira");
  await execa("mkdir", [join(folder.path, "bin")]);
  await writeFile(command, "#!/bin/sh\n");
  await chmod(command, 0o755);
  const { exitCode, stderr } = await install(folder.path);
  expect(exitCode).toBe(1);
  expect(stderr).toBe(
    `✗ ${command} is there and was not made by make install: move it away, or name another folder with PREFIX=`,
  );
});
