import {
  type Account,
  type Asked,
  text,
  texts,
  hasTags,
  ask,
  pass,
  resourceTags,
  requestTags,
} from "./asked-words.ts";
import type { Authorization } from "./policy.ts";

// ECS takes names and ARNs for the same.
export const ecsArn = (
  kind: string,
  value: unknown,
  arn: (service: string, resource: string) => string,
) => (text(value).startsWith("arn:") ? text(value) : arn("ecs", `${kind}/${text(value)}`));
export const cluster =
  (action: string): Asked =>
  (input, _, arn) => {
    const name = input["cluster"] ?? input["clusterName"];
    return [ask(action, ecsArn("cluster", name, arn))];
  };
export const capacityProvider =
  (action: string): Asked =>
  (input, _, arn) => {
    const resource = ecsArn("capacity-provider", input["name"] ?? input["capacityProvider"], arn);
    return [ask(action, resource), ...(hasTags(input) ? [ask("ecs:TagResource", resource)] : [])];
  };
export const ofCluster =
  (action: string): Asked =>
  (input, _, arn) => [
    ask(action, "*", { "ecs:cluster": ecsArn("cluster", input["cluster"], arn) }),
  ];
export const onArn =
  (action: string): Asked =>
  (input) => [ask(action, text(input["resourceArn"] ?? input["ResourceArn"]))];

export const group =
  (action: string): Asked =>
  (input, account, arn) => {
    const resource = arn(
      "autoscaling",
      `autoScalingGroup:00000000-0000-0000-0000-000000000000:autoScalingGroupName/${text(input["AutoScalingGroupName"])}`,
    );
    const launches =
      input["MixedInstancesPolicy"] !== undefined || input["LaunchTemplate"] !== undefined;
    return [
      ask(action, resource),
      ...(hasTags(input) ? [ask("autoscaling:CreateOrUpdateTags", resource)] : []),
      ...(launches
        ? [...launched(account, arn), ...pass(account.instanceRole, "ec2.amazonaws.com")]
        : []),
    ];
  };
export const groupTags =
  (action: string): Asked =>
  (input, _, arn) =>
    (input["Tags"] as readonly { readonly ResourceId?: string }[]).map(({ ResourceId }) =>
      ask(
        action,
        arn(
          "autoscaling",
          `autoScalingGroup:00000000-0000-0000-0000-000000000000:autoScalingGroupName/${ResourceId}`,
        ),
      ),
    );

/** Whether the caller could start what a template says, with the tags that the template gives. */
export const launched = (
  account: Account,
  arn: (service: string, resource: string) => string,
): Authorization[] => {
  const template = arn("ec2", "launch-template/lt-0123456789abcdef0");
  const byTemplate = { "ec2:LaunchTemplate": template };
  const public_ = `arn:${account.partition}:ec2:${account.region}:`;
  return [
    ask("ec2:RunInstances", template, { ...byTemplate, ...resourceTags(account) }),
    ...[
      arn("ec2", "instance/*"),
      arn("ec2", "volume/*"),
      arn("ec2", "network-interface/*"),
      arn("ec2", "subnet/subnet-1"),
      arn("ec2", "security-group/sg-1"),
      `${public_}:image/ami-1`,
      `${public_}:snapshot/snap-1`,
    ].map((resource) => ask("ec2:RunInstances", resource, byTemplate)),
    ...["instance/*", "volume/*"].map((made) =>
      ask("ec2:CreateTags", arn("ec2", made), { "ec2:CreateAction": "RunInstances" }),
    ),
  ];
};

export const createTemplate: Asked = (input, _, arn) => {
  const resource = arn("ec2", "launch-template/*");
  const specified = input["TagSpecifications"] as
    | readonly { readonly Tags?: unknown }[]
    | undefined;
  const tags = requestTags(specified?.[0]?.Tags);
  return [
    ask("ec2:CreateLaunchTemplate", resource, tags),
    ...(specified === undefined
      ? []
      : [
          ask("ec2:CreateTags", resource, {
            ...tags,
            "ec2:CreateAction": "CreateLaunchTemplate",
          }),
        ]),
  ];
};

/** Of a launch template that is there. */
export const ofTemplate =
  (action: string): Asked =>
  (input, account, arn) => [
    ask(
      action,
      arn(
        "ec2",
        `launch-template/${text(input["LaunchTemplateId"]) || texts(input["Resources"])[0]}`,
      ),
      { ...resourceTags(account), ...requestTags(input["Tags"]) },
    ),
  ];

/** Of a revision that is there. */
export const ofRevision =
  (action: string): Asked =>
  (input, account, arn) =>
    texts(input["taskDefinitions"]).map((name) =>
      ask(action, ecsArn("task-definition", name, arn), resourceTags(account)),
    );

/** Of what is there of ECS. */
export const ecsTags =
  (action: string): Asked =>
  (input, account) => [
    ask(action, text(input["resourceArn"]), {
      ...resourceTags(account),
      ...requestTags(input["tags"]),
    }),
  ];

export const stateMachine =
  (action: string): Asked =>
  (input, _, arn) => {
    const resource =
      text(input["stateMachineArn"]) || arn("states", `stateMachine:${text(input["name"])}`);
    return [
      ask(action, resource),
      ...(hasTags(input) ? [ask("states:TagResource", resource)] : []),
      ...pass(input["roleArn"], "states.amazonaws.com"),
    ];
  };
export const execution =
  (action: string): Asked =>
  (input) => [ask(action, text(input["executionArn"]))];

export const schedule =
  (action: string): Asked =>
  (input, _, arn) => {
    const target = input["Target"] as { readonly RoleArn?: string } | undefined;
    return [
      ask(
        action,
        arn(
          "scheduler",
          `schedule/${text(input["GroupName"]) || "default"}/${text(input["Name"])}`,
        ),
      ),
      ...pass(target?.RoleArn, "scheduler.amazonaws.com"),
    ];
  };

export const logGroup =
  (action: string): Asked =>
  (input, _, arn) => {
    // AWS puts `:*` at its end, the tagging actions excepted.
    const resource = `${arn("logs", `log-group:${text(input["logGroupName"])}`)}:*`;
    return [
      ask(action, resource),
      ...(hasTags(input) ? [ask("logs:TagResource", resource.slice(0, -2))] : []),
    ];
  };

export const bucketOnly =
  (action: string): Asked =>
  (input, { partition }) => [ask(action, `arn:${partition}:s3:::${text(input["Bucket"])}`)];
export const s3Object =
  (action: string): Asked =>
  (input, { partition }) => [
    ask(
      action,
      `arn:${partition}:s3:::${text(input["Bucket"])}/${text(input["Key"])}`,
      input["IfNoneMatch"] === undefined ? {} : { "s3:if-none-match": text(input["IfNoneMatch"]) },
    ),
  ];

export const repository =
  (action: string): Asked =>
  (input, _, arn) => {
    const names = texts(input["repositoryNames"]);
    return (names.length > 0 ? names : [text(input["repositoryName"])]).map((name) =>
      ask(action, arn("ecr", `repository/${name}`)),
    );
  };
export const queue =
  (action: string): Asked =>
  (input, _, arn) => [
    ask(
      action,
      arn("sqs", text(input["QueueName"]) || (text(input["QueueUrl"]).split("/").at(-1) ?? "")),
    ),
  ];
export const iamRole =
  (action: string): Asked =>
  (input, { accountId, partition }) => [
    ask(action, `arn:${partition}:iam::${accountId}:role/${text(input["RoleName"])}`),
  ];

/** AWS's own parameters are nobody's account. */
export function parameter(
  action: string,
  name: string,
  { partition, region }: Account,
  arn: (service: string, resource: string) => string,
): Authorization[] {
  const path = name.replace(/^\//, "");
  return [
    ask(
      action,
      name.startsWith("/aws/")
        ? `arn:${partition}:ssm:${region}::parameter/${path}`
        : arn("ssm", `parameter/${path}`),
    ),
  ];
}

export function rule(action: string): Asked {
  return (input, _, arn) => [
    ask(action, arn("events", `rule/${text(input["Name"] ?? input["Rule"])}`)),
  ];
}

export function lambdaFunction(action: string): Asked {
  return (input, _, arn) => [ask(action, arn("lambda", `function:${text(input["FunctionName"])}`))];
}

export function topic(action: string): Asked {
  return (input) => [ask(action, text(input["TopicArn"]))];
}
