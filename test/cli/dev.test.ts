import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

import { binary, esteira } from "./cli.ts";
import { train, trialsWorkspace, typed } from "./dev-workspace.ts";
import { shellWorkspace, steady as steadier, write } from "./workspace.ts";

const steady = (text: string): string => steadier(text.replaceAll(/\b\d+\.\d s\b/g, "<s>"));

test("a step runs from the working copy on the last run's artifacts, and again at each save", async () => {
  await using made = await trialsWorkspace();
  const source = join(made.path, "src/projects/recsys/train.py");
  expect((await esteira(made.path, ["deploy", "recsys"])).code).toBe(0);
  const run = await esteira(made.path, ["run", "recsys"]);
  expect(run.code).toBe(0);
  const [id = ""] = /recsys-\d{8}T\d{6}Z-[0-9a-z]{6}/.exec(run.out) ?? [];
  const before = await readdir(join(made.path, ".esteira/artifacts/recsys", id), {
    recursive: true,
  });

  await using terminal = typed(made.path, "dev", "recsys", "train");
  const first = await terminal.waitFor("Waiting for a change in src/projects/recsys. Ctrl-C ends.");
  expect(steady(first)).toBe(`
recsys train · local · from src/projects/recsys · artifacts of recsys-<id>
esteira: laid 1 file (9 bytes) of earlier steps in <s>
first prepared
✓ train succeeded in <s>

Waiting for a change in src/projects/recsys. Ctrl-C ends.`);

  await writeFile(source, train("helper.fails()"));
  const second = await terminal.waitFor("Waiting for a change");
  expect(steady(second)).toContain(`Traceback (most recent call last):
  File "src/projects/recsys/train.py", line 3, in <module>
    helper.fails()
  File "src/projects/recsys/helper.py", line 2, in fails
    raise ValueError("no rows")
ValueError: no rows
✗ train ended with exit code 1 after <s>`);

  // A config that is wrong is reported, and the next save continues.
  const config = join(made.path, "src/projects/recsys/config.yaml");
  const good = await readFile(config, "utf8");
  await writeFile(config, good.replace("version:", "versoin:"));
  expect(await terminal.waitFor("Waiting for a change")).toContain("config/unknown-key");
  await writeFile(config, good);
  await terminal.waitFor("✗ train ended with exit code 1");
  await terminal.waitFor("Waiting for a change");

  // A save while the step runs stops it.
  await writeFile(source, train("import time; print('sleeps', flush=True); time.sleep(1000)"));
  await terminal.waitFor("\nsleeps\n");
  await writeFile(source, train("print('third', text)"));
  await terminal.waitFor("■ train was stopped after");
  await terminal.waitFor("\nthird prepared\n");
  await terminal.waitFor("Waiting for a change");
  terminal.type("\u0003");
  expect(await terminal.ended).toBe(130);

  // Nothing of it is a run, and the run that it began with is as it was.
  const { runs } = JSON.parse((await esteira(made.path, ["runs", "--json"])).out) as {
    readonly runs: readonly { readonly run: string }[];
  };
  expect(runs.map((one) => one.run)).toEqual([id]);
  expect(
    await readdir(join(made.path, ".esteira/artifacts/recsys", id), { recursive: true }),
  ).toEqual(before);
  expect((await readdir(join(made.path, "src/projects/recsys"))).toSorted()).toEqual([
    "Dockerfile",
    "config.yaml",
    "helper.py",
    "train.py",
  ]);
});

test("--deployed runs what a run ran, with its parameters, whatever the working copy is by now", async () => {
  await using made = await trialsWorkspace();
  const source = join(made.path, "src/projects/recsys/train.py");
  const print =
    "import os; print(os.environ['ESTEIRA_PARAM_GREETING'], os.environ['ESTEIRA_RUN_ID']";
  await writeFile(source, train(`${print}, 'then')`));
  const words = ["dev", "recsys", "train", "--deployed"];
  const none = await esteira(made.path, words);
  expect(none).toEqual({
    code: 4,
    out: "",
    err: `error: recsys has not run in local yet, so that there is nothing to run as it ran
       Leave out --deployed: then your working copy runs.`,
  });
  expect((await esteira(made.path, ["deploy", "recsys"])).code).toBe(0);
  const run = await esteira(made.path, ["run", "recsys", "--param", "greeting=oi"]);
  expect(run.code).toBe(0);
  await writeFile(source, train(`${print}, 'now')`));
  const tried = await esteira(made.path, words);
  expect(steady(tried.out)).toContain(
    "recsys train · local · as it was deployed · artifacts of recsys-<id>",
  );
  expect(tried.out).toContain("\noi recsys-scratch then\n");
  const given = await esteira(made.path, [...words, "--param", "greeting=ola"]);
  expect(given.out).toContain("\nola recsys-scratch then\n");
  expect((await esteira(made.path, ["dev", "recsys", "train", "--once"])).out).toContain(
    "\nhello recsys-scratch now\n",
  );
});

test("--from gives the working copy what that run was started with: parameters, time, values for samples", async () => {
  await using made = await shellWorkspace({
    recsys: `- { id: train, command: "sh train.sh", env_vars: {ROWS: all}, sample_env: {ROWS: "10"} }`,
  });
  const config = join(made.path, "src/projects/recsys/config.yaml");
  const text = await readFile(config, "utf8");
  await writeFile(
    config,
    text.replace("params:\n", "params:\n  top: { default: '100', sample: '5' }\n"),
  );
  const script = `echo $1 $ESTEIRA_PARAM_GREETING $ESTEIRA_PARAM_TOP $ROWS $ESTEIRA_SCHEDULED_TIME`;
  await write(made.path, "src/projects/recsys/train.sh", script);
  expect((await esteira(made.path, ["deploy", "recsys"])).code).toBe(0);
  const ran = await esteira(made.path, ["run", "recsys", "--sample", "--param", "greeting=oi"]);
  const [id = ""] = /recsys-\d{8}T\d{6}Z-[0-9a-z]{6}/.exec(ran.out) ?? [];
  const ended = Date.now();
  expect(ran.out).toContain("oi 5 10 ");
  await write(made.path, "src/projects/recsys/train.sh", script.replace("$1", "edited"));
  /** What the step said, and whether it was given a time of before the run's end. */
  const tried = async (...flags: readonly string[]) => {
    const { out } = await esteira(made.path, ["dev", "recsys", "train", "--once", ...flags]);
    const [, said = "", time = ""] = /^((?:edited )?\w+ \d+ \w+) (\S+Z)$/m.exec(out) ?? [];
    return { said, isThen: Date.parse(time) < ended, head: out.trim().split("\n", 1)[0] ?? "" };
  };
  const again = await tried("--from", id);
  expect({ ...again, head: steady(again.head) }).toEqual({
    said: "edited oi 5 10",
    isThen: true,
    head: "recsys train · local · from src/projects/recsys · artifacts and parameters of recsys-<id>",
  });
  expect(await tried("--from", id, "--param", "top=7")).toMatchObject({
    said: "edited oi 7 10",
    isThen: true,
  });
  expect(await tried("--from", id, "--deployed")).toMatchObject({ said: "oi 5 10", isThen: true });
  expect(await tried()).toMatchObject({ said: "edited hello 100 all", isThen: false });
});

test("all steps run once, with nothing deployed, and a later step finds what they left", async () => {
  await using made = await trialsWorkspace();
  const all = await esteira(made.path, ["dev", "recsys", "--once"]);
  expect(all.code).toBe(0);
  expect(steady(all.out)).toContain(
    "in-local\nesteira: kept 1 file (9 bytes) in <s>\n✓ prepare succeeded",
  );
  expect(all.out).toContain("first prepared\n");
  const one = await esteira(made.path, ["dev", "recsys", "train", "--once", "--json"]);
  expect(JSON.parse(one.out)).toMatchObject({ step: "train", exitCode: 0, stopped: false });
  expect(one.err).toContain("first prepared");
  expect(existsSync(join(made.path, ".esteira/runs"))).toBe(false);
});

test.each([
  [["recsys", "trian"], 4, "error: recsys has no step trian\n       Did you mean train?"],
  [
    ["recsys", "--debug"],
    2,
    "error: a debugger waits in one step\n       Name it: `esteira dev recsys STEP --debug`.",
  ],
  [
    ["recsys", "train", "--debug", "--deployed"],
    2,
    `error: what was deployed has no debugger in it
       Leave out --deployed: then your working copy runs, on what that run left.`,
  ],
  [
    ["recsys", "prepare", "--debug"],
    5,
    `error: the command of prepare doesn't begin with python, so that no debugger can be put before it
       Call debugpy in the code: import debugpy; debugpy.listen(5678); debugpy.wait_for_client().`,
  ],
  [
    ["recsys", "train", "-e", "dev"],
    5,
    `error: steps are tried on this machine
       \`esteira dev recsys train -e local --from-env dev --deployed\` does it here, in the same image and on what the last run there left, with this machine's ENV and secrets; nothing is written there. Without --deployed your working copy runs.`,
  ],
])("dev %j is refused with what to do", async (words, code, err) => {
  await using made = await trialsWorkspace();
  const answer = await esteira(made.path, ["dev", ...words, "--once"]);
  expect(answer).toEqual({ code, out: "", err });
});

test("env prints what a step gets, and a secret only to a program", async () => {
  await using made = await trialsWorkspace();
  const config = join(made.path, "src/projects/recsys/config.yaml");
  const secret = 'runtime: { secrets: { TOKEN: "ssm:token" } }\n';
  await writeFile(config, `${await readFile(config, "utf8")}${secret}`);
  const words = ["env", "recsys", "train", "--param", "greeting=it's"];
  const refused = await esteira(made.path, words);
  expect(refused).toEqual({
    code: 5,
    out: "",
    err: `error: the secret TOKEN has no value on this machine: set it in the environment or in .esteira/secrets/recsys.env
       \`esteira secrets set\` keeps a value.`,
  });
  await write(made.path, ".esteira/secrets/recsys.env", "TOKEN=hunter2\n");
  const shown = await esteira(made.path, words);
  const lines = shown.out.split("\n");
  expect(lines).toContain("TOKEN=***");
  expect(lines).toContain("ENV=local");
  expect(lines).toContain("ESTEIRA_PARAM_GREETING=it's");
  expect(lines).toContain("ESTEIRA_RUN_ID=recsys-scratch");
  expect(lines).toContain(
    `ESTEIRA_ARTIFACTS_URI=file://${made.path}/.esteira/scratch/recsys/artifacts/`,
  );
  expect(shown.out).not.toContain("hunter2");
  expect((await esteira(made.path, [...words, "--json"])).out).not.toContain("hunter2");

  const script = `eval "$("$1" "$2" env recsys train --param greeting="it's" --export 2>/dev/null)"
    echo "$TOKEN $ESTEIRA_PARAM_GREETING" && python -c 'import sys; print(sys.prefix)'`;
  const { stdout } = await execa("sh", ["-c", script, "-", process.execPath, binary], {
    cwd: made.path,
  });
  expect(stdout).toMatch(new RegExp(`^hunter2 it's\\n${made.path}/\\.esteira/venvs/[0-9a-f/]+$`));
});
