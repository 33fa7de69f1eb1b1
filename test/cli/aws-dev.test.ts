import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

import { systemTiming } from "../../src/aws/sdk/timing.ts";
import { registryProgram, startRegistry, type OwnRegistry } from "../aws/images-rig.ts";
import { moto, useMoto } from "../aws/rig/moto.ts";
import { startSfnServer } from "../aws/rig/sfn-server.ts";
import type { Script } from "../aws/rig/sfn-tasks.ts";
import { dockerEngine } from "../rig/docker.ts";
import { describeWith } from "../rig/parts.ts";
import { openTerminal } from "../rig/terminal.ts";
import { awsWorkspace, credentials } from "./aws-workspace.ts";
import { binary } from "./cli.ts";
import { projectYaml, steady, write } from "./workspace.ts";

const program = await registryProgram();
const emulator = moto();
const engine = await dockerEngine();
const parts =
  "missing" in program
    ? program
    : "missing" in emulator
      ? emulator
      : "missing" in engine
        ? engine
        : { program, emulator, engine };

const steps = `- { id: prepare, command: "echo prepared > out.txt", outputs: [out.txt] }
- { id: train, command: "sh train.sh", outputs: [model.txt] }`;

const train = (code: string): string => `echo "+ ${code} $(cat out.txt)"
echo "+ $ENV $TOKEN $ESTEIRA_PARAM_GREETING $TARGET $ESTEIRA_VERSION $ESTEIRA_RUN_ID"
echo "+ $ESTEIRA_SCHEDULED_TIME $AWS_SECRET_ACCESS_KEY."
echo trained > model.txt
echo state > "\${ESTEIRA_CHECKPOINT_URI#file://}state"
`;

describeWith(parts, "a run on AWS, tried on this machine", (found) => {
  const server = useMoto(() => found().emulator);
  let registry: OwnRegistry;
  beforeAll(async () => {
    registry = await startRegistry(found().program);
  });
  afterAll(() => registry.stop());

  test("dev and shell have its image and inputs, and this machine's ENV and secrets; nothing is written there", async () => {
    const script: Script = ({ step }) => ({ lines: [], end: step === "train" ? 1 : 0 });
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
    const { path } = workspace;
    const variables = {
      ...credentials,
      DOCKER_HOST: found().engine.host,
      DOCKER_BUILDKIT: "0",
    };
    const run = (...inputs: string[]) => workspace.runWith(variables, ...inputs);
    const project = join(path, "src/projects/recsys");
    await write(
      project,
      "config.yaml",
      `${projectYaml("recsys", steps)}runtime:
  secrets: { TOKEN: "ssm:token" }
  env_vars: { TARGET: nowhere }
environments:
  dev: { runtime: { env_vars: { TARGET: warehouse } } }
  local: { runtime: { env_vars: { TARGET: here } } }
`,
    );
    await write(project, "Dockerfile", "FROM python:3.11-slim\nWORKDIR /app\nCOPY . .\n");
    await write(project, "train.sh", train("deployed"));
    await write(path, ".esteira/secrets/recsys.env", "TOKEN=my-own-token\n");
    expect(await run("bootstrap", "-e", "dev", "--yes")).toMatchObject({ code: 0 });
    expect(await run("deploy", "-e", "dev")).toMatchObject({ code: 0 });
    const ran = await run("run", "recsys", "-e", "dev", "--param", "greeting=oi");
    expect(ran.code).toBe(1);
    const [id = ""] = /recsys-\d{8}T\d{6}Z-[0-9a-z]{6}/.exec(ran.out) ?? [];

    // What its first step left, as the helper leaves it.
    const { s3 } = server().clients();
    const [, Bucket = ""] =
      /s3:\/\/([^/]+)\//.exec((await run("status", id, "-e", "dev")).out) ?? [];
    const folder = `artifacts/recsys/${id}`;
    const content = "prepared there\n";
    const sha256 = createHash("sha256").update(content).digest("hex");
    const manifest = {
      schema: 1,
      step: "prepare",
      run: id,
      attempt: "01-a",
      committedAt: 1,
      entries: [{ in: "work", path: "out.txt", size: content.length, sha256, mode: "644" }],
    };
    for (const [key, Body] of [
      [`_outputs/prepare/01-a/work/out.txt`, content],
      [`_outputs/prepare/manifest.json`, JSON.stringify(manifest)],
      [`_checkpoints/train/state`, "theirs"],
    ] as const) {
      await s3.send(new PutObjectCommand({ Bucket, Key: `${folder}/${key}`, Body }));
    }
    const objects = async () =>
      (await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "artifacts/" }))).Contents?.map(
        ({ Key, ETag, LastModified }) => ({ Key, ETag, LastModified }),
      );
    const before = await objects();

    // The working copy is another one by now, and this machine has no image of the run.
    await write(project, "train.sh", train("working copy"));
    const env = { DOCKER_HOST: found().engine.host };
    const { stdout: images } = await execa("docker", ["images", "-q", `${registry.address}/ml`], {
      env,
    });
    await execa("docker", ["rmi", "--force", ...images.split("\n")], { env });

    const asked = await run("shell", id, "--step", "train", "-e", "dev");
    expect(asked.err).toContain(
      `\`esteira dev recsys train -e local --from ${id} --from-env dev --deployed\` does it here`,
    );
    const words = ["recsys", "train", "-e", "local", "--from", id, "--from-env", "dev"];
    const tried = await run("dev", ...words, "--deployed");
    expect(tried).toMatchObject({ code: 0 });
    const lines = steady(tried.out).split("\n");
    expect(lines).toContain(`recsys train · local · as it was deployed · artifacts of recsys-<id>`);
    expect(lines).toContain("+ deployed prepared there");
    expect(lines).toContain("+ local *** oi here 1.0.0 recsys-scratch");
    expect(tried.out).toMatch(/\+ \d{4}-\d\d-\d\dT[\d:.]+Z \.$/m);
    const scratch = join(path, ".esteira/scratch/recsys/artifacts");
    expect(await readFile(join(scratch, "_outputs/train/manifest.json"), "utf8")).toContain(
      "model.txt",
    );

    // The image is there by now, and a shell is in it too.
    await using terminal = openTerminal(
      [process.execPath, binary, "shell", ...words, "--deployed"],
      { cwd: path, env: { PATH: process.env["PATH"], HOME: path, TERM: "dumb", ...variables } },
    );
    await terminal.waitFor("recsys train · in its container");
    await terminal.waitFor("(recsys train) $ ");
    terminal.type("echo '+'$(head -1 train.sh | cut -d ' ' -f 3) $ENV $TOKEN $(cat out.txt)\r");
    expect(await terminal.waitFor(/\n\+[^\n]*there\n/)).toContain(
      "+deployed local my-own-token prepared there",
    );
    terminal.type("exit\r");
    expect(await terminal.ended).toBe(0);

    // Without it, the working copy runs on what the run left.
    const working = await run("dev", ...words, "--once");
    expect(working.out).toContain("+ working copy prepared there");
    expect(await objects()).toEqual(before);
    const runs = JSON.parse((await run("runs", "-e", "local", "--json")).out) as {
      readonly runs: readonly unknown[];
    };
    expect(runs.runs).toEqual([]);
  }, 300_000);
});
