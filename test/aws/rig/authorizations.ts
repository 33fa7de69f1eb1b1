import {
  type Account,
  type Asked,
  text,
  texts,
  hasTags,
  ask,
  everywhere,
  pass,
  requestTags,
} from "./asked-words.ts";
import {
  ecsArn,
  cluster,
  capacityProvider,
  ofCluster,
  onArn,
  group,
  groupTags,
  createTemplate,
  ofTemplate,
  ofRevision,
  ecsTags,
  stateMachine,
  execution,
  schedule,
  rule,
  lambdaFunction,
  topic,
  logGroup,
  bucketOnly,
  s3Object,
  repository,
  queue,
  iamRole,
  parameter,
} from "./asked.ts";
import type { Call } from "./middleware.ts";
import type { Authorization } from "./policy.ts";

/**
 * What AWS asks the caller's policies for a call of ours, after the service authorization
 * reference; conditions only as far as our policies use them. A call that isn't here is one that no
 * policy of ours was thought through for: add it.
 */
export function authorizationsOf(call: Call, account: Account): readonly Authorization[] {
  const asked = table[`${call.service}:${call.operation}`];
  if (asked === undefined)
    throw new Error(`no authorization is known for ${call.service}:${call.operation}`);
  const arn = (service: string, resource: string) =>
    `arn:${account.partition}:${service}:${account.region}:${account.accountId}:${resource}`;
  return asked(call.input, account, arn);
}

const table: Readonly<Record<string, Asked>> = {
  "autoscaling:CreateAutoScalingGroup": group("autoscaling:CreateAutoScalingGroup"),
  "autoscaling:UpdateAutoScalingGroup": group("autoscaling:UpdateAutoScalingGroup"),
  "autoscaling:DeleteAutoScalingGroup": group("autoscaling:DeleteAutoScalingGroup"),
  "autoscaling:CreateOrUpdateTags": groupTags("autoscaling:CreateOrUpdateTags"),
  "autoscaling:DeleteTags": groupTags("autoscaling:DeleteTags"),
  "autoscaling:DescribeAutoScalingGroups": everywhere("autoscaling:DescribeAutoScalingGroups"),
  "autoscaling:DescribeScalingActivities": everywhere("autoscaling:DescribeScalingActivities"),

  "ec2:CreateLaunchTemplate": createTemplate,
  "ec2:CreateLaunchTemplateVersion": ofTemplate("ec2:CreateLaunchTemplateVersion"),
  "ec2:DeleteLaunchTemplate": ofTemplate("ec2:DeleteLaunchTemplate"),
  "ec2:DeleteLaunchTemplateVersions": ofTemplate("ec2:DeleteLaunchTemplateVersions"),
  "ec2:CreateTags": ofTemplate("ec2:CreateTags"),
  "ec2:DeleteTags": ofTemplate("ec2:DeleteTags"),
  ...Object.fromEntries(
    [
      "DescribeImages",
      "DescribeInstanceTypeOfferings",
      "DescribeInstanceTypes",
      "DescribeLaunchTemplateVersions",
      "DescribeLaunchTemplates",
      "DescribeRouteTables",
      "DescribeSecurityGroups",
      "DescribeSubnets",
      "DescribeVpcEndpoints",
      "DescribeVpcs",
    ].map((operation) => [`ec2:${operation}`, everywhere(`ec2:${operation}`)]),
  ),

  "ecr:GetAuthorizationToken": everywhere("ecr:GetAuthorizationToken"),
  "ecr:BatchDeleteImage": repository("ecr:BatchDeleteImage"),
  "ecr:BatchGetImage": repository("ecr:BatchGetImage"),
  "ecr:DescribeImages": repository("ecr:DescribeImages"),
  "ecr:DescribeRepositories": repository("ecr:DescribeRepositories"),
  "ecr:ListImages": repository("ecr:ListImages"),

  "ecs:CreateCluster": (input, _, arn) => {
    const resource = arn("ecs", `cluster/${text(input["clusterName"])}`);
    return [
      ask("ecs:CreateCluster", resource),
      ...(hasTags(input) ? [ask("ecs:TagResource", resource)] : []),
    ];
  },
  "ecs:UpdateCluster": cluster("ecs:UpdateCluster"),
  "ecs:DeleteCluster": cluster("ecs:DeleteCluster"),
  "ecs:PutClusterCapacityProviders": cluster("ecs:PutClusterCapacityProviders"),
  "ecs:DescribeClusters": (input, _, arn) =>
    texts(input["clusters"]).map((name) =>
      ask("ecs:DescribeClusters", ecsArn("cluster", name, arn)),
    ),
  "ecs:ListContainerInstances": cluster("ecs:ListContainerInstances"),
  "ecs:DeregisterContainerInstance": (input, _, arn) => [
    ask("ecs:DeregisterContainerInstance", ecsArn("cluster", input["cluster"], arn)),
  ],
  "ecs:CreateCapacityProvider": capacityProvider("ecs:CreateCapacityProvider"),
  "ecs:UpdateCapacityProvider": capacityProvider("ecs:UpdateCapacityProvider"),
  "ecs:DeleteCapacityProvider": capacityProvider("ecs:DeleteCapacityProvider"),
  "ecs:DescribeCapacityProviders": everywhere("ecs:DescribeCapacityProviders"),
  "ecs:ListClusters": everywhere("ecs:ListClusters"),
  "ecs:RegisterTaskDefinition": (input, _, arn) => [
    ask(
      "ecs:RegisterTaskDefinition",
      arn("ecs", `task-definition/${text(input["family"])}:1`),
      requestTags(input["tags"]),
    ),
    ...(hasTags(input)
      ? [
          ask("ecs:TagResource", arn("ecs", `task-definition/${text(input["family"])}:1`), {
            ...requestTags(input["tags"]),
            "ecs:CreateAction": "RegisterTaskDefinition",
          }),
        ]
      : []),
    ...pass(input["taskRoleArn"], "ecs-tasks.amazonaws.com"),
    ...pass(input["executionRoleArn"], "ecs-tasks.amazonaws.com"),
  ],
  "ecs:DeregisterTaskDefinition": everywhere("ecs:DeregisterTaskDefinition"),
  "ecs:DeleteTaskDefinitions": ofRevision("ecs:DeleteTaskDefinitions"),
  "ecs:DescribeTaskDefinition": everywhere("ecs:DescribeTaskDefinition"),
  "ecs:ListTaskDefinitions": everywhere("ecs:ListTaskDefinitions"),
  "ecs:ListTaskDefinitionFamilies": everywhere("ecs:ListTaskDefinitionFamilies"),
  "ecs:ListTasks": ofCluster("ecs:ListTasks"),
  "ecs:DescribeTasks": ofCluster("ecs:DescribeTasks"),
  "ecs:StopTask": ofCluster("ecs:StopTask"),
  "ecs:TagResource": ecsTags("ecs:TagResource"),
  "ecs:UntagResource": ecsTags("ecs:UntagResource"),
  "ecs:ListTagsForResource": onArn("ecs:ListTagsForResource"),

  "events:DescribeRule": rule("events:DescribeRule"),
  "events:ListTargetsByRule": rule("events:ListTargetsByRule"),
  "events:PutRule": (input, account, arn) => [
    ...rule("events:PutRule")(input, account, arn),
    ...(input["Tags"] === undefined ? [] : rule("events:TagResource")(input, account, arn)),
  ],
  "events:PutTargets": rule("events:PutTargets"),
  "events:RemoveTargets": rule("events:RemoveTargets"),
  "events:DeleteRule": rule("events:DeleteRule"),
  "events:ListTagsForResource": (input) => [
    ask("events:ListTagsForResource", text(input["ResourceARN"])),
  ],

  "lambda:GetFunctionConfiguration": lambdaFunction("lambda:GetFunctionConfiguration"),
  "lambda:GetFunctionEventInvokeConfig": lambdaFunction("lambda:GetFunctionEventInvokeConfig"),
  "lambda:GetPolicy": lambdaFunction("lambda:GetPolicy"),
  "lambda:Invoke": lambdaFunction("lambda:InvokeFunction"),
  "lambda:ListTags": (input) => [ask("lambda:ListTags", text(input["Resource"]))],

  "logs:CreateLogGroup": logGroup("logs:CreateLogGroup"),
  "logs:DeleteLogGroup": logGroup("logs:DeleteLogGroup"),
  "logs:PutRetentionPolicy": logGroup("logs:PutRetentionPolicy"),
  "logs:DescribeLogGroups": everywhere("logs:DescribeLogGroups"),
  "logs:FilterLogEvents": logGroup("logs:FilterLogEvents"),
  "logs:GetLogEvents": logGroup("logs:GetLogEvents"),
  "logs:TagResource": onArn("logs:TagResource"),
  "logs:UntagResource": onArn("logs:UntagResource"),
  "logs:ListTagsForResource": onArn("logs:ListTagsForResource"),

  "s3:GetObject": s3Object("s3:GetObject"),
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
  "s3:HeadObject": s3Object("s3:GetObject"),
  "s3:PutObject": s3Object("s3:PutObject"),
  "s3:DeleteObject": s3Object("s3:DeleteObject"),
  "s3:DeleteObjects": (input, account, arn) => {
    const { Objects = [] } = input["Delete"] as { Objects?: readonly { readonly Key: string }[] };
    return Objects.flatMap(({ Key }) =>
      s3Object("s3:DeleteObject")({ Bucket: input["Bucket"], Key }, account, arn),
    );
  },
  "s3:ListObjectsV2": (input, { partition }) => [
    ask("s3:ListBucket", `arn:${partition}:s3:::${text(input["Bucket"])}`, {
      "s3:prefix": text(input["Prefix"]),
    }),
  ],
  "s3:GetBucketNotificationConfiguration": bucketOnly("s3:GetBucketNotification"),
  "s3:GetBucketPolicy": bucketOnly("s3:GetBucketPolicy"),
  "s3:GetBucketTagging": bucketOnly("s3:GetBucketTagging"),
  "s3:GetBucketVersioning": bucketOnly("s3:GetBucketVersioning"),
  "s3:GetBucketEncryption": bucketOnly("s3:GetEncryptionConfiguration"),
  "s3:GetBucketLifecycleConfiguration": bucketOnly("s3:GetLifecycleConfiguration"),
  "s3:GetPublicAccessBlock": bucketOnly("s3:GetBucketPublicAccessBlock"),
  "s3:HeadBucket": bucketOnly("s3:ListBucket"),

  "scheduler:CreateSchedule": schedule("scheduler:CreateSchedule"),
  "scheduler:UpdateSchedule": schedule("scheduler:UpdateSchedule"),
  "scheduler:DeleteSchedule": schedule("scheduler:DeleteSchedule"),
  "scheduler:GetSchedule": schedule("scheduler:GetSchedule"),
  "scheduler:ListSchedules": everywhere("scheduler:ListSchedules"),

  "secretsmanager:DescribeSecret": (input, _, arn) => [
    ask(
      "secretsmanager:DescribeSecret",
      text(input["SecretId"]).startsWith("arn:")
        ? text(input["SecretId"])
        : arn("secretsmanager", `secret:${text(input["SecretId"])}-AbCdEf`),
    ),
  ],
  "servicequotas:GetServiceQuota": everywhere("servicequotas:GetServiceQuota"),
  "servicequotas:ListServiceQuotas": everywhere("servicequotas:ListServiceQuotas"),

  "sqs:GetQueueUrl": queue("sqs:GetQueueUrl"),
  "sqs:GetQueueAttributes": queue("sqs:GetQueueAttributes"),
  "sqs:ReceiveMessage": queue("sqs:ReceiveMessage"),
  "sqs:ChangeMessageVisibilityBatch": queue("sqs:ChangeMessageVisibility"),
  "sqs:ListQueueTags": queue("sqs:ListQueueTags"),

  "ssm:DescribeParameters": everywhere("ssm:DescribeParameters"),
  "ssm:GetParameter": (input, account, arn) =>
    parameter("ssm:GetParameter", text(input["Name"]), account, arn),
  "ssm:GetParameters": (input, account, arn) =>
    texts(input["Names"]).flatMap((name) => parameter("ssm:GetParameters", name, account, arn)),

  // The sender's identity, in the sandbox the recipients', and the configuration that belongs to
  // them.
  "ses:SendEmail": (input, _, arn) => {
    const { FromEmailAddress = "", Destination } = input as {
      readonly FromEmailAddress?: string;
      readonly Destination?: { readonly ToAddresses?: readonly string[] };
    };
    const sender = /<([^>]+)>$/.exec(FromEmailAddress)?.[1] ?? FromEmailAddress;
    return [
      ...[sender, ...(Destination?.ToAddresses ?? [])].map((name) =>
        ask("ses:SendEmail", arn("ses", `identity/${name}`)),
      ),
      ask("ses:SendEmail", arn("ses", "configuration-set/default")),
    ];
  },
  "sns:CreateTopic": (input, _, arn) => [ask("sns:CreateTopic", arn("sns", text(input["Name"])))],
  "sns:ListSubscriptionsByTopic": topic("sns:ListSubscriptionsByTopic"),
  "sns:Publish": topic("sns:Publish"),
  "sns:Subscribe": topic("sns:Subscribe"),

  "states:CreateStateMachine": stateMachine("states:CreateStateMachine"),
  "states:UpdateStateMachine": stateMachine("states:UpdateStateMachine"),
  "states:DeleteStateMachine": stateMachine("states:DeleteStateMachine"),
  "states:DescribeStateMachine": stateMachine("states:DescribeStateMachine"),
  "states:ListExecutions": (input, ...rest) =>
    typeof input["mapRunArn"] === "string"
      ? [ask("states:ListExecutions", input["mapRunArn"])]
      : stateMachine("states:ListExecutions")(input, ...rest),
  "states:ListStateMachines": everywhere("states:ListStateMachines"),
  "states:ValidateStateMachineDefinition": everywhere("states:ValidateStateMachineDefinition"),
  "states:TagResource": onArn("states:TagResource"),
  "states:UntagResource": onArn("states:UntagResource"),
  "states:ListTagsForResource": onArn("states:ListTagsForResource"),
  "states:StartExecution": (input) => [
    ask("states:StartExecution", text(input["stateMachineArn"])),
  ],
  "states:StopExecution": execution("states:StopExecution"),
  "states:RedriveExecution": execution("states:RedriveExecution"),
  "states:DescribeExecution": execution("states:DescribeExecution"),
  "states:DescribeStateMachineForExecution": execution("states:DescribeStateMachineForExecution"),
  "states:GetExecutionHistory": execution("states:GetExecutionHistory"),

  "iam:GetRole": iamRole("iam:GetRole"),
  "iam:GetRolePolicy": iamRole("iam:GetRolePolicy"),
  "iam:ListAttachedRolePolicies": iamRole("iam:ListAttachedRolePolicies"),
  "iam:ListRoles": everywhere("iam:ListRoles"),
  "iam:GetInstanceProfile": (input, { accountId, partition }) => [
    ask(
      "iam:GetInstanceProfile",
      `arn:${partition}:iam::${accountId}:instance-profile/${text(input["InstanceProfileName"])}`,
    ),
  ],

  "sts:GetCallerIdentity": () => [], // asks nobody
  "tag:GetResources": everywhere("tag:GetResources"),
};
