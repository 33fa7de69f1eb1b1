import { existsSync, readlinkSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

import { heldName } from "../../src/local/executors/docker-container.ts";
import { dockerEngine } from "../rig/docker.ts";
import { describeWith } from "../rig/parts.ts";
import { openTerminal, type Terminal } from "../rig/terminal.ts";
import { binary, esteira, start } from "./cli.ts";
import { shellWorkspace, steady, write } from "./workspace.ts";

const steps = `- { id: prepare, command: "echo prepared > out.txt", outputs: [out.txt] }
- { id: train, command: "echo half > model.txt; echo note > $ESTEIRA_ARTIFACTS_DIR/note; exit 3", outputs: [model.txt] }`;

const idOf = (text: string): string => /recsys-\d{8}T\d{6}Z-[0-9a-z]{6}/.exec(text)?.[0] ?? "";

function typed(
  cwd: string,
  variables: Readonly<Record<string, string>>,
  ...inputs: string[]
): Terminal {
  const env = {
    PATH: process.env["PATH"],
    HOME: cwd,
    USER: "ana",
    TERM: "dumb",
    TZ: "UTC",
    ...variables,
  };
  return openTerminal([process.execPath, binary, ...inputs], { cwd, env });
}

/** The processes that wait for the time of a hold. */
async function watchers(root: string): Promise<readonly number[]> {
  const { stdout } = await execa("ps", ["-eo", "pid=,args="]);
  return stdout
    .split("\n")
    .filter((line) => line.includes(" drive ") && line.includes("recsys-"))
    .map((line) => Number(line.trim().split(" ")[0]))
    .filter((pid) => existsSync(`/proc/${pid}`) && cwdOf(pid) === root);
}

function cwdOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

test("a failed step is entered where it failed, with its variables, until somebody ends that", async () => {
  await using made = await shellWorkspace({ recsys: steps });
  await write(made.path, ".esteira/secrets/recsys.env", "TOKEN=hunter2\n");
  const config = join(made.path, "src/projects/recsys/config.yaml");
  const yaml = await readFile(config, "utf8");
  await write(
    made.path,
    "src/projects/recsys/config.yaml",
    `${yaml}runtime: { secrets: { TOKEN: "ssm:token" } }\n`,
  );
  expect((await esteira(made.path, ["deploy", "recsys"])).code).toBe(0);
  const words = ["run", "recsys", "--hold-on-failure", "30m", "--param", "greeting=oi"];
  const run = await esteira(made.path, words);
  expect(run.code).toBe(1);
  const id = idOf(run.out);
  expect(steady(run.out)).toContain(`  What train left is held until <date> <time> UTC.
  $ esteira shell recsys-<id> --step train
  $ esteira stop recsys-<id>`);
  const { hold } = JSON.parse((await esteira(made.path, ["status", id, "--json"])).out) as {
    readonly hold: { readonly until: number; readonly steps: readonly unknown[] };
  };
  expect(hold.steps).toEqual([{ step: "train", item: null }]);
  expect(Math.abs(hold.until - Date.now() - 30 * 60_000)).toBeLessThan(60_000);
  expect(await watchers(made.path)).toHaveLength(1);

  // What is done there is still there for the next shell.
  await using first = typed(made.path, {}, "shell", id, "--step", "train");
  await first.waitFor(/train · in the folder where it failed · held until/);
  await first.waitFor("(recsys train) $ ");
  first.type(
    "echo '+'$(cat out.txt model.txt $ESTEIRA_ARTIFACTS_DIR/note) $TOKEN $ESTEIRA_PARAM_GREETING $ESTEIRA_RUN_ID\r",
  );
  expect(await first.waitFor(/\n\+\S+ [^\n]*\n/)).toContain(`+prepared half note hunter2 oi ${id}`);
  first.type("echo mine > mine.txt; nohup sleep 98765 >/dev/null 2>&1 & exit\r");
  expect(await first.ended).toBe(0);
  await using second = typed(made.path, {}, "shell", "recsys", "--step", "train", "--end-hold");
  await second.waitFor("(recsys train) $ ");
  second.type("echo '+'$(cat mine.txt)\r");
  await second.waitFor("+mine");
  second.type("exit\r");
  expect(await second.ended).toBe(0);
  expect(second.shown()).toContain("Its place is given up.");

  // Nothing of it is left: neither files nor what was started there.
  const attempts = join(made.path, ".esteira/runs", id);
  const files = await readdir(attempts, { recursive: true });
  expect(files.filter((name) => /hold|work|artifacts/.test(name))).toEqual([]);
  expect((await execa("ps", ["-eo", "args="])).stdout).not.toContain("sleep 98765");
  await expect.poll(() => watchers(made.path), { timeout: 20_000 }).toEqual([]);
  expect((await esteira(made.path, ["status", id])).out).not.toContain("held");
  expect(await esteira(made.path, ["shell", id, "--step", "train"])).toMatchObject({ code: 5 });
}, 120_000);

test("it ends with its time, and only what failed for good is held", async () => {
  await using made = await shellWorkspace({
    recsys: `- { id: flaky, command: "if ! test -e ../../again; then touch ../../again; exit 1; fi", retry: {interval_seconds: 1} }`,
    items: `- { id: score, for_each: {items: [a, b, c], max_concurrency: 1}, command: "exit 1" }`,
  });
  const config = join(made.path, "src/projects/recsys/config.yaml");
  const yaml = await readFile(config, "utf8");
  await writeFile(config, yaml.replace("retries: 0", "retries: 1"));
  expect((await esteira(made.path, ["deploy"])).code).toBe(0);

  // The second try succeeded: there is nothing to enter.
  const good = await esteira(made.path, ["run", "recsys", "--hold-on-failure", "1h"]);
  expect(good).toMatchObject({ code: 0 });
  const folder = join(made.path, ".esteira/runs");
  expect(
    (await readdir(folder, { recursive: true })).filter((name) => /hold|work/.test(name)),
  ).toEqual([]);

  // Of items that fail alike, one is held.
  const run = await esteira(made.path, ["run", "items", "--hold-on-failure", "20s"]);
  expect(run.code).toBe(1);
  const works = async (): Promise<readonly string[]> =>
    (await readdir(folder, { recursive: true })).filter((name) => name.endsWith("/work"));
  expect(await works()).toHaveLength(1);
  expect(steady(run.out)).toMatch(/What score \(item \d\) left is held until/);
  // The process that waits for it does it, with no other command.
  await expect.poll(works, { timeout: 60_000 }).toEqual([]);
  await expect.poll(() => watchers(made.path), { timeout: 20_000 }).toEqual([]);
}, 120_000);

test("where the process that waits for it is gone, as after a reboot, up gives it up", async () => {
  await using made = await shellWorkspace({ recsys: `- { id: train, command: "exit 4" }` });
  expect((await esteira(made.path, ["deploy"])).code).toBe(0);
  expect((await esteira(made.path, ["run", "recsys", "--hold-on-failure", "10s"])).code).toBe(1);
  for (const pid of await watchers(made.path)) process.kill(pid, "SIGKILL");
  const works = async (): Promise<readonly string[]> =>
    (await readdir(join(made.path, ".esteira/runs"), { recursive: true })).filter((name) =>
      name.endsWith("/work"),
    );
  const up = start(made.path, ["up"], { HOME: made.path });
  expect(await works()).toHaveLength(1);
  await expect.poll(works, { timeout: 60_000 }).toEqual([]);
  up.kill("SIGTERM");
  expect((await up).exitCode).toBe(0);
}, 120_000);

test("a run whose process was killed holds it too when somebody has resumed it, and stop gives it up", async () => {
  await using made = await shellWorkspace({
    recsys: `- { id: train, command: "echo $$ > pid; sleep 5; exit 4", outputs: [] }`,
  });
  expect((await esteira(made.path, ["deploy", "recsys"])).code).toBe(0);
  const words = ["run", "recsys", "--hold-on-failure", "1h", "--detach", "--json"];
  const { run: id } = JSON.parse((await esteira(made.path, words)).out) as { readonly run: string };
  const going = await esteira(made.path, ["shell", id, "--step", "train"]);
  expect(going).toMatchObject({ code: 5 });
  await expect
    .poll(() => existsSync(join(made.path, ".esteira/runs", id)), { timeout: 20_000 })
    .toBe(true);
  for (const pid of await watchers(made.path)) process.kill(pid, "SIGKILL");
  const resumed = await esteira(made.path, ["resume", id]);
  expect(resumed.out).toContain(`esteira shell ${id} --step train`);
  expect(await esteira(made.path, ["stop", id])).toEqual({
    code: 0,
    out: `What ${id} held of its failed steps is given up.`,
    err: "",
  });
  const files = await readdir(join(made.path, ".esteira/runs", id), { recursive: true });
  expect(files.filter((name) => /hold|work/.test(name))).toEqual([]);
  expect(await esteira(made.path, ["stop", id])).toMatchObject({
    code: 5,
    err: `error: ${id} has ended already: it failed\n       There is nothing to stop.`,
  });
  await expect.poll(() => watchers(made.path), { timeout: 20_000 }).toEqual([]);
}, 120_000);

test.each([
  [
    ["run", "recsys", "--hold-on-failure", "8d"],
    2,
    "error: --hold-on-failure can't be 8d: it is a time such as 30m, 12h or 7d, at most 7d",
  ],
  [["shell", "recsys", "--end-hold"], 2, "error: --end-hold is of --step"],
  [
    ["shell", "recsys", "train", "--step", "train"],
    2,
    "error: --step opens what a run has left, as it is",
  ],
  [
    ["run", "recsys", "--hold-on-failure", "30m", "-e", "dev"],
    5,
    `error: a task on AWS can't be held or entered: what it left outside of its outputs goes with it
       \`esteira dev recsys -e local --from-env dev --deployed\` does it here, in the same image and on what the last run there left, with this machine's ENV and secrets; nothing is written there. Without --deployed your working copy runs.`,
  ],
])("%j is refused with what to do", async (words, code, err) => {
  await using made = await shellWorkspace({ recsys: steps });
  const answer = await esteira(made.path, words);
  expect(answer.code).toBe(code);
  expect(answer.err).toContain(err);
});

describeWith(await dockerEngine(), "a step that failed in a container", (engine) => {
  test("is entered in what its container left, and nothing of it stays", async () => {
    await using made = await shellWorkspace({
      recsys: steps.replace("exit 3", "echo deep > /var/mark; exit 3"),
    });
    const yaml = await readFile(join(made.path, "esteira.yaml"), "utf8");
    await write(made.path, "esteira.yaml", yaml.replace("executor: process", "executor: docker"));
    const image = "FROM python:3.11-slim\nWORKDIR /app\nCOPY . .\n";
    await write(made.path, "src/projects/recsys/Dockerfile", image);
    const config = join(made.path, "src/projects/recsys/config.yaml");
    const secret = 'runtime: { secrets: { TOKEN: "ssm:token" } }\n';
    await write(
      made.path,
      "src/projects/recsys/config.yaml",
      `${await readFile(config, "utf8")}${secret}`,
    );
    const variables = {
      DOCKER_HOST: engine().host,
      DOCKER_BUILDKIT: "0",
      TOKEN: "hunter2\nand more",
    };
    expect(await esteira(made.path, ["deploy", "recsys"], variables)).toMatchObject({ code: 0 });
    const words = ["run", "recsys", "--hold-on-failure", "30m"];
    const run = await esteira(made.path, words, variables);
    expect(run.code).toBe(1);
    const id = idOf(run.out);
    const env = { DOCKER_HOST: engine().host };
    // Other tests hold containers on this engine as well.
    const folder = join(made.path, ".esteira/runs", id);
    const own = new Set((await readdir(folder)).map((task) => heldName(join(folder, task))));
    const heldImages = async (): Promise<readonly string[]> => {
      const { stdout } = await execa("docker", ["images", "--format", "{{.Repository}}"], { env });
      return stdout.split("\n").filter((name) => own.has(name));
    };
    const left = async (): Promise<readonly string[]> => {
      const attempt = `label=esteira.run=${id}`;
      const { stdout } = await execa("docker", ["ps", "-aq", "--filter", attempt], { env });
      return [...stdout.split("\n"), ...(await heldImages())].filter((line) => line !== "");
    };
    expect(await left()).toHaveLength(1);

    await using first = typed(made.path, variables, "shell", id, "--step", "train");
    await first.waitFor(/train · in the container where it failed · held until/);
    await first.waitFor("(recsys train) $ ");
    first.type(
      "echo '+'$(cat out.txt model.txt $ESTEIRA_ARTIFACTS_DIR/note /var/mark) $ENV $(pwd) \"$TOKEN\" | tr '\\n' ' '\r",
    );
    expect(await first.waitFor(/\n\+\S+ [^\n]*more/)).toContain(
      "+prepared half note deep local /app hunter2 and more",
    );
    const [held = ""] = await heldImages();
    const inImage = ["run", "--rm", "--entrypoint=cat", held, "/.esteira-environment"];
    expect((await execa("docker", inImage, { env })).stdout).toBe("");
    first.type("echo mine > /tmp/mine; exit\r");
    expect(await first.ended).toBe(0);
    await using second = typed(made.path, variables, "shell", id, "--step", "train");
    await second.waitFor("(recsys train) $ ");
    second.type("echo '+'$(cat /tmp/mine)\r");
    await second.waitFor("+mine");
    second.type("exit\r");
    expect(await second.ended).toBe(0);
    expect(await left()).toHaveLength(3);

    expect(await esteira(made.path, ["stop", id], variables)).toMatchObject({ code: 0 });
    expect(await left()).toEqual([]);
    await expect.poll(() => watchers(made.path), { timeout: 20_000 }).toEqual([]);
  }, 240_000);
});
