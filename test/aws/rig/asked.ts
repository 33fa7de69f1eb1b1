import type { Call } from "./middleware.ts";
import type { Authorization } from "./policy.ts";

/** What the ARNs of a call are made of, and what a call doesn't say itself. */
export interface Account {
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
  /** The role in the launch templates' instance profile, which Auto Scaling must be handed. */
  readonly instanceRole: string;
}

export type Input = Call["input"];
export type Asked = (
  input: Input,
  account: Account,
  arn: (service: string, resource: string) => string,
) => readonly Authorization[];

export const text = (value: unknown): string => (typeof value === "string" ? value : "");
export const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);
export const hasTags = (input: Input): boolean =>
  [input["tags"], input["Tags"]].some((tags) =>
    Array.isArray(tags) ? tags.length > 0 : tags !== undefined,
  );
export const ask = (
  action: string,
  resource: string,
  context?: Authorization["context"],
): Authorization => (context === undefined ? { action, resource } : { action, resource, context });

/** For what can't be limited to a resource. */
export const everywhere =
  (action: string): Asked =>
  (_, { region }) => [ask(action, "*", { "aws:RequestedRegion": region })];
export const pass = (role: unknown, service: string): Authorization[] =>
  text(role) === "" ? [] : [ask("iam:PassRole", text(role), { "iam:PassedToService": service })];

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
  (input, { instanceRole, region }, arn) => {
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
        ? [
            ask("ec2:RunInstances", "*", { "aws:RequestedRegion": region }),
            ...pass(instanceRole, "ec2.amazonaws.com"),
          ]
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

export const ec2Write =
  (action: string): Asked =>
  (input, { region }) => {
    const context = { "aws:RequestedRegion": region };
    return [
      ask(action, "*", context),
      ...(input["TagSpecifications"] === undefined ? [] : [ask("ec2:CreateTags", "*", context)]),
    ];
  };

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
    ask(action, `arn:${partition}:s3:::${text(input["Bucket"])}/${text(input["Key"])}`),
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
