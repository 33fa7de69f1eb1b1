import type { Stage } from "../deploy/stage.ts";
import { stages } from "../deploy/stages.ts";
import { allow, mergeStatements, policy, type PolicyDocument, type Statement } from "./document.ts";
import { documents, listBucket, lookAtArtifacts } from "./bucket-rights.ts";
import { secrets } from "./role-policies.ts";
import { ofClusters, type PolicyScope } from "./scope.ts";

/** The first statements in this order; what no kind of resource has a part in comes after them. */
const order = [
  "EcrLogin",
  "EcrRead",
  "EcsRead",
  "EcsReadTasks",
  "ReadAll",
  "StatesRead",
  "StatesReadRuns",
  "SchedulerRead",
  "LogsRead",
];

/** Documents that plans read: not who was notified of what, which quotes logs. */
const planned = [
  "base.json",
  "lease.json",
  "releases",
  "holds",
  "audit",
  "ledger",
  "fleet",
  "triggers",
];

/** What `plan`, `releases`, `audit` and `verify` need: reading only. */
export function planPolicy(
  scope: PolicyScope,
  resources: readonly Pick<Stage, "rights">[] = stages,
): PolicyDocument {
  return policy(...planStatements(scope, resources));
}

/**
 * The statements of the plan policy: what reading each kind of resource takes, and all the rest.
 */
export function planStatements(
  scope: PolicyScope,
  resources: readonly Pick<Stage, "rights">[] = stages,
): Statement[] {
  const { project, names } = scope;
  const statements = [
    ...resources.flatMap(({ rights }) => rights.read(scope)),
    ...readImages(scope),
    allow(
      "EcsRead",
      "ecs:DescribeContainerInstances",
      scope.arn("ecs", `container-instance/${project.clusters}/*`),
    ),
    allow("EcsReadTasks", "ecs:DescribeTasks", "*", ofClusters(scope)),
    // AWS lets none of these be limited to resources.
    allow(
      "ReadAll",
      [
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypeOfferings",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcEndpoints",
        "ec2:DescribeVpcs",
        "ecs:ListClusters",
        "iam:ListRoles",
        "servicequotas:GetServiceQuota",
        "servicequotas:ListServiceQuotas",
        "ssm:DescribeParameters",
        "states:ValidateStateMachineDefinition",
        "sts:GetCallerIdentity",
        "tag:GetResources",
      ],
      "*",
    ),
    allow(
      "StatesReadRuns",
      ["states:DescribeExecution", "states:DescribeStateMachineForExecution"],
      scope.arn("states", `execution:${project.stateMachines}:*`),
    ),
    allow(
      "LogsRead",
      "logs:ListTagsForResource",
      scope.arn("logs", `log-group:${names.notifierLogGroup}`),
    ),
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
      [names.runsRule, names.watchRule, `${names.dataRules}*`].map((rule) =>
        scope.arn("events", `rule/${rule}`),
      ),
    ),
    // Whether EventBridge hears of the objects that start projects.
    ...(scope.dataBuckets.length === 0
      ? []
      : [
          allow(
            "DataBucketsRead",
            "s3:GetBucketNotification",
            scope.dataBuckets.map((bucket) => `arn:${scope.partition}:s3:::${bucket}`),
          ),
        ]),
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
    allow("DocumentsRead", "s3:GetObject", documents(scope, planned)),
    ...listBucket(
      scope,
      "DocumentsList",
      planned.map((name) => `${scope.location.documents}${name}*`),
    ),
    ...lookAtArtifacts(scope),
    ...readInputs(scope),
  ];
  return mergeStatements(statements, order);
}

/** What a run was asked to do says whether it was a whole one, whose artifacts are kept. */
function readInputs(scope: PolicyScope): Statement[] {
  if (!scope.removesArtifacts) return [];
  const executions = scope.arn("states", `execution:${scope.project.stateMachines}:*`);
  return [allow("StatesReadRuns", "states:GetExecutionHistory", executions)];
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
