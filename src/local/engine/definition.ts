import type { JsonObject } from "../../core/json.ts";
import type { DecidedModel } from "../../platform/models.ts";
import { filledDefinition } from "../../release/placeholders.ts";
import type { Release } from "../../release/release.ts";
import type { Layout } from "../layout.ts";
import type { Deploy } from "../store/deployments.ts";
import { POOLS_FUNCTION } from "./pool-tasks.ts";
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
  return filledDefinition(release, {
    task_definition: taskDefinitionArn(release.names.taskFamily, deploy),
    artifacts_uri: artifactsUri(layout),
    artifacts_bucket: bucket,
    artifacts_prefix: "",
    pools_function: POOLS_FUNCTION,
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
