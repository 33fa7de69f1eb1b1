import { gitHubRoleArn } from "../../aws/iam/github-roles.ts";
import { partitionOf, policyScope } from "../../aws/iam/scope.ts";
import type { Environment, Workspace } from "../../config/model.ts";
import { ownValue } from "../../core/own.ts";
import { ok, type Result } from "../../core/result.ts";
import { openGit } from "../../governance/git.ts";
import type { DocumentOf } from "../documents/documents.ts";
import { refused, usage, type Failure } from "../failure.ts";
import type { Host } from "../host.ts";

/**
 * What a workflow needs to know of the environment that a branch deploys to; what doesn't apply is
 * empty, because workflows know no absence.
 */
export interface BranchEnvironment {
  readonly environment: string;
  readonly platform: string;
  readonly region: string;
  readonly account_id: string;
  readonly deploy_role: string;
  readonly plan_role: string;
}

/** Of a branch that deploys nowhere. */
export const nowhere: BranchEnvironment = {
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
export async function askedBranch(
  { environment }: Host,
  given: string | undefined,
  root: string,
): Promise<Result<string, Failure>> {
  const named =
    given ??
    (environment["GITHUB_BASE_REF"] ||
      (environment["GITHUB_REF_TYPE"] === "tag" ? undefined : environment["GITHUB_REF_NAME"]));
  if (named) return ok(named);
  const current = await openGit(root).run(["symbolic-ref", "--quiet", "--short", "HEAD"]);
  if (current.ok) return ok(current.value);
  return usage("no branch is checked out, and none is named", "Name it: --branch BRANCH.");
}

/** What a branch deploys to, by `branches.environments` of esteira.yaml. */
export function branchEnvironment(
  workspace: Workspace,
  branch: string,
): Result<BranchEnvironment, Failure> {
  const { branches, environments } = workspace;
  const name = ownValue(branches.environments, branch);
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

function known(workspace: Workspace, environment: Environment): Partial<BranchEnvironment> {
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

/** The environment of a branch, as `--json` gives it. */
export function branchEnvironmentDocument(
  branch: string,
  environment: BranchEnvironment,
): DocumentOf<"branch-environment"> {
  return { branch, ...environment };
}
