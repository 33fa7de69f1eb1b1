import { ownValue } from "../../../core/own.ts";
import { appendFile } from "node:fs/promises";

import { gitHubRoleArn } from "../../../aws/iam/github-roles.ts";
import { partitionOf, policyScope } from "../../../aws/iam/scope.ts";
import type { Environment, Workspace } from "../../../config/model.ts";
import { ok, type Result } from "../../../core/result.ts";
import { openGit } from "../../../governance/git.ts";
import type { ActionOf } from "../definition.ts";
import type { CliContext } from "../../terminal/context.ts";
import { refused, usage, type Failure } from "../../../app/failure.ts";
import { printJson } from "../../terminal/json-output.ts";
import type { ciEnvironmentCommand, CiEnvironmentFlags } from "./ci-environment-command.ts";
import { openWorkspace } from "../../../app/workspace.ts";

/** What a workflow needs to know of the environment that a branch deploys to. */
interface Outputs {
  readonly environment: string;
  readonly platform: string;
  readonly region: string;
  readonly account_id: string;
  readonly deploy_role: string;
  readonly plan_role: string;
}

export const ciEnvironment: ActionOf<typeof ciEnvironmentCommand> = async (context, flags) => {
  const opened = await openWorkspace(context, "local");
  if (!opened.ok) return opened;
  const { workspace, root } = opened.value;
  const branch = await branchOf(context, flags, root);
  if (!branch.ok) return branch;
  const found = outputsOf(workspace, branch.value);
  if (!found.ok && flags.ifAny !== true) return found;
  const outputs = found.ok ? found.value : nowhere;
  await reportToWorkflow(context, outputs);
  if (flags.json) {
    printJson(context, "branch-environment", { branch: branch.value, ...outputs });
  } else if (!found.ok) {
    context.out.line(`${branch.value} deploys to no environment.`);
  } else {
    context.out.lines(Object.entries(outputs).map(([name, value]) => `${name}=${value}`));
  }
  return ok("ok");
};

const nowhere: Outputs = {
  environment: "",
  platform: "",
  region: "",
  account_id: "",
  deploy_role: "",
  plan_role: "",
};

/**
 * The branch that is named, else the one that the pull request goes into, else the one that the
 * workflow runs on, else the current one.
 */
async function branchOf(
  { environment }: CliContext,
  flags: CiEnvironmentFlags,
  root: string,
): Promise<Result<string, Failure>> {
  const named =
    flags.branch ??
    (environment["GITHUB_BASE_REF"] ||
      (environment["GITHUB_REF_TYPE"] === "tag" ? undefined : environment["GITHUB_REF_NAME"]));
  if (named) return ok(named);
  const current = await openGit(root).run(["symbolic-ref", "--quiet", "--short", "HEAD"]);
  if (current.ok) return ok(current.value);
  return usage("no branch is checked out, and none is named", "Name it: --branch BRANCH.");
}

function outputsOf(workspace: Workspace, branch: string): Result<Outputs, Failure> {
  const { branches, environments } = workspace;
  const name = Object.hasOwn(branches.environments, branch)
    ? ownValue(branches.environments, branch)
    : undefined;
  if (name === undefined) {
    const known = Object.entries(branches.environments).map(([one, to]) => `${one} to ${to}`);
    return refused(
      `${branch} deploys to no environment`,
      known.length === 0
        ? "Say which branch does, under branches.environments of esteira.yaml."
        : `By branches.environments of esteira.yaml: ${known.join(", ")}.`,
    );
  }
  const environment = environments.get(name);
  if (environment === undefined) {
    return refused(
      `${branch} deploys to ${name}, and esteira.yaml has no such environment yet`,
      "Fill it in under environments, or name another one under branches.environments.",
    );
  }
  return ok({ ...nowhere, ...known(workspace, environment) });
}

function known(workspace: Workspace, environment: Environment): Partial<Outputs> {
  const { name, platform } = environment;
  if (environment.platform === "local") return { environment: name, platform };
  const partition = partitionOf(environment.region);
  const scope = policyScope({ workspace: workspace.name, partition, environment });
  return {
    environment: name,
    platform,
    region: environment.region,
    account_id: environment.accountId,
    deploy_role: gitHubRoleArn(scope, "deploy"),
    plan_role: gitHubRoleArn(scope, "plan"),
  };
}

/**
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-output-parameter
 */
async function reportToWorkflow({ environment }: CliContext, outputs: Outputs): Promise<void> {
  const file = environment["GITHUB_OUTPUT"];
  if (!file) return;
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${value}\n`);
  await appendFile(file, lines.join(""));
}
