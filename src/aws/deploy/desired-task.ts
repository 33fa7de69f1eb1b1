import { err, ok, type Result } from "../../core/result.ts";
import { regionVariables } from "../../pipeline/region.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import type { DesiredTaskDefinition } from "../resources/task-definition.ts";
import { taskRequest } from "../resources/task-request.ts";
import {
  capacityOf,
  type DeployInputs,
  instancesOf,
  knownAfterDeploy,
  type Outputs,
  tagsOf,
} from "./desired.ts";
import { secretName } from "./facts.ts";

/** The task definition of a release, with its secrets by their ARNs. */
export function desiredTaskDefinition(
  inputs: DeployInputs,
  outputs: Outputs,
): Result<DesiredTaskDefinition, PlatformError> {
  const { context, release, base, facts } = inputs;
  const capacity = capacityOf(release);
  const types = instancesOf(release, capacity, facts);
  if (!types.ok) return types;
  const secrets: Record<string, string> = {};
  for (const [variable, reference] of Object.entries(release.task.secrets)) {
    const name = secretName(release, reference);
    const arn = facts.secrets.get(name);
    if (arn === undefined) return err(missingSecret(release, variable, name));
    // `ARN:key:stage:version`: the key, in whatever version is the newest at the start.
    secrets[variable] = reference.key === undefined ? arn : `${arn}:${reference.key}::`;
  }
  const registry = release.image.registrySecret;
  if (registry !== undefined && !facts.secrets.has(registry)) {
    return err(missingRegistrySecret(release, registry));
  }
  return ok({
    name: release.names.taskFamily,
    tags: tagsOf(release),
    request: taskRequest({
      family: release.names.taskFamily,
      container: release.names.base,
      image: outputs.image ?? knownAfterDeploy,
      region: context.environment.region,
      logGroup: release.names.logGroup,
      executionRoleArn: base.roles.task_execution,
      taskRoleArn: release.task.taskRoleArn ?? base.roles.task,
      architecture: types.value[0]?.architecture === "arm64" ? "ARM64" : "X86_64",
      resources: release.task.resources,
      environment: taskVariables(inputs),
      secrets,
      ...(registry === undefined ? {} : { registrySecret: facts.secrets.get(registry) }),
    }),
  });
}

/** A release names no region, so that one of an earlier Esteira gets both variables as well. */
function taskVariables({ context, release: { task } }: DeployInputs): Record<string, string> {
  const secrets = new Set(Object.keys(task.secrets));
  const region = regionVariables(task.environment, secrets, context.environment.region);
  return { ...region, ...task.environment };
}

function missingRegistrySecret(release: Release, name: string): PlatformError {
  return {
    reason: "not-found",
    message: `the secret ${name}, which \`registry_secret\` of ${release.environment} names, doesn't exist`,
    help: makeRegistrySecret(name),
    resource: `task-definition ${release.names.taskFamily}`,
  };
}

/** How to make the secret that instances pull images with. */
export function makeRegistrySecret(name: string): string {
  return `make it with \`aws secretsmanager create-secret --name ${name} --secret-string '{"username": "…", "password": "…"}'\``;
}

function missingSecret(release: Release, variable: string, name: string): PlatformError {
  return {
    reason: "not-found",
    message: `the secret ${name} of ${variable} doesn't exist`,
    help: `make it with \`aws secretsmanager create-secret --name ${name} --secret-string …\``,
    resource: `task-definition ${release.names.taskFamily}`,
  };
}
