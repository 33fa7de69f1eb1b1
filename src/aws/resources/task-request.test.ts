import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";

import { comparableTask, type TaskFacts, taskRequest } from "./task-request.ts";

const facts: TaskFacts = {
  family: "recsys",
  container: "recsys",
  image: "registry/ml-projects@sha256:1",
  region: "us-east-1",
  logGroup: "/ecs/recsys",
  executionRoleArn: "arn:execution",
  taskRoleArn: "arn:task",
  architecture: "ARM64",
  resources: { cpu: 0.25, memoryGb: 0.5, gpu: 0 },
  environment: { ENV: "dev", AWS_REGION: "us-east-1" },
  secrets: { TOKEN: "arn:secret" },
};

test("CPUs are counted in 1,024ths and memory in MiB, both whole", () => {
  const [container] = taskRequest({
    ...facts,
    resources: { cpu: 1.5, memoryGb: 7.7, gpu: 2 },
  }).containerDefinitions;
  expect(container).toMatchObject({
    cpu: 1536,
    memory: 7885,
    resourceRequirements: [{ type: "GPU", value: "2" }],
  });
});

test("variables come in the order of their names, so that the same task is the same text", () => {
  const other = { ...facts, environment: { AWS_REGION: "us-east-1", ENV: "dev" } };
  expect(JSON.stringify(taskRequest(other))).toBe(JSON.stringify(taskRequest(facts)));
});

test("what AWS adds to an answer, and in what order it lists variables, is not a difference", () => {
  const asked = taskRequest(facts);
  const [container] = asked.containerDefinitions;
  const answered = {
    ...asked,
    taskDefinitionArn: "arn:aws:ecs:us-east-1:123456789012:task-definition/recsys:7",
    revision: 7,
    status: "ACTIVE",
    compatibilities: ["EXTERNAL", "EC2"],
    requiresAttributes: [{ name: "ecs.capability.task-iam-role" }],
    registeredBy: "arn:aws:iam::123456789012:role/deploy",
    volumes: [],
    placementConstraints: [],
    enableFaultInjection: false,
    containerDefinitions: [
      {
        ...container,
        portMappings: [],
        mountPoints: [],
        volumesFrom: [],
        systemControls: [],
        environmentFiles: [],
        privileged: false,
        linuxParameters: { initProcessEnabled: true, devices: [], tmpfs: [] },
        environment: container.environment.toReversed(),
        logConfiguration: { ...container.logConfiguration, secretOptions: [] },
      },
    ],
  } as unknown as TaskDefinition;
  expect(comparableTask(answered)).toEqual(comparableTask(asked));
});

test("what somebody adds is one", () => {
  const asked = taskRequest(facts);
  const answered = {
    ...asked,
    cpu: "1024",
    containerDefinitions: [
      { ...asked.containerDefinitions[0], command: ["sleep"], privileged: true },
    ],
  } as unknown as TaskDefinition;
  expect(comparableTask(answered)).toEqual({
    ...comparableTask(asked),
    cpu: "1024",
    containers: {
      recsys: {
        ...(comparableTask(asked)["containers"] as { recsys: object }).recsys,
        command: ["sleep"],
        privileged: true,
      },
    },
  });
});
