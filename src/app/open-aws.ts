import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { makeClients } from "../aws/sdk/clients.ts";
import type { AwsContext } from "../aws/sdk/context.ts";
import { identify } from "../aws/sdk/identity.ts";
import { registryImages } from "../aws/images/registry-images.ts";
import { openAwsPlatform, sharedNames, type AwsPlatform } from "../aws/platform.ts";
import { systemTiming } from "../aws/sdk/timing.ts";
import type { AwsEnvironment, Workspace } from "../config/model.ts";
import { fingerprintOf } from "../core/json.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { PlatformError } from "../platform/port.ts";
import { actorWith } from "./actor.ts";
import type { Host } from "./host.ts";
import { version } from "./version.ts";

/** How an environment on AWS is to be used this time. */
export interface AwsChoices {
  /** Take over what has the right name and is nobody's. */
  readonly adopt?: boolean;
  /** False: deploy what is in the registry. */
  readonly build?: boolean;
}

/**
 * Opens an environment on AWS. Loads the SDK: import this file where it is needed and nowhere else.
 */
export async function openAws(
  host: Host,
  root: string,
  workspace: Workspace,
  environment: AwsEnvironment,
  { adopt = false, build = true }: AwsChoices,
): Promise<Result<AwsPlatform, PlatformError>> {
  const commit = await commitOf(host, root);
  return openAwsPlatform({
    workspace,
    environment,
    clients: clientsOf(environment),
    timing: systemTiming,
    cacheDirectory: cacheOf(root, environment),
    adopt,
    actor: actorWith(host.environment),
    ...(commit === undefined ? {} : { commit }),
    images: (aws) =>
      registryImages(aws, {
        workspace,
        root,
        processEnvironment: host.environment,
        commit,
        build,
      }),
  });
}

/** What administrators' work needs of an environment: nothing that bootstrap makes. */
export async function openAccount(
  host: Host,
  workspace: Workspace,
  environment: AwsEnvironment,
): Promise<Result<AwsContext, PlatformError>> {
  const overlap = sharedNames(workspace, environment);
  if (overlap !== undefined) return err(overlap);
  const clients = clientsOf(environment);
  const identity = await identify(clients, environment);
  if (!identity.ok) return identity;
  const { partition, arn } = identity.value;
  return ok({
    clients,
    environment,
    workspace: workspace.name,
    partition,
    timing: systemTiming,
    actor: actorWith(host.environment)(arn),
  });
}

/** Beside what the local platform keeps; environments and accounts apart. */
function cacheOf(root: string, environment: AwsEnvironment): string {
  const { name, accountId, region, endpointUrl } = environment;
  const place = endpointUrl === undefined ? "aws" : fingerprintOf(endpointUrl).slice(0, 12);
  return join(root, ".esteira", "cache", `${name}-${accountId}-${region}-${place}`);
}

function clientsOf(environment: AwsEnvironment) {
  const { region, endpointUrl } = environment;
  return makeClients({ region, endpointUrl, timing: systemTiming, version: version() });
}

/** Commit of the working copy, where Git knows one. */
export async function commitOf(host: Host, root: string): Promise<string | undefined> {
  try {
    const found = await promisify(execFile)("git", ["rev-parse", "HEAD"], {
      cwd: root,
      timeout: 5000,
    });
    return found.stdout.trim() || undefined;
  } catch {
    return host.environment["GITHUB_SHA"] || undefined;
  }
}
