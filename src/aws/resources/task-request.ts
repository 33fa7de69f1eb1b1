import type { CPUArchitecture, TaskDefinition } from "@aws-sdk/client-ecs";

import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Resources } from "../../config/model.ts";
import { meaningful } from "./fields.ts";

/**
 * A task definition as it is asked for: one container on an EC2 instance, the size of the largest
 * step.
 */
export interface TaskRequest {
  readonly family: string;
  readonly requiresCompatibilities: readonly ["EC2"];
  /** The instance's own network: the tasks' security group is on the launch template. */
  readonly networkMode: "bridge";
  readonly executionRoleArn: string;
  readonly taskRoleArn: string;
  readonly runtimePlatform: {
    readonly cpuArchitecture: CPUArchitecture;
    readonly operatingSystemFamily: "LINUX";
  };
  readonly containerDefinitions: readonly [ContainerRequest];
}

interface ContainerRequest {
  readonly name: string;
  /** By digest: a tag that moves must not change a revision. */
  readonly image: string;
  readonly repositoryCredentials?: { readonly credentialsParameter: string };
  readonly essential: true;
  /** 1024 is one virtual CPU. */
  readonly cpu: number;
  /** MiB; more than that is out of memory. */
  readonly memory: number;
  readonly entryPoint: readonly string[];
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly resourceRequirements: readonly { readonly type: "GPU"; readonly value: string }[];
  readonly linuxParameters: { readonly initProcessEnabled: true };
  readonly logConfiguration: {
    readonly logDriver: "awslogs";
    readonly options: Readonly<Record<string, string>>;
  };
}

export interface TaskFacts {
  readonly family: string;
  readonly container: string;
  readonly image: string;
  readonly region: string;
  readonly logGroup: string;
  readonly executionRoleArn: string;
  readonly taskRoleArn: string;
  readonly architecture: CPUArchitecture;
  readonly resources: Resources;
  readonly environment: Readonly<Record<string, string>>;
  /** Variable to the full ARN of its secret. */
  readonly secrets: Readonly<Record<string, string>>;
  /** ARN of the secret that the agent pulls the image with. */
  readonly registrySecret?: string | undefined;
}

/** First part of the log streams' names: `{prefix}/{container}/{task id}`. */
export const logStreamPrefix = "steps";

/**
 * Puts a task together; the order of variables is theirs by name, so that the same task has the
 * same bytes.
 */
export function taskRequest(facts: TaskFacts): TaskRequest {
  return {
    family: facts.family,
    requiresCompatibilities: ["EC2"],
    networkMode: "bridge",
    executionRoleArn: facts.executionRoleArn,
    taskRoleArn: facts.taskRoleArn,
    runtimePlatform: { cpuArchitecture: facts.architecture, operatingSystemFamily: "LINUX" },
    containerDefinitions: [
      {
        name: facts.container,
        image: facts.image,
        ...(facts.registrySecret === undefined
          ? {}
          : { repositoryCredentials: { credentialsParameter: facts.registrySecret } }),
        essential: true,
        cpu: Math.round(facts.resources.cpu * 1024),
        memory: Math.round(facts.resources.memoryGb * 1024),
        // Steps replace the command only; what the image's own entry point is must not matter.
        entryPoint: ["sh", "-c"],
        environment: sortedByName(facts.environment).map(([name, value]) => ({ name, value })),
        secrets: sortedByName(facts.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
        resourceRequirements:
          facts.resources.gpu === 0 ? [] : [{ type: "GPU", value: String(facts.resources.gpu) }],
        // Passes signals on and ends what a step leaves behind.
        linuxParameters: { initProcessEnabled: true },
        logConfiguration: {
          logDriver: "awslogs",
          options: {
            "awslogs-group": facts.logGroup,
            "awslogs-region": facts.region,
            "awslogs-stream-prefix": logStreamPrefix,
            // Left out it is `non-blocking`, which drops lines while CloudWatch is slow.
            mode: "blocking",
          },
        },
      },
    ],
  };
}

function sortedByName(values: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** What a person can set; the rest of an answer is AWS's own. */
const taskFields = [
  "networkMode",
  "requiresCompatibilities",
  "executionRoleArn",
  "taskRoleArn",
  "runtimePlatform",
  "cpu",
  "memory",
  "volumes",
  "placementConstraints",
  "ipcMode",
  "pidMode",
  "proxyConfiguration",
] as const;

const containerFields = [
  "name",
  "image",
  "cpu",
  "memory",
  "memoryReservation",
  "entryPoint",
  "command",
  "environment",
  "environmentFiles",
  "secrets",
  "user",
  "workingDirectory",
  "linuxParameters",
  "logConfiguration",
  "resourceRequirements",
  "mountPoints",
  "portMappings",
  "stopTimeout",
  "privileged",
  "readonlyRootFilesystem",
  "ulimits",
  "dockerLabels",
  "dependsOn",
  "healthCheck",
  "repositoryCredentials",
] as const;

/**
 * A task definition in the words of plans: containers and variables by name, without what says
 * nothing.
 */
export function comparableTask(task: TaskRequest | TaskDefinition): JsonObject {
  const fields = meaningful(pick(task, taskFields));
  const containers = (task.containerDefinitions ?? []).map((container): [string, Json] => {
    const value = meaningful(pick(container, containerFields));
    const { name, environment, secrets, cpu, ...rest } = isJsonObject(value) ? value : {};
    return [
      typeof name === "string" ? name : "",
      {
        ...rest,
        ...(cpu === undefined || cpu === 0 ? {} : { cpu }),
        environment: byName(environment, "value"),
        secrets: byName(secrets, "valueFrom"),
      },
    ];
  });
  return { ...(isJsonObject(fields) ? fields : {}), containers: Object.fromEntries(containers) };
}

function pick<Value extends object>(
  value: Value,
  keys: readonly (string & keyof Value)[] | readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, (value as Record<string, unknown>)[key]]));
}

function byName(items: Json | undefined, valueKey: string): JsonObject {
  if (!Array.isArray(items)) return {};
  return Object.fromEntries(
    items.filter(isJsonObject).map((item) => {
      const { name } = item;
      return [typeof name === "string" ? name : "", item[valueKey] ?? ""];
    }),
  );
}
