import { PutRetentionPolicyCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetQueueUrlCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";

import { systemTiming } from "../../src/aws/sdk/timing.ts";
import { registryProgram, startRegistry, type OwnRegistry } from "../aws/images-rig.ts";
import { moto, useMoto } from "../aws/rig/moto.ts";
import { startSfnServer } from "../aws/rig/sfn-server.ts";
import type { Script } from "../aws/rig/sfn-tasks.ts";
import { describeWith } from "../rig/parts.ts";
import { awsWorkspace, credentials, pushImage } from "./aws-workspace.ts";
import { projectYaml, steady as steadily, write } from "./workspace.ts";

const program = await registryProgram();
const emulator = moto();
const parts =
  "missing" in program ? program : "missing" in emulator ? emulator : { program, emulator };

describeWith(parts, "operating on AWS by the command line", (found) => {
  const server = useMoto(() => found().emulator);
  let registry: OwnRegistry;
  beforeAll(async () => {
    registry = await startRegistry(found().program);
  });
  afterAll(() => registry.stop());

  let fails = true;
  const script: Script = () =>
    fails ? { lines: ["ValueError: no rows"], end: 1 } : { lines: ["works"], end: 0 };

  test("what failed is diagnosed, what was missed is reported and made up for", async () => {
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
    // Whatever engine the machine has: none answers here.
    const run = (...inputs: string[]) =>
      workspace.runWith({ ...credentials, DOCKER_HOST: "tcp://127.0.0.1:1" }, ...inputs);
    await write(
      path,
      "src/projects/recsys/config.yaml",
      projectYaml("recsys", `- { id: score, command: "echo score" }`),
    );
    const doctor = async () => {
      const { code, out, err } = await run("doctor", "recsys", "-e", "dev");
      return { code, text: steady(out), err };
    };

    // Without the base layer there is nothing to look at but the sources.
    const before = await doctor();
    expect(before.code).toBe(1);
    expect(before.text).toContain("  ✓ Dockerfile  builds on python:3.11-slim\n");

    await run("bootstrap", "-e", "dev", "--yes");
    await pushImage(registry.address, "ml", "recsys-1.0.0");
    expect(await run("deploy", "-e", "dev", "--no-build")).toMatchObject({ code: 0 });
    expect(await run("run", "recsys", "-e", "dev")).toMatchObject({ code: 1 });
    const status = await run("status", "recsys", "-e", "dev");
    expect(status.out).toMatch(
      /^cost +≈ \d+ instance minutes, ≈ US\$ [\d.]+ on spot \(prices of \d{4}-\d\d-\d\d, us-east-1\)$/m,
    );
    await server()
      .clients()
      .logs.send(
        new PutRetentionPolicyCommand({ logGroupName: "/ecs/recsys", retentionInDays: 1 }),
      );
    const ill = await doctor();
    expect(ill.code).toBe(1);
    const [ofProject = "", ofAccount = ""] = ill.text.split("\n\ndev\n");
    expect(ofProject).toBe(`recsys · dev

build
  ✓ config  config.yaml has no problems
  ✓ Dockerfile  builds on python:3.11-slim
  ✓ requirements  none, and nothing is imported that would need any
  ! Docker  no Docker engine answers: <why>
  → Images can't be built on this machine; in CI they can.
  ! image  recsys-1.0.0 is not in the registry yet: will be built from src/projects/recsys; recsys-1.0.0 moves from sha256:<snapshot>
  → a deploy does that

state machine
  ✓ deployed  1.0.0 (<hash>), just now by user/moto (ana)
  ✓ variables  3 variables, as config.yaml has them
  ✗ resources  changed since the deploy, without Esteira: log group /ecs/recsys (retention_days)
  → \`esteira deploy recsys --refresh -e dev\` puts it back.
  ✗ last run  failed just now: score ended with exit code 1: ValueError: no rows
  → Its log has the whole story. Correct the step, deploy, and resume: finished steps are not run again. More: \`esteira status recsys-<id> -e dev\`.
  ✓ task definition  the deployed revision recsys:1 is active
  ! instances  t3.small is not offered in us-east-1e
  → instances start in the other zones only

scheduler
  ✓ config  \`schedule.enabled\` is true
  ✓ cron  0 3 * * *, every day at 03:00 (UTC); next <next>
  ✓ state  sched-recsys is enabled
  ✓ role  scheduler.amazonaws.com may take on esteira-acme-dev-scheduler
  ✓ fires  none was due since it was deployed or changed`);
    // The emulator's own network has no way out.
    expect(ofAccount).toMatch(/^ {2}✗ network {2}instances in <subnet> can't reach ecs, /);

    fails = false;
    const range = ["--from", "2026-01-01", "--to", "2026-01-02", "--yes"];
    const filled = await run("backfill", "recsys", ...range, "-e", "dev");
    expect([filled.code, steadily(filled.out).split("\n").slice(-4)]).toEqual([
      0,
      [
        "✓ 2026-01-01 03:00  recsys-<id>  <s>",
        "✓ 2026-01-02 03:00  recsys-<id>  <s>",
        "",
        "✓ 2 runs succeeded.",
      ],
    ]);
    // The emulator runs no functions, and says so in words, not in JSON.
    expect(filled.err).toMatch(
      /^Nobody was notified: the function esteira-acme-dev-notifier failed: error running docker: /,
    );
    expect((await run("backfill", "recsys", ...range, "-e", "dev")).out).toContain(
      "✓ Nothing to do: all of them have succeeded.",
    );

    const { sqs } = server().clients();
    const { QueueUrl } = await sqs.send(
      new GetQueueUrlCommand({ QueueName: "esteira-acme-dev-dead-letters" }),
    );
    const text = (StringValue: string) => ({ DataType: "String", StringValue });
    const lost = (scheduledTime: string) =>
      sqs.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody: "{}",
          MessageAttributes: {
            ERROR_CODE: text("AccessDeniedException"),
            ERROR_MESSAGE: text("not authorized to perform: states:StartExecution"),
            SCHEDULED_TIME: text(scheduledTime),
            SCHEDULE_ARN: text(
              "arn:aws:scheduler:us-east-1:123456789012:schedule/default/sched-recsys",
            ),
          },
        }),
      );
    // Of the first a run has succeeded since.
    await lost("2026-01-02T03:00:00Z");
    await lost("2026-01-03T03:00:00Z");
    const watched = await run("watch", "--once", "-e", "dev");
    expect(watched).toMatchObject({ code: 1, err: "" });
    expect(watched.out.split("\n").slice(0, 2).join(" ").replaceAll(/ +/g, " ")).toBe(
      "✗ sched-recsys could not start the run of 2026-01-03 03:00 UTC: the scheduler gave up with AccessDeniedException: not authorized to perform: states:StartExecution",
    );
    expect((await doctor()).text).toContain(
      "  ✗ fires  sched-recsys could not start the run of 2026-01-03 03:00 UTC",
    );
  }, 200_000);
});

function steady(text: string): string {
  return steadily(text)
    .replaceAll(/\n {9,}(?=[^ →])/g, " ")
    .replaceAll(/^ +→/gm, "  →")
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d, (?:in \d+ (?:h|min)|in a moment)/g, "<next>")
    .replaceAll(/\b\d+ min ago/g, "just now")
    .replaceAll(/subnet-[0-9a-f]+/g, "<subnet>")
    .replaceAll(/(?<=engine answers: ).*/g, "<why>");
}
