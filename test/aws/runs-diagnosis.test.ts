import { expect, test } from "vitest";

import { projectName, runId, stepId } from "../../src/core/ids.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { diagnose } from "../../src/runs/diagnose.ts";
import { foldRun } from "../../src/runs/fold.ts";
import { runInput } from "../../src/runs/input.ts";
import { describeWith } from "../rig/parts.ts";
import { deploy, recsys } from "./deploy-fixture.ts";
import { intercept } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import type { Scripted } from "./rig/sfn-tasks.ts";
import { unwrap } from "./rig/unwrap.ts";
import { ended, runsEnvironment } from "./runs-fixture.ts";

const project = projectName("recsys");
const follow = { mode: "follow" } as const;
const [extract] = recsys().steps;
if (extract === undefined) throw new Error("the project has steps");

/**
 * Tasks' ends as ECS describes them, and refusals as Step Functions words them: stop codes and
 * reasons after "Stopped tasks error codes" and "Stopped task error messages" of the ECS developer
 * guide.
 */
const cases: readonly (readonly [code: string, end: Scripted, failure: string])[] = [
  [
    "run/out-of-memory",
    stopped(137, { Reason: "OutOfMemoryError: Container killed due to memory usage" }),
    "score ran out of memory: it may use 1 GiB",
  ],
  [
    "run/exit-code",
    { ...stopped(3), lines: ["Traceback (most recent call last):", "ValueError: no rows"] },
    "score ended with exit code 3: ValueError: no rows",
  ],
  [
    "run/module-missing",
    { ...stopped(1), lines: ["ModuleNotFoundError: No module named 'lightgbm'"] },
    "score needs the Python module lightgbm, which isn't installed",
  ],
  [
    "run/model-missing",
    {
      ...stopped(1),
      lines: [
        "mlflow.exceptions.RestException: RESOURCE_DOES_NOT_EXIST: Registered Model with name=recsys not found",
      ],
    },
    "score did not find its model in MLflow: mlflow.exceptions.RestException: RESOURCE_DOES_NOT_EXIST: Registered Model with name=recsys not found",
  ],
  [
    "run/own-time-limit", // it had an hour
    stopped(124),
    "score ended with exit code 124, and not by its time limit: how much of its 1 GiB of memory it used is not known, and it ran for less than 1 s of at most 1 h",
  ],
  [
    "run/command-not-found",
    { ...stopped(127), lines: ["sh: 1: pyhton: not found"] },
    "score could not begin: its command was not found: sh: 1: pyhton: not found",
  ],
  [
    "run/architecture",
    { ...stopped(255), lines: ["exec /bin/sh: exec format error"] },
    "score could not begin: its image was built for another kind of processor",
  ],
  [
    "run/spot-interrupted",
    { end: { document: { StopCode: "SpotInterruption", StoppedReason: "Spot interruption" } } },
    "score was ended because AWS took its spot instance back",
  ],
  [
    "run/instance-lost",
    stopped(143, {}, { StoppedReason: "Host EC2 (instance i-0abcd) terminated." }),
    "score was ended because its instance went away",
  ],
  [
    "run/task-stopped",
    stopped(143, {}, { StopCode: "UserInitiated", StoppedReason: "Task stopped by user" }),
    "score was stopped by a person or a tool: Task stopped by user",
  ],
  [
    "run/image-missing",
    notStarted(
      "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref 123456789012.dkr.ecr.us-east-1.amazonaws.com/ml@sha256:0: not found",
    ),
    "score could not begin: its image is not in the registry: CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref 123456789012.dkr.ecr.us-east-1.amazonaws.com/ml@sha256:0: not found",
  ],
  [
    "run/image-pull",
    notStarted("CannotPullContainerError: dial tcp 10.0.0.1:443: i/o timeout"),
    "score could not begin: its image could not be pulled: CannotPullContainerError: dial tcp 10.0.0.1:443: i/o timeout",
  ],
  [
    "run/secret-missing",
    notStarted(
      "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm",
    ),
    "score could not begin: a secret could not be read: ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm",
  ],
  [
    "run/log-group",
    notStarted(
      "CannotStartContainerError: Error response from daemon: failed to initialize logging driver: failed to create Cloudwatch log stream: The specified log group does not exist.",
    ),
    "score could not begin: its log could not be opened: CannotStartContainerError: Error response from daemon: failed to initialize logging driver: failed to create Cloudwatch log stream: The specified log group does not exist.",
  ],
  [
    "run/no-capacity",
    notStarted("Task failed to leave PROVISIONING: no capacity"),
    "score could not begin: no instance had room for it: Task failed to leave PROVISIONING: no capacity",
  ],
  [
    "run/role",
    refused(
      "ECS.ClientException",
      "ECS was unable to assume the role 'arn:aws:iam::123456789012:role/task' that was provided for this task.",
    ),
    "score could not begin: its role can't be assumed: ECS was unable to assume the role 'arn:aws:iam::123456789012:role/task' that was provided for this task.",
  ],
  [
    "run/task-definition",
    refused("ECS.ClientException", "TaskDefinition is inactive"),
    "score could not begin: its task definition can't be used: TaskDefinition is inactive",
  ],
  [
    "run/cluster",
    refused("ECS.ClusterNotFoundException", "Cluster not found."),
    "score could not begin: its cluster can't be used: Cluster not found.",
  ],
  [
    "run/permission",
    refused(
      "ECS.AccessDeniedException",
      "User: arn:aws:sts::123456789012:assumed-role/x is not authorized to perform: ecs:RunTask",
    ),
    "score could not begin: a role lacks a right: User: arn:aws:sts::123456789012:assumed-role/x is not authorized to perform: ecs:RunTask",
  ],
];

describeWith(moto(), "why runs on AWS failed", (part) => {
  const server = useMoto(part);

  test("is reported alike by lists, by the run itself and by its history", async () => {
    let scripted: Scripted = { end: 0 };
    await using runs = await runsEnvironment(server(), { script: () => scripted });
    const score = { ...extract, id: stepId("score"), retries: 0 };
    await deploy(await runs.open(), [runs.environment.release(recsys({ steps: [score] }))]);
    // The emulator has no scaling activities.
    const clients = intercept(
      server().clients({
        endpointUrl: runs.sfn.url,
        timing: runs.environment.context.timing,
      }),
      ({ operation }) =>
        operation === "DescribeScalingActivities" ? { Activities: [] } : undefined,
    );
    const platform = await runs.open({ clients });
    const changeLines: (readonly [string | undefined, string | undefined])[] = [];
    for (const [, end] of cases) {
      scripted = end;
      const run = unwrap(await platform.start(project, runInput(), follow));
      const { failure } = await ended(platform, run);
      const { items: events } = unwrap(await platform.events(run, { limit: 1000 }));
      const attempt = { step: "score", attempt: 1, item: undefined };
      const tail = unwrap(await platform.logTail(run, attempt, 50));
      changeLines.push([diagnose(foldRun(events, [score]), tail)?.code, failure]);
    }
    expect(changeLines).toEqual(cases.map(([code, , failure]) => [code, failure]));
    expect(new Set(cases.map(([code]) => code)).size).toBeGreaterThanOrEqual(14);

    const { items } = unwrap(await platform.runs({ project }, { limit: 100 }));
    expect(items.map(({ failure }) => failure).toReversed()).toEqual(
      cases.map(([, , failure]) => failure),
    );
    const [newest] = items;
    expect(unwrap(await (await runs.open()).run(runId(newest?.run ?? ""))).failure).toBe(
      cases.at(-1)?.[2],
    );
  });
});

function stopped(exitCode: number, container: JsonObject = {}, task: JsonObject = {}): Scripted {
  return {
    end: {
      document: {
        StopCode: "EssentialContainerExited",
        StoppedReason: "Essential container in task exited",
        ...task,
        Containers: [{ Name: "recsys", LastStatus: "STOPPED", ExitCode: exitCode, ...container }],
      },
    },
  };
}

function notStarted(reason: string): Scripted {
  return {
    end: {
      document: {
        StopCode: "TaskFailedToStart",
        StoppedReason: reason,
        Containers: [{ Name: "recsys", LastStatus: "STOPPED" }],
      },
    },
  };
}

function refused(error: string, cause: string): Scripted {
  return { end: { error, cause } };
}
