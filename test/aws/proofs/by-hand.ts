import {
  CreateOrUpdateTagsCommand,
  DescribeAutoScalingGroupsCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  CreateLogGroupCommand,
  DeleteRetentionPolicyCommand,
  TagResourceCommand as TagLogGroupCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateClusterCommand,
  PutClusterCapacityProvidersCommand,
  RegisterContainerInstanceCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  TagResourceCommand as TagEcsCommand,
  UpdateCapacityProviderCommand,
} from "@aws-sdk/client-ecs";
import { GetScheduleCommand, UpdateScheduleCommand } from "@aws-sdk/client-scheduler";
import {
  StartExecutionCommand,
  TagResourceCommand as TagStatesCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { PutParameterCommand } from "@aws-sdk/client-ssm";

import type { AwsContext, Clients } from "../../../src/aws/sdk/context.ts";
import type { ResourceNames } from "../../../src/release/release.ts";

const arn = (service: string, resource: string) =>
  `arn:aws:${service}:us-east-1:123456789012:${resource}`;
/** Ours by its name, and nothing that a deploy of today sets. */
const stray = { key: "esteira:stray", value: "1" };

/** The secrets of the cycle's projects. */
export async function makeSecrets(
  { clients: { ssm, secrets } }: AwsContext,
  projects: readonly string[],
): Promise<void> {
  for (const project of projects) {
    await ssm.send(
      new PutParameterCommand({
        Name: `/esteira/dev/${project}/token`,
        Value: "x",
        Type: "SecureString",
      }),
    );
    await secrets.send(
      new CreateSecretCommand({ Name: `/esteira/dev/${project}/password`, SecretString: "x" }),
    );
  }
}

/** Changes something of every resource, and a tag of each. */
export async function fieldsByHand(context: AwsContext, names: ResourceNames): Promise<void> {
  const { logs, ecs, ec2, autoScaling, sfn, scheduler } = context.clients;
  await logs.send(new DeleteRetentionPolicyCommand({ logGroupName: names.logGroup }));
  await logs.send(
    new TagLogGroupCommand({
      resourceArn: arn("logs", `log-group:${names.logGroup}`),
      tags: { [stray.key]: stray.value },
    }),
  );
  await ec2.send(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateName: names.launchTemplate,
      LaunchTemplateData: { ImageId: "ami-0123456789abcdef0", InstanceType: "t3.micro" },
    }),
  );
  await resize(autoScaling, names.autoScalingGroup);
  await autoScaling.send(
    new CreateOrUpdateTagsCommand({
      Tags: [
        {
          ResourceId: names.autoScalingGroup,
          ResourceType: "auto-scaling-group",
          Key: stray.key,
          Value: stray.value,
          PropagateAtLaunch: false,
        },
      ],
    }),
  );
  await ecs.send(
    new UpdateCapacityProviderCommand({
      name: names.capacityProvider,
      autoScalingGroupProvider: { managedTerminationProtection: "DISABLED" },
    }),
  );
  await ecs.send(
    new PutClusterCapacityProvidersCommand({
      cluster: names.cluster,
      capacityProviders: [names.capacityProvider],
      defaultCapacityProviderStrategy: [],
    }),
  );
  for (const resourceArn of [
    arn("ecs", `cluster/${names.cluster}`),
    arn("ecs", `capacity-provider/${names.capacityProvider}`),
    arn("ecs", `task-definition/${names.taskFamily}:1`),
  ]) {
    await ecs.send(new TagEcsCommand({ resourceArn, tags: [stray] }));
  }
  const stateMachineArn = arn("states", `stateMachine:${names.stateMachine}`);
  await sfn.send(new TagStatesCommand({ resourceArn: stateMachineArn, tags: [stray] }));
  await sfn.send(
    new UpdateStateMachineCommand({
      stateMachineArn,
      definition: JSON.stringify({ StartAt: "Done", States: { Done: { Type: "Succeed" } } }),
    }),
  );
  await reschedule(scheduler, names.schedule);
}

async function resize(
  autoScaling: Clients["autoScaling"],
  AutoScalingGroupName: string,
): Promise<void> {
  const { AutoScalingGroups: [group] = [] } = await autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [AutoScalingGroupName] }),
  );
  // The emulator forgets the policy where an update doesn't name it, and takes no template by both
  // id and name, as it gives it.
  const policy = group?.MixedInstancesPolicy;
  const { LaunchTemplateName: _name, ...LaunchTemplateSpecification } =
    policy?.LaunchTemplate?.LaunchTemplateSpecification ?? {};
  await autoScaling.send(
    new UpdateAutoScalingGroupCommand({
      AutoScalingGroupName,
      MaxSize: 9,
      MixedInstancesPolicy: {
        ...policy,
        LaunchTemplate: { ...policy?.LaunchTemplate, LaunchTemplateSpecification },
      },
    }),
  );
}

async function reschedule(scheduler: Clients["scheduler"], name: string): Promise<void> {
  const found = await scheduler.send(new GetScheduleCommand({ Name: name }));
  const { Name, Description, ScheduleExpressionTimezone, State, FlexibleTimeWindow, Target } =
    found;
  await scheduler.send(
    new UpdateScheduleCommand({
      Name,
      Description,
      ScheduleExpressionTimezone,
      State,
      FlexibleTimeWindow,
      Target,
      ScheduleExpression: "cron(0 4 * * ? *)",
    }),
  );
}

/** An execution that runs, and an instance in the cluster with a task on it. */
export async function runningThings(context: AwsContext, names: ResourceNames): Promise<void> {
  const { sfn, ecs, ec2 } = context.clients;
  const stateMachineArn = arn("states", `stateMachine:${names.stateMachine}`);
  await sfn.send(new StartExecutionCommand({ stateMachineArn }));
  const { Instances: [instance] = [] } = await ec2.send(
    new RunInstancesCommand({ ImageId: "ami-0123456789abcdef0", MinCount: 1, MaxCount: 1 }),
  );
  await ecs.send(
    new RegisterContainerInstanceCommand({
      cluster: names.cluster,
      instanceIdentityDocument: JSON.stringify({ instanceId: instance?.InstanceId }),
    }),
  );
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: "small",
      containerDefinitions: [{ name: "small", image: "small", memory: 16 }],
    }),
  );
  const { tasks = [] } = await ecs.send(
    new RunTaskCommand({
      cluster: names.cluster,
      taskDefinition: taskDefinition?.taskDefinitionArn,
      launchType: "EC2",
    }),
  );
  if (tasks.length !== 1) throw new Error("the task doesn't run");
}

/** More versions of the launch template than are kept. */
export async function manyTemplateVersions(
  { clients: { ec2 } }: AwsContext,
  names: ResourceNames,
): Promise<void> {
  for (let version = 0; version < 12; version += 1) {
    await ec2.send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateName: names.launchTemplate,
        LaunchTemplateData: { ImageId: "ami-0123456789abcdef0", InstanceType: "t3.micro" },
      }),
    );
  }
}

/** A project's resources without a mark of whose they are, as a script leaves them. */
export async function untagged(context: AwsContext, names: ResourceNames): Promise<void> {
  const { logs, ecs, ec2 } = context.clients;
  await logs.send(new CreateLogGroupCommand({ logGroupName: names.logGroup }));
  await ecs.send(new CreateClusterCommand({ clusterName: names.cluster }));
  await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: names.launchTemplate,
      LaunchTemplateData: { ImageId: "ami-0123456789abcdef0", InstanceType: "t3.micro" },
      // The emulator shows no tags of a template but those that it was made with.
      TagSpecifications: [
        { ResourceType: "launch-template", Tags: [{ Key: stray.key, Value: stray.value }] },
      ],
    }),
  );
}
