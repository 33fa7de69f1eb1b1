import { allow, policy, type Condition, type PolicyDocument, type Statement } from "./document.ts";
import { listBucket, object, secrets } from "./role-policies.ts";
import type { PolicyScope } from "./scope.ts";

/** What `plan`, `releases`, `audit` and `verify` need: reading only. */
export function planPolicy(scope: PolicyScope): PolicyDocument {
  return policy(...planStatements(scope));
}

export function planStatements(scope: PolicyScope): Statement[] {
  const { project, names } = scope;
  return [
    ...readImages(scope),
    allow(
      "EcsRead",
      [
        "ecs:DescribeClusters",
        "ecs:ListContainerInstances",
        "ecs:DescribeContainerInstances",
        "ecs:ListTagsForResource",
      ],
      [
        scope.arn("ecs", `cluster/${project.clusters}`),
        scope.arn("ecs", `capacity-provider/${project.capacityProviders}`),
        scope.arn("ecs", `container-instance/${project.clusters}/*`),
        scope.arn("ecs", `task-definition/${project.families}:*`),
      ],
    ),
    allow("EcsReadTasks", ["ecs:ListTasks", "ecs:DescribeTasks"], "*", ofClusters(scope)),
    // AWS lets none of these be limited to resources.
    allow(
      "ReadAll",
      [
        "autoscaling:Describe*",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypeOfferings",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:DescribeLaunchTemplates",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcEndpoints",
        "ec2:DescribeVpcs",
        "ecs:DescribeCapacityProviders",
        "ecs:DescribeTaskDefinition",
        "ecs:ListClusters",
        "ecs:ListTaskDefinitionFamilies",
        "ecs:ListTaskDefinitions",
        "iam:ListRoles",
        "logs:DescribeLogGroups",
        "scheduler:ListSchedules",
        "servicequotas:GetServiceQuota",
        "servicequotas:ListServiceQuotas",
        "ssm:DescribeParameters",
        "states:ListStateMachines",
        "states:ValidateStateMachineDefinition",
        "sts:GetCallerIdentity",
        "tag:GetResources",
      ],
      "*",
    ),
    allow(
      "StatesRead",
      ["states:DescribeStateMachine", "states:ListTagsForResource", "states:ListExecutions"],
      scope.arn("states", `stateMachine:${project.stateMachines}`),
    ),
    allow(
      "StatesReadRuns",
      ["states:DescribeExecution", "states:DescribeStateMachineForExecution"],
      scope.arn("states", `execution:${project.stateMachines}:*`),
    ),
    allow(
      "SchedulerRead",
      "scheduler:GetSchedule",
      scope.arn("scheduler", `schedule/default/${project.schedules}`),
    ),
    allow("LogsRead", "logs:ListTagsForResource", [
      ...logGroups(scope),
      scope.arn("logs", `log-group:${names.notifierLogGroup}`),
    ]),
    allow(
      "SsmRead",
      ["ssm:GetParameter", "ssm:GetParameters"],
      `arn:${scope.partition}:ssm:${scope.region}::parameter/aws/service/ecs/optimized-ami/*`,
    ),
    allow("SecretsFind", "secretsmanager:DescribeSecret", secrets(scope)),
    allow(
      "BaseRead",
      [
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:GetInstanceProfile",
        "iam:ListAttachedRolePolicies",
      ],
      [
        ...new Set([
          ...Object.values(scope.roles),
          `arn:${scope.partition}:iam::${scope.accountId}:instance-profile/${names.prefix}-*`,
        ]),
      ],
    ),
    allow(
      "DeadLettersRead",
      ["sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ListQueueTags"],
      scope.arn("sqs", names.deadLetterQueue),
    ),
    allow(
      "NotifierRead",
      [
        "lambda:GetFunctionConfiguration",
        "lambda:GetFunctionEventInvokeConfig",
        "lambda:GetPolicy",
        "lambda:ListTags",
      ],
      scope.arn("lambda", `function:${names.notifier}`),
    ),
    allow(
      "RulesRead",
      ["events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule"],
      [names.runsRule, names.watchRule].map((rule) => scope.arn("events", `rule/${rule}`)),
    ),
    allow(
      "BucketRead",
      [
        "s3:GetBucketPolicy",
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketTagging",
        "s3:GetBucketVersioning",
        "s3:GetEncryptionConfiguration",
        "s3:GetLifecycleConfiguration",
      ],
      `arn:${scope.partition}:s3:::${scope.location.bucket}`,
    ),
    allow("DocumentsRead", "s3:GetObject", object(scope, `${scope.location.documents}*`)),
    ...listBucket(scope, "DocumentsList", `${scope.location.documents}*`),
  ];
}

/** Of the environment's repository, and of the one that its images are taken from. */
function readImages(scope: PolicyScope): Statement[] {
  const own = scope.repository && scope.arn("ecr", `repository/${scope.repository}`);
  const repositories = [own, scope.promotedRepository].filter((arn) => arn !== undefined);
  if (repositories.length === 0) return [];
  return [
    allow("EcrLogin", "ecr:GetAuthorizationToken", "*"),
    allow(
      "EcrRead",
      [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
        "ecr:DescribeImages",
        "ecr:DescribeRepositories",
        "ecr:ListImages",
      ],
      [...new Set(repositories)],
    ),
  ];
}

export function ofClusters(scope: PolicyScope): Condition {
  return { ArnLike: { "ecs:cluster": scope.arn("ecs", `cluster/${scope.project.clusters}`) } };
}

/** With and without what AWS puts at the end of a group's ARN, by action. */
export function logGroups(scope: PolicyScope): string[] {
  return [scope.project.logGroups, `/aws/vendedlogs/states/${scope.project.stateMachines}`].flatMap(
    (name) => [scope.arn("logs", `log-group:${name}`), scope.arn("logs", `log-group:${name}:*`)],
  );
}
