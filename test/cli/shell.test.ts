import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { describeWith } from "../rig/parts.ts";
import { dockerEngine } from "../rig/docker.ts";
import { openTerminal, type Terminal } from "../rig/terminal.ts";
import { binary, esteira } from "./cli.ts";
import { shellWorkspace, write } from "./workspace.ts";

const steps = `- { id: prepare, command: "echo prepared > out.txt", outputs: [out.txt] }
- { id: train, command: "python3 train.py", outputs: [model.txt] }`;

async function workspace(): Promise<{ readonly path: string } & AsyncDisposable> {
  const made = await shellWorkspace({ recsys: steps });
  await write(made.path, "src/projects/recsys/train.py", "print(open('out.txt').read())\n");
  return made;
}

function typed(
  cwd: string,
  variables: Readonly<Record<string, string>>,
  ...inputs: string[]
): Terminal {
  const env = { PATH: process.env["PATH"], HOME: cwd, USER: "ana", TERM: "dumb", ...variables };
  return openTerminal([process.execPath, binary, ...inputs], { cwd, env });
}

test("a shell has a step's variables, Python and what earlier steps left, and leaves nothing", async () => {
  await using made = await workspace();
  expect((await esteira(made.path, ["dev", "recsys", "prepare", "--once"])).code).toBe(0);
  const artifacts = join(made.path, ".esteira/scratch/recsys/artifacts/_outputs");
  const before = await readdir(artifacts, { recursive: true });

  await using terminal = typed(made.path, {}, "shell", "recsys", "--param", "greeting=oi");
  await terminal.waitFor("recsys train · in a copy of its folder · exit ends it");
  await terminal.waitFor("(recsys train) $ ");
  terminal.type(
    "echo '+'$(cat out.txt) $ESTEIRA_PARAM_GREETING $ENV $(python -c 'import sys; print(sys.prefix)')\r",
  );
  expect(await terminal.waitFor(/\n\+\S+ [^\n]*\n/)).toContain(
    `+prepared oi local ${made.path}/.esteira/venvs/`,
  );
  // Ctrl-C is for what runs in it.
  // It says that it runs: a key before that would be the shell's own.
  terminal.type("sh -c 'echo as''leep; exec sleep 1000'\r");
  await terminal.waitFor("asleep");
  terminal.type("\u0003");
  await terminal.waitFor("(recsys train) $ ");
  terminal.type("echo mine > model.txt; exit\r");
  expect(await terminal.ended).toBe(0);
  expect((await readdir(artifacts, { recursive: true })).toSorted()).toEqual(before.toSorted());
  expect(await readdir(join(made.path, "src/projects/recsys"))).not.toContain("model.txt");
  const left = await readdir(join(made.path, ".esteira/scratch/recsys"));
  expect(left.filter((name) => name.startsWith("shell-"))).toEqual([]);
});

test("on AWS it says why there is none, and what does it here", async () => {
  await using made = await workspace();
  expect(await esteira(made.path, ["shell", "recsys", "train", "-e", "dev"])).toEqual({
    code: 5,
    out: "",
    err: `error: a task on AWS can't be entered: ECS Exec isn't for tasks that managed scaling places later, as it does with nearly all of Esteira's
       \`esteira dev recsys train -e local --from-env dev --deployed\` does it here, in the same image and on what the last run there left, with this machine's ENV and secrets; nothing is written there. Without --deployed your working copy runs.`,
  });
  expect(await esteira(made.path, ["shell", "recsys", "train"])).toEqual({
    code: 5,
    out: "",
    err: `error: a shell needs a terminal
       \`esteira env recsys train --export\` needs none.`,
  });
  expect((await esteira(made.path, ["shell", "recsys", "--step", "train"])).err).toBe(
    `error: a shell needs a terminal
       What a step has left is entered by hand: type it in one.`,
  );
});

describeWith(await dockerEngine(), "a shell in a container", (engine) => {
  test("is in the step's image, with its variables and what earlier steps left", async () => {
    await using made = await workspace();
    const yaml = await readFile(join(made.path, "esteira.yaml"), "utf8");
    await write(made.path, "esteira.yaml", yaml.replace("executor: process", "executor: docker"));
    const image = "FROM python:3.11-slim\nWORKDIR /app\nCOPY . .\n";
    await write(made.path, "src/projects/recsys/Dockerfile", image);
    const variables = { DOCKER_HOST: engine().host, DOCKER_BUILDKIT: "0" };
    const tried = await esteira(made.path, ["dev", "recsys", "prepare", "--once"], variables);
    expect(tried).toMatchObject({ code: 0 });
    await using terminal = typed(made.path, variables, "shell", "recsys");
    await terminal.waitFor("recsys train · in its container · exit ends it");
    await terminal.waitFor("(recsys train) $ ");
    terminal.type("echo '+'$(cat out.txt) $ENV $(pwd)\r");
    expect(await terminal.waitFor(/\n\+\S+ [^\n]*\n/)).toContain("+prepared local /app");
    terminal.type("exit\r");
    expect(await terminal.ended).toBe(0);
  });
});
