import { fileURLToPath } from "node:url";

import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

import { systemTiming } from "../../src/aws/sdk/timing.ts";
import { registryProgram, startRegistry, type OwnRegistry } from "../aws/images-rig.ts";
import { moto, useMoto } from "../aws/rig/moto.ts";
import { startSfnServer } from "../aws/rig/sfn-server.ts";
import type { Script } from "../aws/rig/sfn-tasks.ts";
import { describeWith } from "../rig/parts.ts";
import { awsWorkspace, pushImage } from "./aws-workspace.ts";
import { projectYaml, steady, write } from "./workspace.ts";

const program = await registryProgram();
const emulator = moto();
const parts =
  "missing" in program ? program : "missing" in emulator ? emulator : { program, emulator };

const stateMachine = "arn:aws:states:us-east-1:123456789012:stateMachine:recsys-workflow";
const plainCommands = fileURLToPath(new URL("../aws/rig/plain_commands.py", import.meta.url));

describeWith(parts, "runs on AWS by the command line", (found) => {
  const server = useMoto(() => found().emulator);
  let registry: OwnRegistry;
  beforeAll(async () => {
    registry = await startRegistry(found().program);
  });
  afterAll(() => registry.stop());

  /** The second step of a run that Esteira has named fails, until the run is resumed. */
  let waits = false;
  const script: Script = ({ step, run, origin }) => {
    if (waits) return { lines: ["still at it"], end: "waits" };
    if (step === "score" && origin === run && run.startsWith("recsys")) {
      return { lines: ["Traceback (most recent call last):", "ValueError: no rows"], end: 1 };
    }
    return { lines: [`${step} works`], end: 0 };
  };

  test("run, status, runs, logs, resume, stop, and the users' plain AWS commands", async () => {
    const sfn = await startSfnServer({
      target: server().url,
      timing: systemTiming,
      script,
      logs: server().clients().logs,
    });
    await using _stopped = { [Symbol.asyncDispose]: () => sfn.stop() };
    await using workspace = await awsWorkspace({ ...server(), url: sfn.url }, registry.address, [
      "recsys",
    ]);
    const { run, path } = workspace;
    const steps = `- { id: extract, command: "echo extract" }\n- { id: score, command: "echo score" }`;
    await write(path, "src/projects/recsys/config.yaml", projectYaml("recsys", steps));
    const plain = async (command: string, value: string): Promise<unknown> => {
      const { stdout } = await execa(found().emulator.python, [
        plainCommands,
        command,
        sfn.url,
        value,
      ]);
      return JSON.parse(stdout);
    };

    expect(await run("run", "recsys", "-e", "dev")).toEqual({
      code: 4,
      out: "",
      err: `error: recsys is not deployed to dev
       Deploy it first: \`esteira deploy recsys -e dev\`.`,
    });
    expect(await run("bootstrap", "-e", "dev", "--yes")).toMatchObject({ code: 0 });
    await pushImage(registry.address, "ml", "recsys-1.0.0");
    expect(await run("deploy", "-e", "dev", "--no-build")).toMatchObject({ code: 0 });

    const failed = await run("run", "recsys", "-e", "dev");
    expect({ ...failed, out: steady(failed.out) }).toMatchInlineSnapshot(`
      {
        "code": 1,
        "err": "",
        "out": "recsys 1.0.0 · dev · recsys-<id>

      ▸ extract started
        extract │ extract works
      ✓ extract done in <s>
      ▸ score  started
        score  │ Traceback (most recent call last):
        score  │ ValueError: no rows
      ✗ score  failed after <s>: exit code 1

      step  status  attempts  started  duration  exit  memory
      extract  ✓ succeeded  1  <time>  <s>  0  unknown  ▏▏
      score  ✗ failed  1  <time>  <s>  1  unknown  ▏▏

      ✗ Failed after <s>: score ended with exit code 1: ValueError: no rows
        Its log has the whole story. Correct the step, deploy, and resume: finished steps are not run again.
        $ esteira logs recsys-<id> --step score -e dev
        $ esteira resume recsys-<id> -e dev",
      }
    `);
    const [listed, reported, logged] = await Promise.all([
      run("runs", "-e", "dev"),
      run("status", "recsys", "-e", "dev", "--json"),
      run("logs", "recsys", "-e", "dev", "--step", "extract"),
    ]);
    expect({ ...listed, out: steady(listed.out) }).toMatchInlineSnapshot(`
      {
        "code": 0,
        "err": "",
        "out": "run  status  started  duration  trigger  version  what went wrong
      recsys-<id>  ✗ failed  <date> <time>  <s>  manual  1.0.0  score ended with exit code 1…",
      }
    `);
    expect(JSON.parse(reported.out)).toMatchObject({
      run: {
        status: "FAILED",
        trigger: "manual",
        actor: "arn:aws:sts::123456789012:user/moto (ana)",
        version: "1.0.0",
      },
      diagnosis: {
        code: "run/exit-code",
        step: "score",
        message: "score ended with exit code 1: ValueError: no rows",
      },
    });
    expect(logged).toMatchObject({
      code: 0,
      out: expect.stringMatching(/extract works$/) as string,
    });

    const resumed = await run("resume", "recsys", "-e", "dev");
    expect({ ...resumed, out: steady(resumed.out) }).toMatchInlineSnapshot(`
      {
        "code": 0,
        "err": "",
        "out": "recsys 1.0.0 · dev · recsys-<id>
      Continues after the last finished step.

      - extract skipped
      ▸ score  started
        score  │ score works
      ✓ score  done in <s>

      step  status  attempts  started  duration  exit  memory
      extract  - skipped  ▏▏
      score  ✓ succeeded  1  <time>  <s>  0  unknown  ▏▏

      ✓ Succeeded in <s>.
        What it left: s3://esteira-acme-dev-<snapshot>/artifacts/recsys/recsys-<id>/",
      }
    `);

    const arn = (await plain("start-execution", stateMachine)) as string;
    const bare = arn.split(":").at(-1) ?? "";
    const followed = await run("logs", bare, "-e", "dev", "--follow");
    expect(steady(followed.out)).toMatch(/│ score works\n[^]*\n✓ Succeeded in <s>\.$/);
    const [read, tail, schedule] = await Promise.all([
      run("status", bare, "-e", "dev", "--json"),
      plain("tail", "/ecs/recsys"),
      plain("get-schedule", "sched-recsys"),
    ]);
    expect(JSON.parse(read.out)).toMatchObject({
      run: { run: bare, project: "recsys", trigger: "manual", actor: "", status: "SUCCEEDED" },
    });
    expect(tail).toContain("extract works");
    expect(schedule).toEqual([
      "cron(0 3 * * ? *)",
      '{"actor":"schedule","scheduled_time":"<aws.scheduler.scheduled-time>","trigger":"schedule"}',
    ]);

    waits = true;
    const detached = await run("run", "recsys", "-e", "dev", "--detach", "--json");
    const { run: id } = JSON.parse(detached.out) as { run: string };
    const stopped = await run("stop", id, "-e", "dev");
    expect({ ...stopped, out: steady(stopped.out) }).toEqual({
      code: 0,
      out: `■ recsys-<id> is stopped. Finished steps are kept.
  $ esteira resume recsys-<id> -e dev`,
      err: "",
    });
    const [overview, aborted] = await Promise.all([
      run("status", "-e", "dev"),
      run("runs", "-e", "dev", "--status", "aborted"),
    ]);
    expect(steady(overview.out)).toMatch(/^project .*\nrecsys {2}1\.0\.0 \(<hash>\) {2}■ aborted /);
    expect(aborted).toMatchObject({
      code: 0,
      out: expect.stringContaining("the run was stopped by user") as string,
    });
  }, 200_000);
});
