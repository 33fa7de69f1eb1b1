import { execa } from "execa";
import { expect, test } from "vitest";

import { namelessUser } from "../rig/machine.ts";
import { describeWith } from "../rig/parts.ts";
import { binary } from "./cli.ts";
import { shellWorkspace } from "./workspace.ts";

describeWith(namelessUser(), "a user id without an entry and without HOME", (part) => {
  test("deploys and runs", async () => {
    await using folder = await shellWorkspace({
      demo: `- { id: a, command: "echo $HOME; id -u" }`,
    });
    const [program = "", ...before] = part().prefix;
    const answers: unknown[] = [];
    for (const inputs of [["deploy"], ["run", "demo"], ["logs", "demo"]]) {
      const { exitCode, stderr, stdout } = await execa(
        program,
        [...before, process.execPath, binary, ...inputs],
        { cwd: folder.path, env: { PATH: process.env["PATH"] }, extendEnv: false, reject: false },
      );
      answers.push([exitCode, stderr, inputs[0] === "logs" ? stdout : ""]);
    }
    expect(answers).toEqual([
      [0, "", ""],
      [0, "", ""],
      [0, "", expect.stringContaining("a │ 12345")],
    ]);
  });
});
