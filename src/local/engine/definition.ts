import { err, ok, type Result } from "../../core/result.ts";
import type { JsonObject } from "../../core/json.ts";
import type { DecidedModel } from "../../platform/models.ts";
import type { PlatformError } from "../../platform/port.ts";
import { fillPlaceholders } from "../../release/placeholders.ts";
import type { Release } from "../../release/release.ts";
import { openExecution } from "../../states/interpreter.ts";
import type { DefinitionProblem } from "../../states/types.ts";
import type { Layout } from "../layout.ts";
import type { Deploy } from "../store/deployments.ts";
import { artifactsUri, bucket, taskDefinitionArn } from "./identity.ts";

/**
 * The state machine as it is interpreted here: with this machine's replacements for AWS's
 * resources.
 *
 * @param deploy row of the deploy, which takes the place of the task definition's revision
 */
export function localDefinition(
  layout: Layout,
  release: Release,
  deploy: number,
  { model_uri }: DecidedModel = {},
): JsonObject {
  if (release.definition === undefined) throw new Error(`${release.project} has no definition`);
  return fillPlaceholders(release.definition, {
    task_definition: taskDefinitionArn(release.names.taskFamily, deploy),
    artifacts_uri: artifactsUri(layout),
    artifacts_bucket: bucket,
    artifacts_prefix: "",
    ...(model_uri === undefined ? {} : { model_uri }),
  });
}

/** Deploys whose definitions are kept. */
const keptDefinitions = 16;

/**
 * Gives the same object for the same deploy, as `localDefinition` has it: the interpreter compiles
 * an object once.
 */
export function openDefinitions(layout: Layout): (deploy: Deploy) => JsonObject {
  const kept = new Map<number, JsonObject>();
  return ({ id, release, decided }) => {
    const definition = kept.get(id) ?? localDefinition(layout, release, id, decided);
    kept.delete(id);
    kept.set(id, definition);
    for (const oldest of kept.keys()) {
      if (kept.size > keptDefinitions) kept.delete(oldest);
    }
    return definition;
  };
}

/** Refuses a release whose state machine the interpreter doesn't accept. */
export function checkDefinition(layout: Layout, release: Release): Result<void, PlatformError> {
  if (release.definition === undefined) return ok(undefined);
  const identity = {
    id: "arn:aws:states:local:000000000000:execution:check:check",
    name: "check",
    roleArn: "",
    stateMachineId: "",
    stateMachineName: "check",
    input: {},
  };
  const opened = openExecution(localDefinition(layout, release, 0), identity);
  return opened.ok ? ok(undefined) : err(invalidDefinition(release.project, opened.error));
}

export function invalidDefinition(
  project: string,
  problems: readonly DefinitionProblem[],
): PlatformError {
  const first = problems.find((problem) => problem.severity === "ERROR");
  return {
    reason: "invalid",
    message: `the state machine of ${project} is not valid: ${first?.message ?? "unknown problem"} (at ${first?.location ?? "/"})`,
    help: "Correct the project's configuration and deploy it again.",
    resource: project,
  };
}
