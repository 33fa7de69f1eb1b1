import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { DeleteLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";

import { runPolicy } from "../../src/aws/iam/deploy-policies.ts";
import { policyScope } from "../../src/aws/iam/scope.ts";
import { projectName, runId } from "../../src/core/ids.ts";
import type { Platform } from "../../src/platform/port.ts";
import { runInput } from "../../src/runs/input.ts";
import { describeWith } from "../rig/parts.ts";
import { deploy } from "./deploy-fixture.ts";
import { authorizationsOf } from "./rig/authorizations.ts";
import { type Call, intercept, record } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { evaluate } from "./rig/policy.ts";
import { useProxy } from "./rig/proxy.ts";
import type { Script } from "./rig/sfn-tasks.ts";
import { acceleratedTiming } from "./rig/timing.ts";
import { unwrap } from "./rig/unwrap.ts";
import {
  ended,
  failsOnce,
  good,
  linesOf,
  once,
  runsEnvironment,
  undecided,
} from "./runs-fixture.ts";

const project = projectName("recsys");
const stateMachineArn = "arn:aws:states:us-east-1:123456789012:stateMachine:recsys-workflow";
const follow = { mode: "follow" } as const;
const day = 86_400_000;
const account = {
  partition: "aws",
  accountId: "123456789012",
  region: "us-east-1",
  instanceRole: "arn:aws:iam::123456789012:role/esteira-acme-dev-instance",
};

describeWith(moto(), "runs on AWS", (part) => {
  const server = useMoto(part);
  let behind = "";
  const proxy = useProxy(() => ({ url: behind }));

  test("what people do with runs needs the run policy and nothing else", async () => {
    let script: Script = failsOnce;
    await using runs = await runsEnvironment(server(), { script: (task) => script(task) });
    await deploy(await runs.open(), [runs.environment.release(undecided)]);
    const calls: Call[] = [];
    const clients = record(server().clients({ sfnUrl: runs.sfn.url }), calls);
    const platform = await runs.open({ clients });

    const run = unwrap(await platform.start(project, runInput({ actor: "ana" }), follow));
    expect((await ended(platform, run)).status).toBe("FAILED");
    await linesOf(platform, run);
    unwrap(await platform.logTail(run, { step: "score_model", attempt: 1, item: undefined }, 9));
    unwrap(await platform.runs({}, { limit: 9 }));
    unwrap(await platform.listDeployed());
    unwrap(await platform.resume(run, { ...follow, actor: "bob" }));
    expect((await ended(platform, run)).status).toBe("SUCCEEDED");
    script = () => ({ end: "waits" });
    const another = unwrap(await platform.start(project, runInput(), follow));
    unwrap(await platform.stop(another, "bob"));

    const document = runPolicy(policyScope(runs.environment.context));
    const refused = calls
      .flatMap((call) => authorizationsOf(call, account))
      .filter((asked) => evaluate([document], asked) !== "allowed");
    expect(refused).toEqual([]);
    const trail = unwrap(await platform.audit({ limit: 4 })).items;
    expect(trail.map(({ action, actor, subject }) => [action, actor, subject])).toEqual([
      ["stop", "bob", another],
      ["start", "", another],
      ["resume", "bob", run],
      ["start", "ana", run],
    ]);
  });

  test("a run has the name of a local one, and one that AWS or the scheduler named is read alike", async () => {
    await using runs = await runsEnvironment(server(), { script: good });
    const platform = await runs.open();
    await deploy(platform, [runs.environment.release(once)]);
    const ours = unwrap(await platform.start(project, runInput({ actor: "ana" }), follow));
    expect(ours).toMatch(/^recsys-\d{8}T\d{6}Z-[0-9a-z]{6}$/);
    // As `aws stepfunctions start-execution --state-machine-arn …` does.
    const { executionArn = "" } = await runs.clients.sfn.send(
      new StartExecutionCommand({ stateMachineArn }),
    );
    const bare = runId(executionArn.split(":").at(-1) ?? "");
    const name = "7f1b0a52-26f4-4a9c-8d0e-0d6a3f6c1b1e_4c1b0f8e-26f4-4a9c-8d0e-0d6a3f6c1b1e";
    await runs.clients.sfn.send(
      new StartExecutionCommand({
        stateMachineArn,
        name,
        // As the schedule has it, and EventBridge Scheduler fills it in.
        input: JSON.stringify({
          trigger: "schedule",
          actor: "schedule",
          scheduled_time: "2026-01-31T03:00:00Z",
        }),
      }),
    );

    // By somebody who has never seen them in a list.
    const other = await runs.open({ cacheDirectory: join(runs.cacheDirectory, "other") });
    expect(await ended(other, bare)).toMatchObject({
      run: bare,
      project: "recsys",
      trigger: "manual",
      actor: "",
      origin: bare,
      artifacts: `s3://esteira-acme-dev-123456789012/artifacts/recsys/${bare}/`,
      version: "1.0.0",
    });
    expect(await ended(other, runId(name))).toMatchObject({
      trigger: "schedule",
      actor: "schedule",
      scheduledTime: Date.UTC(2026, 0, 31, 3),
    });
    expect(await linesOf(other, bare)).toEqual(["extract_features works", "score_model works"]);
    const { items } = unwrap(await other.runs({}, { limit: 9 }));
    expect(new Set(items.map(({ run }) => run))).toEqual(new Set([ours, bare, name]));
  });

  test("a start whose answer gets lost starts one run, even when it has ended meanwhile", async () => {
    await using runs = await runsEnvironment(server(), { script: good });
    await deploy(await runs.open(), [runs.environment.release(once)]);
    behind = runs.sfn.url;
    const clients = server().clients({ endpointUrl: proxy().url });
    const platform = await runs.open({ clients });
    let lost = 0;
    proxy().play({
      async after({ operation }) {
        if (operation !== "StartExecution" || lost > 0) return undefined;
        lost += 1;
        const { items } = unwrap(await (await runs.open()).runs({ project }, { limit: 1 }));
        await ended(await runs.open(), runId(items[0]?.run ?? ""));
        return "cut";
      },
    });
    const run = unwrap(await platform.start(project, runInput({ actor: "ana" }), follow));
    const { items } = unwrap(await platform.runs({ project }, { limit: 9 }));
    expect(items.map((found) => [found.run, found.status])).toEqual([[run, "SUCCEEDED"]]);
    expect(lost).toBe(1);
    expect(proxy().sent.filter(({ operation }) => operation === "StartExecution")).toHaveLength(2);
  });

  test("a log whose group or stream is gone says so in its place, and keeps nothing else from being shown", async () => {
    await using runs = await runsEnvironment(server(), {
      script: ({ step }) => ({ lines: [`${step} works`], end: step === "score_model" ? 3 : 0 }),
      // Fast enough that what was written has arrived.
      timing: acceleratedTiming(2000),
    });
    const platform = await runs.open();
    await deploy(platform, [runs.environment.release(once)]);
    const run = unwrap(await platform.start(project, runInput(), follow));
    await ended(platform, run);
    const { items } = unwrap(await platform.events(run, { limit: 1000 }));
    const [task = ""] = items.flatMap(({ type, details }) =>
      type === "TaskSubmitted"
        ? [/task\/[^/]+\/([0-9a-f]+)/.exec(JSON.stringify(details))?.[1]]
        : [],
    );
    const { logs } = runs.clients;
    const logGroupName = "/ecs/recsys";
    const logStreamName = `steps/recsys/${task}`;
    // The emulator says about a stream what AWS says about a group.
    const gone = new Error("The specified log stream does not exist.");
    gone.name = "ResourceNotFoundException";
    const clients = intercept(server().clients({ sfnUrl: runs.sfn.url }), ({ input }) => {
      if (input["logStreamName"] === logStreamName) throw gone;
      return undefined;
    });
    expect(await linesOf(await runs.open({ clients }), run)).toEqual([
      `Its log is gone: /ecs/recsys has no stream ${logStreamName}. Log groups keep lines for log_retention_days.`,
      "score_model works",
    ]);
    await logs.send(new DeleteLogGroupCommand({ logGroupName }));
    expect(await linesOf(await runs.open(), run)).toEqual([
      "Its log is gone: the log group /ecs/recsys doesn't exist. The next deploy makes it again.",
      "Its log is gone: the log group /ecs/recsys doesn't exist. The next deploy makes it again.",
    ]);
    const without = await runs.open({ cacheDirectory: join(runs.cacheDirectory, "other") });
    expect(unwrap(await without.run(run)).failure).toBe("score_model ended with exit code 3");
  });

  test("runs that have ended are asked for once; a damaged file is asked for again; a redrive counts", async () => {
    await using runs = await runsEnvironment(server(), {
      script: failsOnce,
      timing: acceleratedTiming(2000),
    });
    const platform = await runs.open();
    await deploy(platform, [runs.environment.release(undecided)]);
    const run = unwrap(await platform.start(project, runInput({ actor: "ana" }), follow));
    await ended(platform, run);
    // Of somebody who hasn't seen it yet.
    const cacheDirectory = join(runs.cacheDirectory, "other");
    const asked = async (work: (platform: Platform) => Promise<unknown>) => {
      const opened = await runs.open({ cacheDirectory });
      runs.sfn.asked.length = 0;
      await work(opened);
      return [...runs.sfn.asked].toSorted();
    };
    const list = (opened: Platform) => opened.runs({ project }, { limit: 9 });
    expect(await asked(list)).toEqual([
      "DescribeExecution",
      "DescribeStateMachineForExecution",
      "GetExecutionHistory",
      "ListExecutions",
    ]);
    expect(await asked(list)).toEqual(["ListExecutions"]);
    const read = async (opened: Platform) => {
      unwrap(await opened.events(run, { limit: 1000 }));
    };
    expect(await asked(read)).toEqual(["DescribeExecution"]);
    await writeFile(join(cacheDirectory, "histories", `${run}.json.gz`), "no gzip");
    await writeFile(join(cacheDirectory, "runs", `${run}.json.gz`), "no gzip");
    expect(await asked(read)).toEqual(["DescribeExecution", "GetExecutionHistory"]);

    const opened = await runs.open({ cacheDirectory });
    const before = unwrap(await list(opened)).items[0];
    expect(before).toMatchObject({
      status: "FAILED",
      failure: "score_model ended with exit code 1: ValueError: no rows",
    });
    unwrap(await opened.resume(run, { ...follow, actor: "bob" }));
    await ended(opened, run);
    const after = unwrap(await list(await runs.open({ cacheDirectory }))).items[0];
    expect(after).toMatchObject({ run, status: "SUCCEEDED", failure: undefined });
    // One that has succeeded never changes again.
    expect(await asked((it) => it.run(run))).toEqual([]);
  });

  test("what AWS won't redrive continues in a new run, or it is said why not", async () => {
    await using runs = await runsEnvironment(server(), { script: failsOnce });
    const platform = await runs.open();
    await deploy(platform, [runs.environment.release(once)]);
    const run = unwrap(await platform.start(project, runInput({ actor: "ana" }), follow));
    await ended(platform, run);
    const { timing } = runs.environment.context;
    const later = await runs.open({ timing: { ...timing, now: () => Date.now() + 15 * day } });
    const next = unwrap(await later.resume(run, { ...follow, actor: "bob" }));
    expect(next).not.toBe(run);
    expect(await ended(later, next)).toMatchObject({ origin: run, trigger: "resume" });

    const other = unwrap(await platform.start(project, runInput({ actor: "ana" }), follow));
    await ended(platform, other);
    await deploy(platform, [runs.environment.release({ ...once, version: "2.0.0" })]);
    expect(await later.resume(other, { ...follow, actor: "bob", release: "same" })).toEqual({
      ok: false,
      error: {
        reason: "refused",
        message: `run ${other} can't continue with the release that it was started from: it ended more than 14 days ago`,
        help: `Continue with what is deployed now, in a new run without the finished steps: esteira resume ${other} -e dev --release latest`,
        resource: `run ${other}`,
      },
    });
  });

  test("what AWS turns out not to redrive continues in a new run of the same release", async () => {
    await using runs = await runsEnvironment(server(), { script: failsOnce });
    await deploy(await runs.open(), [runs.environment.release(undecided)]);
    const clients = intercept(server().clients({ sfnUrl: runs.sfn.url }), ({ operation }) => {
      if (operation !== "RedriveExecution") return undefined;
      throw Object.assign(new Error("Execution history event limit exceeded"), {
        name: "ExecutionNotRedrivable",
      });
    });
    const platform = await runs.open({ clients });
    const run = unwrap(await platform.start(project, runInput({ actor: "ana" }), follow));
    await ended(platform, run);
    const next = unwrap(await platform.resume(run, { ...follow, actor: "bob" }));
    expect(await ended(platform, next)).toMatchObject({ origin: run, trigger: "resume" });
    expect(await linesOf(platform, next)).toEqual(["Traceback", "ValueError: no rows"]);

    const other = unwrap(await platform.start(project, runInput({ actor: "ana" }), follow));
    await ended(platform, other);
    await deploy(platform, [runs.environment.release({ ...undecided, version: "2.0.0" })]);
    expect(
      await platform.resume(other, { ...follow, actor: "bob", release: "same" }),
    ).toMatchObject({
      ok: false,
      error: {
        reason: "refused",
        message: `run ${other} can't continue with the release that it was started from: Execution history event limit exceeded`,
      },
    });
  });
});
