import { CreateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import { CreateLogGroupCommand, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateLaunchTemplateCommand, DescribeTagsCommand } from "@aws-sdk/client-ec2";
import {
  CreateCapacityProviderCommand,
  CreateClusterCommand,
  DescribeClustersCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { CreateScheduleCommand, GetScheduleCommand } from "@aws-sdk/client-scheduler";
import { CreateStateMachineCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";

import { listGroups } from "../../src/aws/resources/auto-scaling-group.ts";
import { listTemplates } from "../../src/aws/resources/launch-template.ts";
import type { AwsContext } from "../../src/aws/sdk/context.ts";
import { projectName } from "../../src/core/ids.ts";
import { isEmptyPlan } from "../../src/platform/plan.ts";
import { describeWith } from "../rig/parts.ts";
import { apply, bootstrapped, deploy, planned, recsys, changeLines } from "./deploy-fixture.ts";
import { recsysDeployed } from "./recsys-deployed.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";

const project = projectName("recsys");

describeWith(moto(), "projects that come and go", (part) => {
  const server = useMoto(part);

  test("destroy removes everything but logs and images, and what runs is stopped", async () => {
    const { environment, platform, release } = await recsysDeployed(server());
    const { context } = environment;
    await context.clients.sfn.send(
      new StartExecutionCommand({
        stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:recsys-workflow",
      }),
    );
    expect(unwrap(await platform.listDeployed()).map(({ release }) => release.project)).toEqual([
      "recsys",
    ]);

    const plan = unwrap(await platform.planDestroy([project]));
    expect(changeLines(plan)).toEqual([
      "remove schedule sched-recsys",
      "remove state-machine recsys-workflow",
      "remove cluster-capacity ml-cluster-recsys",
      "remove capacity-provider cp-recsys",
      "remove auto-scaling-group asg-recsys",
      "remove cluster ml-cluster-recsys",
      "remove launch-template lt-recsys",
      "remove task-definition recsys",
    ]);
    const { summary } = await apply(platform, plan);

    expect(summary.projects).toEqual([{ project: "recsys", outcome: "changed" }]);
    expect(await leftOver(context)).toEqual({
      groups: [],
      templates: [],
      clusters: [],
      revisions: [],
      logGroups: ["/aws/vendedlogs/states/recsys-workflow", "/ecs/recsys"],
    });
    expect(unwrap(await platform.listDeployed())).toEqual([]);
    expect(unwrap(await platform.deployed(project))).toBeUndefined();
    expect(unwrap(await platform.planDestroy([project])).projects).toEqual([]);

    const back = await deploy(platform, [release]);
    expect(back.summary.projects).toEqual([{ project: "recsys", outcome: "changed" }]);
    expect(changeLines(await planned(platform, [release], { refresh: true }))).toEqual([]);
  });

  test("a project whose folder is gone gets its schedule disabled and is spoken of; only prune removes it", async () => {
    const environment = await bootstrapped(server());
    const platform = await environment.open();
    const { scheduler } = environment.context.clients;
    const other = environment.release(recsys({ name: projectName("other") }));
    await deploy(platform, [environment.release(recsys()), other]);

    const { plan, summary } = await deploy(platform, [other]);

    expect(changeLines(plan)).toEqual([
      "update state-machine recsys-workflow: tags.esteira:retired",
      "update schedule sched-recsys: state, description",
    ]);
    expect(plan.projects.find(({ project }) => project === "recsys")?.warnings).toEqual([
      "recsys is deployed and has no folder any more: its schedule will be disabled, and `esteira deploy -e dev --prune` removes the rest",
    ]);
    expect(summary.projects).toEqual([
      { project: "other", outcome: "unchanged" },
      { project: "recsys", outcome: "changed" },
    ]);
    expect((await scheduler.send(new GetScheduleCommand({ Name: "sched-recsys" }))).State).toBe(
      "DISABLED",
    );
    const again = await planned(platform, [other]);
    expect(isEmptyPlan(again)).toBe(true);
    expect(again.projects.find(({ project }) => project === "recsys")?.warnings).toEqual([
      "recsys is deployed and has no folder any more: its schedule is disabled, and `esteira deploy -e dev --prune` removes the rest",
    ]);

    // Back again: what the deploy itself disabled is not a decision of a person's.
    const back = environment.release(recsys());
    expect(changeLines((await deploy(platform, [back, other])).plan)).toEqual([
      "update state-machine recsys-workflow: tags.esteira:retired",
      "update schedule sched-recsys: state, description",
    ]);
    const pruned = await deploy(platform, [other], { prune: true });
    expect(changeLines(pruned.plan)).toContain("remove state-machine recsys-workflow");
    expect(unwrap(await platform.listDeployed()).map(({ release }) => release.project)).toEqual([
      "other",
    ]);
  });

  test("a project without steps has its image built and its schedule disabled, and keeps the rest", async () => {
    const environment = await bootstrapped(server());
    const platform = await environment.open();
    const idle = environment.release(recsys({ steps: [] }), "source-2");
    const alone = await deploy(platform, [idle]);
    expect(changeLines(alone.plan)).toEqual(["create image recsys-1.0.0"]);
    expect(isEmptyPlan(await planned(platform, [idle]))).toBe(true);

    await deploy(platform, [environment.release(recsys())]);
    const { plan } = await deploy(platform, [idle]);
    expect(changeLines(plan)).toEqual([
      "create image recsys-1.0.0",
      "update schedule sched-recsys: state, description",
      "update release recsys 1.0.0: source, fingerprint",
    ]);
    expect(isEmptyPlan(await planned(platform, [idle]))).toBe(true);
    expect((await leftOver(environment.context)).clusters).toEqual(["ml-cluster-recsys"]);
  });

  test("what a shell script made is left alone, and taken over without a replacement when asked to", async () => {
    const environment = await bootstrapped(server());
    const { context } = environment;
    await madeByScript(context);
    const release = environment.release(recsys());

    const careful = await environment.open();
    const refused = await deploy(careful, [release]);
    expect(refused.summary.projects[0]).toMatchObject({
      outcome: "failed",
      error: { reason: "refused", message: "log-group /ecs/recsys exists and isn't Esteira's" },
    });

    const taking = await environment.open({ adopt: true });
    const { plan, summary } = await deploy(taking, [release]);
    expect(plan.projects[0]?.changes.map(({ action, kind }) => `${action} ${kind}`)).toEqual([
      "create image",
      "update log-group",
      "create log-group",
      "update cluster",
      "update launch-template",
      "update auto-scaling-group",
      "update capacity-provider",
      "update cluster-capacity",
      "update task-definition",
      "update state-machine",
      "update schedule",
      "create release",
    ]);
    expect(summary.projects).toEqual([{ project: "recsys", outcome: "changed" }]);
    // The emulator doesn't show the tags that a launch template is given later, as AWS does.
    const { Tags = [] } = await context.clients.ec2.send(
      new DescribeTagsCommand({
        Filters: [{ Name: "resource-type", Values: ["launch-template"] }],
      }),
    );
    expect(Tags.map(({ Key, Value }) => `${Key}=${Value}`).toSorted()).toEqual([
      "esteira:environment=dev",
      "esteira:managed-by=esteira",
      "esteira:project=recsys",
      "esteira:workspace=acme",
    ]);
    expect(changeLines(await planned(taking, [release], { refresh: true }))).toEqual([
      "update launch-template lt-recsys: tags.esteira:managed-by, tags.esteira:workspace, tags.esteira:project, tags.esteira:environment (drift)",
    ]);
  });

  test("what belongs to another environment is not taken over, adopt or not", async () => {
    const environment = await bootstrapped(server());
    const { clients } = environment.context;
    await clients.logs.send(
      new CreateLogGroupCommand({
        logGroupName: "/ecs/recsys",
        tags: {
          "esteira:managed-by": "esteira",
          "esteira:workspace": "acme",
          "esteira:environment": "prd",
          "esteira:project": "recsys",
        },
      }),
    );
    const platform = await environment.open({ adopt: true });
    const { summary } = await deploy(platform, [environment.release(recsys())]);
    expect(summary.projects[0]).toEqual({
      project: "recsys",
      outcome: "failed",
      error: {
        reason: "conflict",
        message: "log-group /ecs/recsys belongs to workspace acme, environment prd, project recsys",
        help: "two environments or workspaces in one account and region need a `suffix` in esteira.yaml",
        resource: "log-group /ecs/recsys",
      },
    });
  });
});

async function leftOver(context: AwsContext) {
  const { ecs, logs } = context.clients;
  const { clusters = [] } = await ecs.send(
    new DescribeClustersCommand({ clusters: ["ml-cluster-recsys"] }),
  );
  const { taskDefinitionArns = [] } = await ecs.send(
    new ListTaskDefinitionsCommand({ familyPrefix: "recsys", status: "ACTIVE" }),
  );
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  const groups = await listGroups(context, ["asg-recsys"]);
  const templates = await listTemplates(context, ["lt-recsys"]);
  return {
    groups: groups.map(({ AutoScalingGroupName }) => AutoScalingGroupName),
    templates: templates.map(({ LaunchTemplateName }) => LaunchTemplateName),
    clusters: clusters
      .filter(({ status }) => status !== "INACTIVE")
      .map(({ clusterName }) => clusterName),
    revisions: taskDefinitionArns,
    logGroups: logGroups
      .map(({ logGroupName = "" }) => logGroupName)
      .filter((name) => name.includes("recsys")),
  };
}

/**
 * As a sequence of AWS commands in a script leaves an account: the mission's names, no tags, and
 * everything a little different.
 */
async function madeByScript({ clients, environment }: AwsContext): Promise<void> {
  const { autoScaling, ec2, ecs, logs, scheduler, sfn } = clients;
  await logs.send(new CreateLogGroupCommand({ logGroupName: "/ecs/recsys" }));
  await ecs.send(new CreateClusterCommand({ clusterName: "ml-cluster-recsys" }));
  await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: "lt-recsys",
      LaunchTemplateData: {
        ImageId: "ami-05fb4f257abd42992",
        InstanceType: "t3.xlarge",
        InstanceMarketOptions: { MarketType: "spot" },
      },
    }),
  );
  await autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: "asg-recsys",
      MinSize: 0,
      MaxSize: 1,
      VPCZoneIdentifier: environment.subnetIds.join(","),
      LaunchTemplate: { LaunchTemplateName: "lt-recsys", Version: "$Latest" },
    }),
  );
  const [group] = await listGroups({ clients, environment } as AwsContext, ["asg-recsys"]);
  await ecs.send(
    new CreateCapacityProviderCommand({
      name: "cp-recsys",
      autoScalingGroupProvider: { autoScalingGroupArn: group?.AutoScalingGroupARN },
    }),
  );
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: "recsys",
      containerDefinitions: [{ name: "recsys", image: "recsys:1.0.0", memory: 8192 }],
    }),
  );
  const roleArn = `arn:aws:iam::${environment.accountId}:role/stepfunctions-role`;
  await sfn.send(
    new CreateStateMachineCommand({
      name: "recsys-workflow",
      roleArn,
      definition: JSON.stringify({ StartAt: "Done", States: { Done: { Type: "Succeed" } } }),
    }),
  );
  await scheduler.send(
    new CreateScheduleCommand({
      Name: "sched-recsys",
      ScheduleExpression: "cron(0 3 * * ? *)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: {
        Arn: "arn:aws:states:us-east-1:123456789012:stateMachine:recsys-workflow",
        RoleArn: roleArn,
      },
    }),
  );
}
