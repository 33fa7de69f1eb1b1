import { deployPolicy } from "./deploy-policies.ts";
import { splitPolicy, type PolicyDocument } from "./document.ts";
import { planPolicy } from "./plan-policy.ts";
import type { PolicyScope } from "./scope.ts";
import { gitHubTrust } from "./trust.ts";

/** What GitHub Actions does in an environment: deploy what was merged, plan what is proposed. */
export type GitHubRoleName = "deploy" | "plan";

export interface GitHubRole {
  readonly name: GitHubRoleName;
  readonly arn: string;
  /** What it is called on AWS: the end of its ARN. */
  readonly roleName: string;
  readonly trust: PolicyDocument;
  /** To be attached all together. */
  readonly policies: readonly PolicyDocument[];
}

export interface GitHubRolesOptions {
  /** `owner/repository` */
  readonly repository: string;
  /** Branches that deploy to the environment. */
  readonly branches: readonly string[];
  /**
   * Let in the jobs of this GitHub environment, whose tokens name no branch, instead of the
   * branches' jobs.
   */
  readonly gitHubEnvironment?: string;
  /** For repositories whose subjects have numbers. */
  readonly ids?: { readonly owner: string; readonly repository: string };
}

/**
 * The roles that GitHub Actions takes on by OIDC. The deploy role is for the environment's branches
 * alone. The plan role is for pull requests, whose tokens say nothing of where they go: everybody
 * who may push to the repository may read what it reads.
 */
export function gitHubRoles(scope: PolicyScope, options: GitHubRolesOptions): GitHubRole[] {
  const { repository, branches, gitHubEnvironment, ids } = options;
  const common = {
    partition: scope.partition,
    accountId: scope.accountId,
    repository,
    ...(ids === undefined ? {} : { immutableIds: ids }),
  };
  const role = (
    name: GitHubRoleName,
    trust: PolicyDocument,
    rights: PolicyDocument,
  ): GitHubRole => {
    const arn = gitHubRoleArn(scope, name);
    return {
      name,
      arn,
      roleName: arn.split("/").at(-1) ?? arn,
      trust,
      policies: splitPolicy(rights),
    };
  };
  return [
    role(
      "deploy",
      gitHubTrust(
        gitHubEnvironment === undefined
          ? { ...common, branches }
          : { ...common, branches: [], environments: [gitHubEnvironment] },
      ),
      deployPolicy(scope),
    ),
    role("plan", gitHubTrust({ ...common, branches: [], pullRequests: true }), planPolicy(scope)),
  ];
}

/**
 * ARN of the role: that of `roles` in esteira.yaml, else by the name that `iam github-role` gives
 * it.
 */
export function gitHubRoleArn(
  scope: Pick<PolicyScope, "partition" | "accountId" | "names" | "gitHubRoles">,
  name: GitHubRoleName,
): string {
  return (
    scope.gitHubRoles[name] ??
    `arn:${scope.partition}:iam::${scope.accountId}:role/${scope.names.prefix}-${name}`
  );
}
