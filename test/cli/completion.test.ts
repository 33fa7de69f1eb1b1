import { appendFile, mkdir, rename, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { execa } from "execa";
import { expect, test } from "vitest";

import { describeWith, type Part } from "../rig/parts.ts";
import { binary, esteira, temporaryFolder } from "./cli.ts";
import { shellWorkspace, write } from "./workspace.ts";

const steps = `- { id: load, command: "echo load" }
- { id: train, command: "echo train" }`;
const other = `- { id: report, command: "echo report" }`;

/** The words that are proposed for the last one of a line. */
async function ask(cwd: string, line: readonly string[], env = {}): Promise<readonly string[]> {
  const { code, out, err } = await esteira(cwd, ["__complete", ...line], env);
  expect([code, err]).toEqual([0, ""]);
  return out === "" ? [] : out.split("\n").map((found) => found.split("\t")[0] || found);
}

/** A workspace with two projects, of which `demo` was deployed and has run. */
async function ranWorkspace() {
  const folder = await shellWorkspace({ demo: steps, fleet: other });
  const { path } = folder;
  const home = { HOME: path };
  expect(await esteira(path, ["deploy", "demo"], home)).toMatchObject({ code: 0, err: "" });
  expect(await esteira(path, ["run", "demo"], home)).toMatchObject({ code: 0, err: "" });
  const listed = await esteira(path, ["runs", "--json"], home);
  const run = /"demo-\d{8}T\d{6}Z-[0-9a-z]{6}"/.exec(listed.out)?.[0].replaceAll('"', "");
  if (run === undefined) throw new Error(listed.out);
  return { folder, path, run };
}

test("environments, steps, parameters, runs and versions are proposed where they go", async () => {
  const { folder, path, run } = await ranWorkspace();
  await using _folder = folder;

  expect(await ask(path, ["plan", "-e", ""])).toEqual(["local", "dev"]);
  expect(await ask(path, ["plan", "--env=d"])).toEqual(["--env=dev"]);
  expect(await ask(path, ["iam", "plan-policy", "-e", ""])).toEqual(["dev"]);

  expect(await ask(path, ["run", "demo", "--from", ""])).toEqual(["load", "train"]);
  expect(await ask(path, ["run", "fleet", "--only", ""])).toEqual(["report"]);
  expect(await ask(path, ["logs", "latest", "--step", ""])).toEqual(["load", "train", "report"]);
  expect(await ask(path, ["logs", run, "--step", "t"])).toEqual(["train"]);
  expect(await ask(path, ["simulate", "demo", "--fail", "l"])).toEqual(["load"]);
  expect(await ask(path, ["resume", run, "--memory", ""])).toEqual(["load=", "train="]);
  expect(await ask(path, ["resume", run, "--timeout", "t"])).toEqual(["train="]);
  expect(await ask(path, ["run", "demo", "--param", ""])).toEqual(["greeting="]);
  expect(await ask(path, ["run", "demo", "-p", "greeting="])).toEqual(["greeting="]);

  const runs = (words: readonly string[]) => words.filter((word) => !word.startsWith("-"));
  expect(runs(await ask(path, ["logs", ""]))).toEqual(["latest", "demo", "fleet", run]);
  expect(await ask(path, ["status", "demo-"])).toEqual([run]);
  expect(await ask(join(path, "src", "projects", "demo"), ["stop", "demo-2"])).toEqual([run]);
  expect(await ask(path, ["rollback", "demo", "--to", ""])).toEqual(["1.0.0"]);
  expect(await ask(path, ["rollback", "fleet", "--to", ""])).toEqual([]);
  expect(await ask(path, ["model", "promote", "demo", "--version", ""])).toEqual([]);

  // What a run with a model leaves, without the registry that it takes.
  using database = new DatabaseSync(join(path, ".esteira", "esteira.db"), { timeout: 10_000 });
  database.exec("UPDATE runs SET model_version = '3'");
  expect(await ask(path, ["model", "promote", "demo", "--version", ""])).toEqual(["3"]);
  expect(await ask(path, ["model", "promote", "fleet", "--version", ""])).toEqual([]);
});

test("what is no project isn't proposed as one, and projects are looked for where they are", async () => {
  await using folder = await shellWorkspace({ demo: steps });
  const { path } = folder;
  await write(path, "src/projects/notes/main.py", "");
  await write(path, "src/projects/.ipynb_checkpoints/config.yaml", "");
  expect(await ask(path, ["deploy", "-e", "local", ""])).toContain("demo");
  const words = async () => (await ask(path, ["test", ""])).filter((word) => !word.startsWith("-"));
  expect(await words()).toEqual(["demo"]);

  await rename(join(path, "src", "projects"), join(path, "teams"));
  await appendFile(join(path, "esteira.yaml"), 'projects: "teams/*" # of all\n');
  expect(await words()).toEqual(["demo"]);
  expect(await ask(path, ["run", "demo", "--from", ""])).toEqual(["load", "train"]);
});

test("of an environment on AWS it proposes what the files say, and asks nobody", async () => {
  const { folder, path } = await ranWorkspace();
  await using _folder = folder;
  expect(await ask(path, ["logs", "-e", "dev", "demo"])).toEqual(["demo"]);
  expect(await ask(path, ["logs", "demo"], { ENV: "dev" })).toEqual(["demo"]);
  expect(await ask(path, ["rollback", "demo", "--env=dev", "--to", ""])).toEqual([]);
});

test("names of files are left to the shell where a file is asked for, and nowhere else", async () => {
  await using folder = await shellWorkspace({ demo: steps });
  const files = "\tfiles";
  expect(await ask(folder.path, ["plan", "--out", ""])).toEqual([files]);
  expect(await ask(folder.path, ["simulate", "d"])).toEqual(["demo", files]);
  expect(await ask(folder.path, ["adopt", "s"])).toEqual([files]);
  expect(await ask(folder.path, ["deploy", "x"])).toEqual([]);
});

test("what is wrong gives no proposals and no message", async () => {
  await using folder = await shellWorkspace({ demo: steps });
  const { path } = folder;
  await write(path, "src/projects/broken/config.yaml", "batch: [\n");
  await write(path, "src/projects/long/config.yaml", `params: { x: {} }\n#${"x".repeat(300_000)}`);
  await write(
    path,
    "src/projects/hostile/config.yaml",
    `batch: { pipeline: { steps: [{ id: "$(touch gone)" }, { id: "a b" }, { id: fine }, 7] } }\n`,
  );
  await write(path, ".esteira/esteira.db", "this is no database");
  expect(await ask(path, ["run", "broken", "--from", ""])).toEqual([]);
  expect(await ask(path, ["run", "long", "--param", ""])).toEqual([]);
  expect(await ask(path, ["run", "hostile", "--from", ""])).toEqual(["fine"]);
  expect(await ask(path, ["logs", "d"])).toEqual(["demo"]);
  expect(await ask("/", ["logs", "l"])).toEqual(["latest"]);
  await write(path, "esteira.yaml", "environments: [");
  expect(await ask(path, ["plan", "-e", ""])).toEqual(["local"]);
  expect(await ask(path, ["run", "demo", "--no-such-flag", ""])).toEqual([]);
});

/** A shell's commands, in a workspace, with the program's script loaded. */
async function inShell(shell: string, cwd: string, commands: string): Promise<string> {
  const { stdout: script } = await execa(process.execPath, [binary, "completion", shell]);
  await using home = await temporaryFolder();
  await mkdir(join(home.path, "bin"));
  const program = `#!/bin/sh\nexec "${process.execPath}" "${binary}" "$@"\n`;
  await writeFile(join(home.path, "bin", "esteira"), program, { mode: 0o755 });
  const before = shell === "zsh" ? "compdef() { :; }\n" : "";
  const { stdout, stderr } = await execa(shell, ["-c", `${before}${script}\n${commands}`], {
    cwd,
    reject: false,
    env: { HOME: home.path, PATH: `${join(home.path, "bin")}:${process.env["PATH"]}` },
  });
  expect(stderr).toBe("");
  return stdout;
}

/** A shell of the machine. */
function shellPart(name: string): Part<{ readonly name: string }> {
  const absent = spawnSync(name, ["-c", ":"]).error !== undefined;
  return absent ? { missing: `the shell ${name}: it isn't on the PATH` } : { name };
}

describeWith(shellPart("bash"), "in bash", (shell) => {
  test("bash puts the words together that it splits at =", async () => {
    await using folder = await shellWorkspace({ demo: steps });
    const asked = `
      answer() {
        COMP_LINE=$1; COMP_POINT=\${#1}; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _esteira
        echo "[\${COMPREPLY[*]}]"
      }
      answer 'esteira run demo --par' esteira run demo --par
      answer 'esteira run demo --param ' esteira run demo --param ''
      answer 'esteira run demo --param greeting=' esteira run demo --param greeting =
      answer 'esteira run demo --param greeting=a --from ' esteira run demo --param greeting = a --from ''
      answer 'esteira run demo --param greeting= --from l' esteira run demo --param greeting = --from l
      answer 'esteira plan --env=' esteira plan --env =
      answer 'esteira plan --env=d' esteira plan --env = d
      answer 'esteira plan --out est' esteira plan --out est
      answer 'esteira deploy est' esteira deploy est`;
    expect((await inShell(shell().name, folder.path, asked)).split("\n")).toEqual([
      "[--param]",
      "[greeting=]",
      "[]",
      "[load train]",
      "[load]",
      "[local dev]",
      "[dev]",
      "[esteira.yaml]",
      "[]",
    ]);
  });
});

describeWith(shellPart("zsh"), "in zsh", (shell) => {
  test("zsh describes words, and adds files where they go", async () => {
    await using folder = await shellWorkspace({ demo: steps });
    const asked = `
      _describe() { local -a found; found=("\${(@P)2}"); print -r -- "$2 \${(j:|:)found} \${@[3,-1]}"; }
      _files() { print files; }
      answer() { words=(esteira "$@"); CURRENT=\${#words}; _esteira; }
      answer run demo --from ''
      answer run demo --param ''
      answer plan --out ''
      answer deploy zzz`;
    expect((await inShell(shell().name, folder.path, asked)).split("\n")).toEqual([
      "closed load:Begin with this step: what it doesn't come after is skipped|train:Begin with this step: what it doesn't come after is skipped ",
      "open greeting=:A run parameter -S ",
      "files",
    ]);
  });
});

describeWith(shellPart("fish"), "in fish", (shell) => {
  test("fish describes words, and adds files where they go", async () => {
    await using folder = await shellWorkspace({ demo: steps });
    const asked = `complete -C 'esteira run demo --param '
      complete -C 'esteira plan --env=d'
      complete -C 'esteira plan --out est'
      complete -C 'esteira deploy est'`;
    expect((await inShell(shell().name, folder.path, asked)).split("\n")).toEqual([
      "greeting=\tA run parameter",
      "--env=dev\tEnvironment to act on ($ENV, else local)",
      "esteira.yaml",
    ]);
  });
});
