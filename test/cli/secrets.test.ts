import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

import { openTerminal } from "../rig/terminal.ts";
import { binary, esteira, start, type Answer } from "./cli.ts";
import { shellWorkspace, steady } from "./workspace.ts";

/** Two projects: `recsys` has its own secrets and a shared one, `churn` one of the same name. */
async function workspace(): Promise<{ readonly path: string } & AsyncDisposable> {
  const made = await shellWorkspace({
    recsys: `- { id: print, command: "echo token-$TOKEN slack-$SLACK" }`,
    churn: `- { id: print, command: "echo token-$TOKEN" }`,
  });
  const add = async (project: string, secrets: string): Promise<void> => {
    const path = join(made.path, `src/projects/${project}/config.yaml`);
    await writeFile(path, `${await readFile(path, "utf8")}runtime:\n  secrets: ${secrets}\n`);
  };
  await add(
    "recsys",
    '{ TOKEN: "ssm:token", API_KEY: "ssm:api/key", SLACK: "shared:slack_token" }',
  );
  await add("churn", '{ TOKEN: "ssm:token" }');
  return made;
}

/** Runs the program with a text on standard input. */
async function given(
  cwd: string,
  input: string | Uint8Array,
  ...inputs: string[]
): Promise<Answer> {
  const child = start(cwd, inputs);
  child.stdin?.end(input);
  const { exitCode, stdout, stderr } = await child;
  return { code: exitCode, out: stdout, err: stderr };
}

test("a secret is set from standard input, listed and removed, and its value is nowhere to be seen", async () => {
  await using made = await workspace();
  const file = join(made.path, ".esteira/secrets/recsys.env");
  expect(await given(made.path, "one two\n", "secrets", "set", "API_KEY")).toEqual({
    code: 0,
    out: `✓ API_KEY is set in .esteira/secrets/recsys.env.
  Steps of recsys get it when they next start.`,
    err: "",
  });
  expect(await readFile(file, "utf8")).toBe('API_KEY="one two"\n');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(made.path, ".esteira"))).mode & 0o777).toBe(0o700);

  const again = await given(made.path, "key-1\nkey-2\n", "secrets", "set", "API_KEY", "--json");
  expect(JSON.parse(again.out)).toEqual({
    schema: 1,
    environment: "local",
    variable: "API_KEY",
    projects: ["recsys"],
    shared: false,
    where: ".esteira/secrets/recsys.env",
    name: "API_KEY",
    outcome: "replaced",
  });
  expect(await readFile(file, "utf8")).toBe('API_KEY="key-1\\nkey-2"\n');

  const list = await esteira(made.path, ["secrets", "list"], { TOKEN: "from-shell" });
  expect(steady(list.out)).toBe(`name  project  state  kept in  changed
TOKEN  churn  from your environment  .esteira/secrets/churn.env
TOKEN  recsys  from your environment  .esteira/secrets/recsys.env
API_KEY  recsys  set  .esteira/secrets/recsys.env  just now
SLACK  shared: recsys  missing  .esteira/secrets/_shared.env (slack_token)

  $ esteira secrets set SLACK`);

  const rm = await esteira(made.path, ["secrets", "rm", "API_KEY"]);
  expect(rm).toEqual({
    code: 5,
    out: "",
    err: `error: this removes a secret and there is no terminal to ask on
       Look at the plan, then say so: \`esteira secrets rm API_KEY --yes\`.`,
  });
  expect((await esteira(made.path, ["secrets", "rm", "API_KEY", "--yes"])).out).toBe(
    "■ API_KEY is removed from .esteira/secrets/recsys.env.",
  );
  expect(await readFile(file, "utf8")).toBe("");
  expect((await esteira(made.path, ["secrets", "rm", "API_KEY", "--yes"])).out).toBe(
    "API_KEY isn't in .esteira/secrets/recsys.env; nothing to remove.",
  );

  const audit = await esteira(made.path, ["audit", "--json"]);
  const { entries } = JSON.parse(audit.out) as {
    readonly entries: readonly Record<string, unknown>[];
  };
  expect(entries.map(({ action, project, subject }) => [action, project, subject])).toEqual([
    ["remove-secret", "recsys", ".esteira/secrets/recsys.env"],
    ["set-secret", "recsys", ".esteira/secrets/recsys.env"],
    ["set-secret", "recsys", ".esteira/secrets/recsys.env"],
  ]);
});

test("steps get secrets that were set, their own and those that projects share", async () => {
  await using made = await workspace();
  await given(made.path, "abcdefgh", "secrets", "set", "TOKEN", "--project", "recsys");
  const shared = await given(made.path, "ijklmnop", "secrets", "set", "shared:slack_token");
  expect(shared.out).toBe(`✓ slack_token is set in .esteira/secrets/_shared.env.
  Steps of recsys get it when they next start.`);
  await given(made.path, "x", "secrets", "set", "API_KEY");
  expect((await esteira(made.path, ["deploy", "recsys"])).code).toBe(0);
  const run = await esteira(made.path, ["run", "recsys"]);
  expect(run.code).toBe(0);
  // Both values are masked in what is shown.
  expect(run.out).toContain("token-*** slack-***");

  await esteira(made.path, ["secrets", "rm", "SLACK", "--yes"]);
  const failed = await esteira(made.path, ["run", "recsys"]);
  expect(failed.code).toBe(1);
  expect(failed.out.replaceAll(/\s+/g, " ")).toContain(
    "the secret SLACK (slack_token) has no value on this machine: set it in the environment or in .esteira/secrets/_shared.env",
  );
});

test("a terminal asks for the value and doesn't show it", async () => {
  await using made = await workspace();
  await using terminal = openTerminal([process.execPath, binary, "secrets", "set", "API_KEY"], {
    cwd: made.path,
    env: { PATH: process.env["PATH"], HOME: made.path, TERM: "xterm" },
  });
  await terminal.waitFor("Value of API_KEY in local: ");
  terminal.type('hunter2 \\ "quoted"\r');
  await terminal.waitFor("API_KEY is set in .esteira/secrets/recsys.env.");
  expect(await terminal.ended).toBe(0);
  expect(terminal.shown()).not.toMatch(/hunter2|quoted/);
  expect(await readFile(join(made.path, ".esteira/secrets/recsys.env"), "utf8")).toBe(
    'API_KEY="hunter2 \\\\ \\"quoted\\""\n',
  );
});

test("Ctrl-C at the question changes nothing", async () => {
  await using made = await workspace();
  await using terminal = openTerminal([process.execPath, binary, "secrets", "set", "API_KEY"], {
    cwd: made.path,
    env: { PATH: process.env["PATH"], HOME: made.path, TERM: "xterm" },
  });
  await terminal.waitFor("Value of API_KEY in local: ");
  terminal.type("half\u0003");
  await terminal.waitFor("error: nothing was changed");
  expect(await terminal.ended).toBe(5);
  expect(existsSync(join(made.path, ".esteira/secrets/recsys.env"))).toBe(false);
});

test.each([
  [
    ["TOKEN=hunter2"],
    2,
    `error: a secret's value doesn't belong on the command line, where other programs and the shell's history see it
       Give the name alone: the value is asked for, or read from standard input.`,
  ],
  [
    ["TOKEN"],
    5,
    `error: churn and recsys each have a secret TOKEN
       Say which one you mean: --project churn.`,
  ],
  [
    ["API_KY"],
    4,
    `error: no project names a secret API_KY
       Did you mean API_KEY?`,
  ],
  [
    ["SLACK", "--project", "churn"],
    4,
    `error: churn doesn't name a secret SLACK
       Their configs name TOKEN.`,
  ],
  [
    ["TOKEN", "--project", "recys"],
    4,
    `error: there is no project recys
       Did you mean recsys?`,
  ],
  [
    ["shared:a-b"],
    2,
    `error: shared:a-b can't be the name of a shared secret
       Use letters, digits and underscores, and no digit at the beginning.`,
  ],
])("secrets set %j is refused and nothing is written", async (words, code, err) => {
  await using made = await workspace();
  expect(await given(made.path, "value", "secrets", "set", ...words)).toEqual({
    code,
    out: "",
    err,
  });
  expect(existsSync(join(made.path, ".esteira/secrets"))).toBe(false);
});

test.each([
  ["", "the value is empty", "`esteira secrets rm` removes a secret."],
  ["\n", "the value is empty", "`esteira secrets rm` removes a secret."],
  ["a\0b", "the value has a null character", "Give it in base64, and let the step decode it."],
  [
    new Uint8Array([0xff, 0x61]),
    "the value isn't UTF-8 text",
    "Give it in base64, and let the step decode it.",
  ],
])("the value %j is refused", async (value, message, help) => {
  await using made = await workspace();
  const answer = await given(made.path, value, "secrets", "set", "API_KEY");
  expect(answer).toEqual({ code: 2, out: "", err: `error: ${message}\n       ${help}` });
});

test("what else is in the file stays, a file on another disk stays there, and a broken one is left alone", async () => {
  await using made = await workspace();
  const elsewhere = join(made.path, "elsewhere.env");
  await writeFile(elsewhere, "# ours\nOLD=1\n");
  await chmod(elsewhere, 0o644);
  await mkdir(join(made.path, ".esteira/secrets"), { recursive: true });
  const file = join(made.path, ".esteira/secrets/recsys.env");
  await symlink(elsewhere, file);
  await given(made.path, "x y", "secrets", "set", "API_KEY");
  expect(await readFile(elsewhere, "utf8")).toBe('# ours\nOLD=1\nAPI_KEY="x y"\n');
  expect((await stat(elsewhere)).mode & 0o777).toBe(0o600);
  const list = await esteira(made.path, ["secrets", "list", "--json"]);
  const { secrets } = JSON.parse(list.out) as {
    readonly secrets: readonly Record<string, unknown>[];
  };
  expect(secrets.at(-1)).toMatchObject({
    variable: null,
    name: "OLD",
    projects: ["recsys"],
    state: "unused",
  });

  await writeFile(elsewhere, "A: 1\n");
  expect(await given(made.path, "z", "secrets", "set", "API_KEY")).toEqual({
    code: 3,
    out: "",
    err: `error: .esteira/secrets/recsys.env, line 1: it is not NAME=value; a value of several lines needs quotes around it
       Correct that line and repeat the command.`,
  });
  expect(await readFile(elsewhere, "utf8")).toBe("A: 1\n");
});

test("of two that are set at the same moment none is lost", async () => {
  await using made = await workspace();
  const names = ["API_KEY", "TOKEN"];
  const all = await Promise.all(
    names.map((name) => given(made.path, name, "secrets", "set", name, "--project", "recsys")),
  );
  expect(all.map(({ code }) => code)).toEqual([0, 0]);
  const text = await readFile(join(made.path, ".esteira/secrets/recsys.env"), "utf8");
  expect(text.split("\n").toSorted()).toEqual(["", "API_KEY=API_KEY", "TOKEN=TOKEN"]);
});

test("Git never sees the file, whatever .gitignore says", async () => {
  await using made = await workspace();
  await execa("git", ["init", "--quiet"], { cwd: made.path });
  await given(made.path, "x", "secrets", "set", "API_KEY");
  const { stdout } = await execa("git", ["status", "--porcelain", "--untracked-files=all"], {
    cwd: made.path,
  });
  expect(stdout).not.toContain(".esteira");
  expect(stdout).toContain("?? esteira.yaml");
});

test("what opens an index is kept apart from the secrets of steps", async () => {
  await using made = await shellWorkspace({ recsys: `- { id: print, command: "env" }` });
  const config = join(made.path, "src/projects/recsys/config.yaml");
  const index = 'runtime: { index: { url: "https://ana@pypi.example.com/simple/", secret: PYPI } }';
  await writeFile(config, `${await readFile(config, "utf8")}${index}\n`);
  expect(await given(made.path, "s3cret/1\n", "secrets", "set", "PYPI")).toEqual({
    code: 0,
    out: `✓ PYPI is set in .esteira/secrets/_index.env.
  It opens the index that packages of recsys come from.`,
    err: "",
  });
  expect(await readFile(join(made.path, ".esteira/secrets/_index.env"), "utf8")).toBe(
    "PYPI=s3cret/1\n",
  );
  const { out } = await esteira(made.path, ["secrets", "list", "--json"]);
  expect(JSON.parse(out)).toMatchObject({
    secrets: [
      {
        variable: "PYPI",
        projects: ["recsys"],
        shared: true,
        where: ".esteira/secrets/_index.env",
        name: "PYPI",
        state: "set",
      },
    ],
  });
  const ran = await esteira(made.path, ["run", "recsys", "--deploy"]);
  expect(ran).toMatchObject({ code: 0 });
  expect((await esteira(made.path, ["logs", "recsys"])).out).not.toContain("s3cret");
});
