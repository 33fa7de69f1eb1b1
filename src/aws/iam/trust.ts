import type { RoleName } from "../bootstrap/names.ts";
import { policy, type Condition, type PolicyDocument } from "./document.ts";
import type { PolicyScope } from "./scope.ts";

/**
 * Who may take on each role. The conditions keep the services from doing so for somebody else's
 * account ("confused deputy"); EventBridge Scheduler wants the group's ARN there and not the
 * schedule's, and refuses schedules at their creation otherwise:
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
 */
export const trustPolicies: Readonly<Record<RoleName, (scope: PolicyScope) => PolicyDocument>> = {
  step_functions: (scope) =>
    service("states.amazonaws.com", ofAccount(scope, scope.arn("states", "stateMachine:*"))),
  scheduler: (scope) =>
    service("scheduler.amazonaws.com", {
      StringEquals: {
        "aws:SourceAccount": scope.accountId,
        "aws:SourceArn": scope.arn("scheduler", "schedule-group/default"),
      },
    }),
  task_execution: (scope) =>
    service("ecs-tasks.amazonaws.com", ofAccount(scope, scope.arn("ecs", "*"))),
  task: (scope) => service("ecs-tasks.amazonaws.com", ofAccount(scope, scope.arn("ecs", "*"))),
  instance: () => service("ec2.amazonaws.com"),
  notifier: () => service("lambda.amazonaws.com"),
};

function ofAccount(scope: PolicyScope, source: string): Condition {
  return {
    StringEquals: { "aws:SourceAccount": scope.accountId },
    ArnLike: { "aws:SourceArn": source },
  };
}

function service(name: string, condition?: Condition): PolicyDocument {
  return policy({
    Effect: "Allow",
    Principal: { Service: name },
    Action: "sts:AssumeRole",
    ...(condition === undefined ? {} : { Condition: condition }),
  });
}

export interface GitHubTrust {
  readonly partition: string;
  readonly accountId: string;
  /** `owner/repository` */
  readonly repository: string;
  /** Branches that may deploy; for jobs that declare no GitHub environment. */
  readonly branches: readonly string[];
  /**
   * GitHub environments whose jobs may deploy: their tokens name no branch, protect the environment
   * by a branch rule.
   */
  readonly environments?: readonly string[];
  /**
   * Pull requests, whatever they are from and go into: their tokens say no more. A fork's workflow
   * gets no token at all, so these are the people who may push to the repository; for roles that
   * only read.
   */
  readonly pullRequests?: boolean;
  /**
   * Owner's and repository's numbers, where the repository's subjects have them:
   * `repo:owner@1/repository@2:…`.
   */
  readonly immutableIds?: { readonly owner: string; readonly repository: string };
}

/**
 * Lets GitHub Actions take on a role without keys, from the branches and environments named and
 * from nowhere else: tokens of pull requests don't match unless that is said. During a repository's
 * move to immutable subjects both forms are listed.
 * https://docs.github.com/en/actions/reference/security/oidc
 */
export function gitHubTrust(options: GitHubTrust): PolicyDocument {
  const provider = "token.actions.githubusercontent.com";
  const [owner = "", name = ""] = options.repository.split("/");
  const ids = options.immutableIds;
  const repositories = [
    options.repository,
    ...(ids === undefined ? [] : [`${owner}@${ids.owner}/${name}@${ids.repository}`]),
  ];
  const subjects = repositories.flatMap((repository) => [
    ...options.branches.map((branch) => `repo:${repository}:ref:refs/heads/${branch}`),
    ...(options.environments ?? []).map(
      (environment) => `repo:${repository}:environment:${environment}`,
    ),
    ...(options.pullRequests === true ? [`repo:${repository}:pull_request`] : []),
  ]);
  return policy({
    Effect: "Allow",
    Principal: {
      Federated: `arn:${options.partition}:iam::${options.accountId}:oidc-provider/${provider}`,
    },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: { [`${provider}:aud`]: "sts.amazonaws.com", [`${provider}:sub`]: subjects },
    },
  });
}
