import { cp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

import { exitCodes } from "../../src/app/exit-codes.ts";
import { binary, esteira, temporaryFolder } from "./cli.ts";
import { shellWorkspace, write } from "./workspace.ts";

test("--version is the version of package.json and nothing else", async () => {
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(text) as { version: string };
  expect(await esteira("/", ["--version"])).toEqual({ code: 0, out: version, err: "" });
});

test("--version is answered before the program is loaded", async () => {
  await using folder = await temporaryFolder();
  await cp(dirname(binary), join(folder.path, "bin"), { recursive: true });
  await writeFile(join(folder.path, "package.json"), '{ "version": "1.2.3" }');
  const installed = join(folder.path, "bin/esteira.js");
  expect((await execa(process.execPath, [installed, "-v"])).stdout).toBe("1.2.3");
  const others = await execa(process.execPath, [installed, "runs"], { reject: false });
  expect([others.exitCode, others.stderr]).toEqual([
    70,
    expect.stringMatching(
      /^internal error: Cannot find module .*; install esteira again, or report/,
    ),
  ]);
});

test("without a command it says what there is", async () => {
  const bare = await esteira("/", []);
  expect(bare).toEqual(await esteira("/", ["--help"]));
  expect(bare.code).toBe(0);
  expect(bare.err).toBe("");
  expect(bare.out.split("\n").slice(0, 4)).toEqual([
    "Machine-learning projects in, scheduled and monitored pipelines out: on AWS and on this machine.",
    "",
    "Projects",
    "  init        Make this folder a workspace: esteira.yaml, CI and .gitignore",
  ]);
});

test("a command's help has its usage, its examples and its flags", async () => {
  const { out } = await esteira("/", ["help", "stop"]);
  expect(out).toBe(`USAGE
  esteira stop RUN|PROJECT [-e ENV] [--json]
  esteira stop --help

Stop a run: its steps end and it becomes aborted.

EXAMPLES
  esteira stop recsys
  esteira stop recsys-20260131T030000Z-4f9a1c

FLAGS
     [--json]  Print JSON on stdout, for programs
  -e [--env]   Environment to act on ($ENV, else local)
  -h  --help   Print this and exit

ARGUMENTS
  RUN|PROJECT  A run's id, its beginning or end, latest, or a project's name (its latest run)`);
});

test.each([
  [["rnu"], "there is no command rnu", "Did you mean run?"],
  [["frobnicate"], "there is no command frobnicate", "esteira --help lists them."],
  [["--nope"], "there is no flag --nope before a command", "esteira --help lists the commands."],
  [["run"], "PROJECT is missing", "Add --help to the command to see what it takes."],
  [
    ["run", "recsys", "--detahc"],
    "there is no flag --detahc; did you mean --detach?",
    "Add --help to the command to see what it takes.",
  ],
  [
    ["runs", "-n", "many"],
    "--limit can't be many: it is a whole number above 0",
    "Add --help to the command to see what it takes.",
  ],
  [
    ["runs", "--status", "lost"],
    "--status can't be lost: it is one of running, succeeded, failed, timed_out, aborted",
    "Add --help to the command to see what it takes.",
  ],
  [
    ["status", "a", "b"],
    "b is one argument too many",
    "Add --help to the command to see what it takes.",
  ],
])("a wrong command line: %j", async (inputs, message, help) => {
  expect(await esteira("/", inputs)).toEqual({
    code: exitCodes.usage.code,
    out: "",
    err: `error: ${message}\n       ${help}`,
  });
});

test("a wrong command line answers programs as JSON", async () => {
  const { code, out, err } = await esteira("/", ["run", "--json"]);
  expect({ code, err, document: JSON.parse(out) as object }).toEqual({
    code: exitCodes.usage.code,
    err: "",
    document: {
      schema: 1,
      error: {
        reason: "usage",
        message: "PROJECT is missing",
        help: "Add --help to the command to see what it takes.",
        resource: null,
        diagnostics: [],
      },
      exit: 2,
    },
  });
});

test("outside of a workspace every command says where to go", async () => {
  await using folder = await temporaryFolder();
  for (const inputs of [["validate"], ["plan"], ["runs"], ["status"], ["logs", "x"]]) {
    expect(await esteira(folder.path, inputs)).toEqual({
      code: exitCodes.notFound.code,
      out: "",
      err: `error: there is no workspace here: no esteira.yaml, and no src/projects, in this folder or above it
       Go to your repository, or make this folder a workspace with \`esteira init\`.`,
    });
  }
  const asJson = await esteira(folder.path, ["runs", "--json"]);
  expect(asJson.err).toBe("");
  expect(JSON.parse(asJson.out)).toEqual({
    schema: 1,
    error: {
      reason: "not-found",
      message:
        "there is no workspace here: no esteira.yaml, and no src/projects, in this folder or above it",
      help: "Go to your repository, or make this folder a workspace with `esteira init`.",
      resource: null,
      diagnostics: [],
    },
    exit: 4,
  });
});

test("colour: none in a pipe, NO_COLOR wins over FORCE_COLOR", async () => {
  const plain = await esteira("/", ["--help"]);
  const coloured = await esteira("/", ["--help"], { FORCE_COLOR: "1" });
  expect(plain.out).not.toContain("\u001B[");
  expect(coloured.out).toContain("\u001B[1mProjects\u001B[22m");
  expect(await esteira("/", ["--help"], { FORCE_COLOR: "1", NO_COLOR: "1" })).toEqual(plain);
});

test("an old Node gets a sentence", async () => {
  await using folder = await temporaryFolder();
  const pretend = join(folder.path, "pretend.cjs");
  await writeFile(
    pretend,
    'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.19.0" } });',
  );
  const answer = await execa(process.execPath, ["--require", pretend, binary, "--version"], {
    reject: false,
  });
  expect([answer.exitCode, answer.stdout, answer.stderr]).toEqual([
    1,
    "",
    "esteira needs Node 22.18 or newer and this is Node 20.19.0: install one beside your project with `npm i -D node@24` (then `npx esteira`), or with `nvm install 24`.",
  ]);
});

test("an internal error is one line, its details a file", async () => {
  await using folder = await shellWorkspace({ demo: `- { id: only, command: "true" }` });
  await esteira(folder.path, ["status"]);
  const poison = join(folder.path, "poison.mjs");
  await write(folder.path, "poison.mjs", "String.prototype.padEnd = undefined;");
  const poisoned = { NODE_OPTIONS: `--import ${poison}` };
  const answer = await esteira(folder.path, ["init", "--help"], poisoned);
  expect(answer.code).toBe(70);
  expect(answer.err).toMatch(
    /^internal error: .* is not a function; please report it \(details in .*\.esteira\/errors\/\d{8}T\d{6}Z-\d+\.txt\)$/,
  );
  const [file = ""] = await readdir(join(folder.path, ".esteira", "errors"));
  const details = await readFile(join(folder.path, ".esteira", "errors", file), "utf8");
  expect(details).toMatch(/^esteira \S+, Node \S+, .*\n\$ esteira init --help\nTypeError: /);
  const debugged = await esteira(folder.path, ["init", "--help"], {
    ...poisoned,
    ESTEIRA_DEBUG: "1",
  });
  expect(debugged.err).toMatch(/\nTypeError: [^]*\n {4}at /);

  // A link isn't followed, and what was given to the command may be a secret.
  await rm(join(folder.path, ".esteira", "errors"), { recursive: true });
  await symlink("../src", join(folder.path, ".esteira", "errors"));
  const linking = { ...poisoned, TMPDIR: folder.path };
  const linked = await esteira(folder.path, ["run", "hunter2", "--help"], linking);
  const [, report = ""] = /\(details in (.*)\)$/.exec(linked.err) ?? [];
  expect(report.slice(folder.path.length)).toMatch(/^\/esteira-error-\w+\/report\.txt$/);
  expect(await readFile(report, "utf8")).toContain("\n$ esteira run … --help\nTypeError: ");
  expect((await stat(report)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(folder.path, "src"))).toEqual(["projects"]);
});

test("who reads may stop reading", async () => {
  const shell = await execa("sh", ["-c", `"${process.execPath}" "${binary}" --help | head -1`], {
    reject: false,
  });
  expect([shell.exitCode, shell.stderr]).toEqual([0, ""]);
});

test("the shells ask what could be where the cursor is", async () => {
  const ask = async (...words: string[]): Promise<string[]> =>
    (await esteira("/", ["__complete", ...words])).out.split("\n");
  expect(await ask("res")).toEqual(["resume\tContinue a run after its last finished step"]);
  expect(await ask("run", "recsys", "--de")).toEqual([
    "--deploy\tDeploy the project first, where its folder has changed",
    "--detach\tStart it and return at once",
  ]);
  expect(await ask("dri")).toEqual([""]);
});

test("in bash, completion completes", async () => {
  await using folder = await temporaryFolder();
  const script = `
    esteira() { "${process.execPath}" "${binary}" "$@"; }
    eval "$(esteira completion bash)"
    COMP_WORDS=(esteira st); COMP_CWORD=1; _esteira
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const shell = await execa("bash", ["-c", script], { cwd: folder.path, reject: false });
  expect([shell.stdout, shell.stderr]).toEqual(["status\nstop", ""]);
});
