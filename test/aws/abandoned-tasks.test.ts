import type { Task } from "@aws-sdk/client-ecs";
import {
  DescribeStateMachineCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";

import { listAudit } from "../../src/aws/bucket/audit-trail.ts";
import { bucketStore } from "../../src/aws/bucket/store.ts";
import { rolePolicies } from "../../src/aws/iam/role-policies.ts";
import { policyScope } from "../../src/aws/iam/scope.ts";
import { executionArn } from "../../src/aws/runs/execution.ts";
import { stopAbandonedTasks } from "../../src/aws/watch/abandoned-tasks.ts";
import type { HistoryEvent } from "../../src/core/history.ts";
import { projectName, type RunId } from "../../src/core/ids.ts";
import type { Json } from "../../src/core/json.ts";
import type { Platform } from "../../src/platform/port.ts";
import { runInput } from "../../src/runs/input.ts";
import { readTask } from "../../src/runs/task-reading.ts";
import { describeWith } from "../rig/parts.ts";
import { deploy, recsys } from "./deploy-fixture.ts";
import { authorizationsOf } from "./rig/authorizations.ts";
import { type Call, intercept, record } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { evaluate } from "./rig/policy.ts";
import type { Script } from "./rig/sfn-tasks.ts";
import { unwrap } from "./rig/unwrap.ts";
import { runsEnvironment, type RunsEnvironment } from "./runs-fixture.ts";

const project = projectName("recsys");
const machine = "arn:aws:states:us-east-1:123456789012:stateMachine:recsys-workflow";
const minute = 60_000;
/** Tasks that continue whatever Step Functions thinks of them. */
const waits: Script = () => ({ end: "waits" });
const account = {
  partition: "aws",
  accountId: "123456789012",
  region: "us-east-1",
  instanceRole: "arn:aws:iam::123456789012:role/esteira-acme-dev-instance",
};

describeWith(moto(), "tasks that run although nobody waits for them", (part) => {
  const server = useMoto(part);

  test("one whose run has ended is stopped, with the reason on it and in the audit trail, and not at once", async () => {
    await using runs = await runsEnvironment(server(), { script: waits });
    const platform = await runs.open();
    await deploy(platform, [runs.environment.release(oneStep())]);
    const [ended, going] = [await started(platform), await started(platform)];
    const tasks = [...(await tasksOf(platform, ended, 1)), ...(await tasksOf(platform, going, 1))];
    // Not by `esteira stop`, which would have stopped the task too.
    await runs.clients.sfn.send(
      new StopExecutionCommand({
        executionArn: executionArn(runs.environment.context, "recsys", ended),
      }),
    );
    expect(await look(runs, tasks, 4 * minute)).toMatchObject({ lines: [], stopped: [] });

    const strange = (changes: Partial<Task>): Task => ({ ...tasks[0], ...changes });
    const own = {
      cluster: "ml-cluster-recsys",
      task: tasks[0]?.taskArn?.split("/").at(-1),
      reason: `Esteira: run ${ended} has ended`,
    };
    const { lines, stopped, refused, context } = await look(
      runs,
      [
        ...tasks,
        strange({ taskArn: "arn:aws:ecs:x:task/c/by-hand", startedBy: "ana" }),
        strange({ taskArn: "arn:aws:ecs:x:task/c/without", overrides: {} }),
        strange({ taskArn: "arn:aws:ecs:x:task/c/stopping", desiredStatus: "STOPPED" }),
      ],
      10 * minute,
    );
    expect(stopped).toEqual([own]);
    expect(lines).toEqual([
      `stopped the task ${own.task} of train in ml-cluster-recsys: run ${ended} has ended`,
    ]);
    expect(refused).toEqual([]);
    const entries = unwrap(await listAudit(bucketStore(context), { limit: 10 })).items;
    expect(entries.filter(({ action }) => action === "stop-task")).toMatchObject([
      {
        actor: "notifier",
        project: "recsys",
        subject: ended,
        outcome: "succeeded",
        reason: "the run has ended",
        details: { task: own.task, step: "train" },
      },
    ]);
  });

  test("one that its run has given up at the time limit is stopped, the next attempt's is not", async () => {
    await using runs = await runsEnvironment(server(), { script: waits });
    const platform = await runs.open();
    await deploy(platform, [runs.environment.release(oneStep())]);
    const found = await runs.clients.sfn.send(
      new DescribeStateMachineCommand({ stateMachineArn: machine }),
    );
    const definition = (found.definition ?? "").replaceAll(
      "$given + 3600 : 7200) %}",
      "$given + 3600 : ($states.input.failed_1 = 0 ? 1 : 7200)) %}",
    );
    expect(definition).not.toBe(found.definition);
    await runs.clients.sfn.send(
      new UpdateStateMachineCommand({ stateMachineArn: machine, definition }),
    );
    const run = await started(platform);
    const [late, next] = await tasksOf(platform, run, 2);
    if (late === undefined || next === undefined) throw new Error("there is no second attempt");
    const { lines } = await look(runs, [late, next], 10 * minute);
    expect(lines).toEqual([
      `stopped the task ${late.taskArn?.split("/").at(-1)} of train in ml-cluster-recsys: run ${run} gave up this task at its time limit`,
    ]);
  });

  test("those of items that are executions by themselves are looked up in their run's history", async () => {
    await using runs = await runsEnvironment(server(), { script: waits });
    const platform = await runs.open();
    await deploy(platform, [runs.environment.release(withItems(41))]);
    const run = await started(platform);
    const tasks = await tasksOf(platform, run, 41);
    expect(await look(runs, tasks, 10 * minute)).toMatchObject({ lines: [], stopped: [] });
    await runs.clients.sfn.send(
      new StopExecutionCommand({
        executionArn: executionArn(runs.environment.context, "recsys", run),
      }),
    );
    const { stopped, refused } = await look(runs, tasks, 20 * minute);
    expect(refused).toEqual([]);
    expect(stopped).toHaveLength(41);
    expect(new Set(stopped.map(({ reason }) => reason))).toEqual(
      new Set([`Esteira: run ${run} has ended`]),
    );
  });

  test("a run that AWS knows no more says nothing of its tasks, and one that can't be read doesn't hide others", async () => {
    await using runs = await runsEnvironment(server(), { script: waits });
    const platform = await runs.open();
    await deploy(platform, [runs.environment.release(oneStep())]);
    const run = await started(platform);
    const [task] = await tasksOf(platform, run, 1);
    if (task === undefined) throw new Error("there is no task");
    const gone = { ...task, overrides: variables("gone", "train") };
    expect(await look(runs, [gone], 10 * minute)).toMatchObject({ lines: [], stopped: [] });
    await runs.clients.sfn.send(
      new StopExecutionCommand({
        executionArn: executionArn(runs.environment.context, "recsys", run),
      }),
    );
    const broken = { ...task, overrides: variables("broken", "train") };
    const { lines, stopped } = await look(runs, [broken, task], 10 * minute);
    expect(stopped).toHaveLength(1);
    expect(lines).toEqual([
      "tasks of run broken were not looked at: could not read the run broken: it is broken",
      `stopped the task ${task.taskArn?.split("/").at(-1)} of train in ml-cluster-recsys: run ${run} has ended`,
    ]);
  });

  const oneStep = () => {
    const [step] = recsys().steps;
    if (step === undefined) throw new Error("there is no step");
    const retry = { ...step.retry, intervalSeconds: 1 };
    return recsys({ steps: [{ ...step, id: "train" as typeof step.id, retry }] });
  };

  /** Its step once for each item, each an execution by itself. */
  const withItems = (count: number) => {
    const { steps } = oneStep();
    const items = Array.from({ length: count }, (_, n) => `item ${n}`);
    return recsys({
      steps: steps.map((step) => ({
        ...step,
        retries: 0,
        resources: { cpu: 0.01, memoryGb: 0.05, gpu: 0 },
        forEach: { kind: "items", items, maxConcurrency: 10_000 },
      })),
    });
  };

  const started = async (platform: Platform): Promise<RunId> =>
    unwrap(await platform.start(project, runInput({ actor: "ana" }), { mode: "detach" }));

  /** The run's tasks as ECS would describe them, once there are so many. */
  const tasksOf = async (platform: Platform, run: RunId, count: number): Promise<Task[]> => {
    const events: HistoryEvent[] = [];
    const submitted = () => events.filter(({ type }) => type === "TaskSubmitted");
    while (submitted().length < count) {
      const page = unwrap(
        await platform.events(run, { limit: 1000, cursor: String(events.length) }),
      );
      events.push(...page.items);
      if (page.items.length === 0) await platform.changed(run, 1000);
    }
    return submitted().map(({ details }) => taskIn(run, details["output"]));
  };

  /** Looks so much later, at these tasks, as the notifier does: with its role's rights. */
  const look = async (runs: RunsEnvironment, tasks: readonly Task[], later: number) => {
    const calls: Call[] = [];
    const own = record(server().clients({ sfnUrl: runs.sfn.url }), calls);
    const clients = intercept(own, ({ operation, input }) => {
      if (operation === "ListTasks") return { taskArns: tasks.map(({ taskArn }) => taskArn) };
      if (operation === "DescribeTasks") {
        const asked = input["tasks"] as readonly string[];
        return { tasks: tasks.filter(({ taskArn = "" }) => asked.includes(taskArn)) };
      }
      if (operation === "StopTask") return {};
      if (String(input["executionArn"]).endsWith(":broken")) throw new Error("it is broken");
      return undefined;
    });
    const { environment, workspace, partition, timing } = runs.environment.context;
    const context = {
      ...runs.environment.context,
      clients,
      actor: "notifier",
      timing: { ...timing, now: () => Date.now() + later },
    };
    const parts = { context, store: bucketStore(context), until: Infinity };
    const lines = unwrap(await stopAbandonedTasks(parts));
    const policy = rolePolicies.notifier(policyScope({ workspace, partition, environment }));
    return {
      lines,
      context,
      stopped: calls.filter(({ operation }) => operation === "StopTask").map(({ input }) => input),
      refused: calls
        .flatMap((call) => authorizationsOf(call, account))
        .filter((asked) => evaluate(policy === undefined ? [] : [policy], asked) !== "allowed"),
    };
  };
});

const variables = (run: string, step: string): Task["overrides"] => ({
  containerOverrides: [
    {
      name: "recsys",
      environment: [
        { name: "ESTEIRA_STEP", value: step },
        { name: "ESTEIRA_RUN_ID", value: run },
      ],
    },
  ],
});

function taskIn(run: string, output: Json | undefined): Task {
  return {
    taskArn: `arn:aws:ecs:us-east-1:123456789012:task/ml-cluster-recsys/${readTask(output)?.id}`,
    startedBy: "AWS Step Functions",
    desiredStatus: "RUNNING",
    createdAt: new Date(),
    overrides: variables(run, "train"),
  };
}
