import {
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateLaunchTemplateVersionCommand,
  DeleteLaunchTemplateCommand,
} from "@aws-sdk/client-ec2";
import {
  DeleteCapacityProviderCommand,
  DeleteClusterCommand,
  DeregisterTaskDefinitionCommand,
  PutClusterCapacityProvidersCommand,
  RegisterTaskDefinitionCommand,
  UpdateCapacityProviderCommand,
} from "@aws-sdk/client-ecs";
import { DeleteScheduleCommand } from "@aws-sdk/client-scheduler";
import { DeleteStateMachineCommand, UpdateStateMachineCommand } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";

import type { Clients } from "../../src/aws/sdk/context.ts";
import { describeWith } from "../rig/parts.ts";
import { changeSchedule } from "./change-schedule.ts";
import { deploy, planned, changeLines } from "./deploy-fixture.ts";
import { recsysDeployed } from "./recsys-deployed.ts";
import { moto, useMoto } from "./rig/moto.ts";

const machine = "arn:aws:states:us-east-1:123456789012:stateMachine:recsys-workflow";

/** What somebody does by hand, and what the plan says about it. */
const drifts: readonly [
  what: string,
  byHand: (clients: Clients) => Promise<unknown>,
  planned: readonly string[],
  seenByMark?: true,
][] = [
  [
    "a log group without retention",
    ({ logs }) => logs.send(new DeleteRetentionPolicyCommand({ logGroupName: "/ecs/recsys" })),
    ["update log-group /ecs/recsys: retention_days (drift)"],
  ],
  [
    "a deleted log group",
    ({ logs }) => logs.send(new DeleteLogGroupCommand({ logGroupName: "/ecs/recsys" })),
    ["create log-group /ecs/recsys (drift)"],
    true,
  ],
  [
    "a deleted cluster",
    ({ ecs }) => ecs.send(new DeleteClusterCommand({ cluster: "ml-cluster-recsys" })),
    [
      "create cluster ml-cluster-recsys (drift)",
      "create cluster-capacity ml-cluster-recsys (drift)",
    ],
    true,
  ],
  [
    "another version of the launch template",
    ({ ec2 }) =>
      ec2.send(
        new CreateLaunchTemplateVersionCommand({
          LaunchTemplateName: "lt-recsys",
          LaunchTemplateData: { ImageId: "ami-0123456789abcdef0", InstanceType: "t3.micro" },
        }),
      ),
    [
      "update launch-template lt-recsys: ImageId, BlockDeviceMappings, CreditSpecification, IamInstanceProfile, SecurityGroupIds, UserData, Tags, MetadataOptions, InstanceType (drift)",
      "update auto-scaling-group asg-recsys: launchTemplate.version",
    ],
  ],
  [
    "a deleted launch template",
    ({ ec2 }) => ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateName: "lt-recsys" })),
    [
      "create launch-template lt-recsys (drift)",
      "update auto-scaling-group asg-recsys: launchTemplate.id, launchTemplate.version",
    ],
    true,
  ],
  [
    "other sizes of the group",
    ({ autoScaling }) => changeGroup(autoScaling, { MaxSize: 9 }),
    ["update auto-scaling-group asg-recsys: maxSize (drift)"],
  ],
  [
    "instances that nothing protects",
    ({ autoScaling }) => changeGroup(autoScaling, { NewInstancesProtectedFromScaleIn: false }),
    ["update auto-scaling-group asg-recsys: protectedFromScaleIn (drift)"],
  ],
  [
    "a deleted group, which takes its capacity provider with it",
    ({ autoScaling }) =>
      autoScaling.send(
        new DeleteAutoScalingGroupCommand({
          AutoScalingGroupName: "asg-recsys",
          ForceDelete: true,
        }),
      ),
    [
      "create auto-scaling-group asg-recsys (drift)",
      "replace capacity-provider cp-recsys: autoScalingGroupArn",
      "update cluster-capacity ml-cluster-recsys",
    ],
    true,
  ],
  [
    "a capacity provider without protection",
    ({ ecs }) =>
      ecs.send(
        new UpdateCapacityProviderCommand({
          name: "cp-recsys",
          autoScalingGroupProvider: { managedTerminationProtection: "DISABLED" },
        }),
      ),
    ["update capacity-provider cp-recsys: managedTerminationProtection (drift)"],
  ],
  [
    "a capacity provider that was detached and deleted",
    async ({ ecs }) => {
      await ecs.send(
        new PutClusterCapacityProvidersCommand({
          cluster: "ml-cluster-recsys",
          capacityProviders: [],
          defaultCapacityProviderStrategy: [],
        }),
      );
      await ecs.send(new DeleteCapacityProviderCommand({ capacityProvider: "cp-recsys" }));
    },
    [
      "create capacity-provider cp-recsys (drift)",
      "update cluster-capacity ml-cluster-recsys: capacity_providers, default_strategy (drift)",
    ],
    true,
  ],
  [
    "a revision that somebody registered",
    ({ ecs }) =>
      ecs.send(
        new RegisterTaskDefinitionCommand({
          family: "recsys",
          containerDefinitions: [{ name: "recsys", image: "python:3", memory: 512 }],
          tags: [
            { key: "esteira:managed-by", value: "esteira" },
            { key: "esteira:workspace", value: "acme" },
            { key: "esteira:project", value: "recsys" },
            { key: "esteira:environment", value: "dev" },
          ],
        }),
      ),
    [
      "update task-definition recsys: requiresCompatibilities, executionRoleArn, taskRoleArn, runtimePlatform, containers.recsys.image, containers.recsys.memory, containers.recsys.entryPoint, containers.recsys.linuxParameters, containers.recsys.logConfiguration, containers.recsys.cpu, containers.recsys.environment.AWS_DEFAULT_REGION, containers.recsys.environment.AWS_REGION, containers.recsys.environment.ENV, containers.recsys.environment.ESTEIRA_PROJECT, containers.recsys.environment.ESTEIRA_VERSION, tags.esteira:hash (drift)",
      "update state-machine recsys-workflow: definition",
    ],
  ],
  [
    "deregistered revisions",
    ({ ecs }) => ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: "recsys:1" })),
    ["create task-definition recsys (drift)", "update state-machine recsys-workflow: definition"],
    true,
  ],
  [
    "another definition",
    ({ sfn }) =>
      sfn.send(
        new UpdateStateMachineCommand({
          stateMachineArn: machine,
          definition: JSON.stringify({ StartAt: "Done", States: { Done: { Type: "Succeed" } } }),
        }),
      ),
    ["update state-machine recsys-workflow: definition (drift)"],
  ],
  [
    "a deleted state machine",
    ({ sfn }) => sfn.send(new DeleteStateMachineCommand({ stateMachineArn: machine })),
    // With it the commit mark is gone, and with the mark what is known of the last deploy.
    ["create state-machine recsys-workflow", "create release recsys 1.0.0"],
    true,
  ],
  [
    "another cron expression",
    ({ scheduler }) => changeSchedule(scheduler, { ScheduleExpression: "cron(0 4 * * ? *)" }),
    ["update schedule sched-recsys: expression (drift)"],
  ],
  [
    "a deleted schedule",
    ({ scheduler }) => scheduler.send(new DeleteScheduleCommand({ Name: "sched-recsys" })),
    ["create schedule sched-recsys (drift)"],
    true,
  ],
];

describeWith(moto(), "what somebody changed by hand", (part) => {
  const server = useMoto(part);

  test.each(drifts)(
    "%s: is shown as drift and corrected",
    async (_what, byHand, expected, seenByMark) => {
      const { environment, platform, release } = await recsysDeployed(server());
      await byHand(environment.context.clients);

      // What is missing is seen by any plan; what is there and differs, by a plan that looks
      // closely.
      expect(changeLines(await planned(platform, [release])).length > 0).toBe(seenByMark === true);
      // A project that is named is compared whole.
      const named = await planned(platform, [release], { closely: true });
      expect(changeLines(named).map(withoutPlaces)).toEqual(expected);
      const { plan, summary } = await deploy(platform, [release], { refresh: true });

      expect(changeLines(plan).map(withoutPlaces)).toEqual(expected);
      expect(summary.projects).toEqual([{ project: "recsys", outcome: "changed" }]);
      expect(changeLines(await planned(platform, [release], { refresh: true }))).toEqual([]);
    },
  );
});

async function changeGroup(autoScaling: Clients["autoScaling"], changes: object): Promise<void> {
  const AutoScalingGroupName = "asg-recsys";
  const { AutoScalingGroups: [group] = [] } = await autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [AutoScalingGroupName] }),
  );
  // The emulator forgets the policy where an update doesn't name it, and takes no template by both
  // id and name, as it gives it.
  const policy = group?.MixedInstancesPolicy;
  const { LaunchTemplateName: _name, ...specification } =
    policy?.LaunchTemplate?.LaunchTemplateSpecification ?? {};
  await autoScaling.send(
    new UpdateAutoScalingGroupCommand({
      AutoScalingGroupName,
      MixedInstancesPolicy: {
        ...policy,
        LaunchTemplate: {
          ...policy?.LaunchTemplate,
          LaunchTemplateSpecification: specification,
        },
      },
      ...changes,
    }),
  );
}

/** Where in the definition it is doesn't matter here. */
function withoutPlaces(line: string): string {
  return line.replace(/: definition[^()]*[^() ]/, ": definition");
}
