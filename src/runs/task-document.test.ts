import { describe, expect, test } from "vitest";
import { failureOf, submittedDocument, taskDocument, type TaskFacts } from "./task-document.ts";

const task: TaskFacts = {
  taskArn: "local/recsys-20260131T030000Z-4f9a1c/3",
  cluster: "ml-cluster-recsys",
  taskDefinition: "recsys:7",
  container: "recsys",
  image: "recsys:1.0.0",
  cpu: 1024,
  memory: 4096,
  createdAt: 1000,
};

const ended = {
  kind: "exited",
  exitCode: 0,
  outOfMemory: false,
  timedOut: false,
  stopped: false,
  startedAt: 2000,
  stoppedAt: 3000,
} as const;

test("a task that succeeded, as .sync gives it", () => {
  const document = taskDocument(task, ended);
  expect(document).toEqual({
    Attachments: [],
    ClusterArn: "ml-cluster-recsys",
    Containers: [
      {
        Name: "recsys",
        Image: "recsys:1.0.0",
        Cpu: "1024",
        Memory: "4096",
        TaskArn: "local/recsys-20260131T030000Z-4f9a1c/3",
        ExitCode: 0,
        LastStatus: "STOPPED",
        RuntimeId: "3",
      },
    ],
    Cpu: "1024",
    CreatedAt: 1000,
    DesiredStatus: "STOPPED",
    Group: "family:recsys",
    LastStatus: "STOPPED",
    LaunchType: "EC2",
    Memory: "4096",
    StartedAt: 2000,
    StartedBy: "AWS Step Functions",
    StopCode: "EssentialContainerExited",
    StoppedAt: 3000,
    StoppedReason: "Essential container in task exited",
    StoppingAt: 3000,
    Tags: [],
    TaskArn: "local/recsys-20260131T030000Z-4f9a1c/3",
    TaskDefinitionArn: "recsys:7",
  });
  expect(failureOf(document)).toBeUndefined();
});

describe("a task that failed", () => {
  test.each([
    ["with an exit code", { ...ended, exitCode: 3 }, 3, undefined, "EssentialContainerExited"],
    [
      "out of memory, whatever the exit code was",
      { ...ended, exitCode: 1, outOfMemory: true },
      137,
      "OutOfMemoryError: Container killed due to memory usage",
      "EssentialContainerExited",
    ],
    [
      "out of memory by a measure that isn't exact",
      { ...ended, exitCode: 137, outOfMemory: true, note: "used about 612 MiB of 512 MiB" },
      137,
      "OutOfMemoryError: Container killed due to memory usage; used about 612 MiB of 512 MiB",
      "EssentialContainerExited",
    ],
    [
      "at its time limit",
      { ...ended, exitCode: 143, timedOut: true },
      124,
      undefined,
      "EssentialContainerExited",
    ],
    [
      "killed after its time limit",
      { ...ended, exitCode: 137, timedOut: true },
      137,
      undefined,
      "EssentialContainerExited",
    ],
    ["on request", { ...ended, exitCode: 143, stopped: true }, 143, undefined, "UserInitiated"],
  ])("%s", (_, end, exitCode, reason, stopCode) => {
    const document = taskDocument(task, end);
    expect(document).toMatchObject({ StopCode: stopCode, Containers: [{ ExitCode: exitCode }] });
    const [container] = document["Containers"] as readonly { Reason?: string }[];
    expect(container?.Reason).toBe(reason);
    expect(failureOf(document)).toEqual({
      error: "States.TaskFailed",
      cause: JSON.stringify(document),
    });
  });

  test("before it started: no exit code, the reason in both places where ECS puts it", () => {
    const reason = "CannotPullContainerError: no such image";
    const document = taskDocument(task, { kind: "start-failed", reason, stoppedAt: 3000 });
    expect(document).toMatchObject({ StopCode: "TaskFailedToStart", StoppedReason: reason });
    expect(document["Containers"]).toEqual([expect.not.objectContaining({ ExitCode: 0 })]);
    expect(document).not.toHaveProperty("StartedAt");
    expect(failureOf(document)?.error).toBe("States.TaskFailed");
  });
});

test("a task that has been taken has no end", () => {
  expect(submittedDocument(task)).toMatchObject({
    Failures: [],
    Tasks: [
      {
        LastStatus: "PENDING",
        DesiredStatus: "RUNNING",
        Containers: [{ Name: "recsys", LastStatus: "PENDING" }],
      },
    ],
  });
});
