import { GetResourcesCommand } from "@aws-sdk/client-resource-groups-tagging-api";
import { expect, test } from "vitest";

import { budget } from "../../src/aws/sdk/throttle.ts";
import { batches } from "../../src/core/concurrency.ts";
import { describeWith } from "../rig/parts.ts";
import {
  bootstrapped,
  changeLines,
  deploy,
  environmentAround,
  manyProjects,
  planned,
  recsys,
} from "./deploy-fixture.ts";
import { type Call, intercept, record } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { useProxy } from "./rig/proxy.ts";
import { acceleratedTiming } from "./rig/timing.ts";

describeWith(moto(), "what a deploy asks of AWS", (part) => {
  const server = useMoto(part);
  const proxy = useProxy(server);

  test("of 100 projects: the first repeats no read and no write, and another costs at most 15 requests in all", async () => {
    const environment = await bootstrapped(server());
    const releases = manyProjects(100).map((project) => environment.release(project));
    const deployed = async () => {
      proxy().sent.length = 0;
      const clients = server().clients({ endpointUrl: proxy().url });
      const around = environmentAround({ ...environment.context, clients });
      const platform = await around.open({ images: () => environment.images });
      const { summary } = await deploy(platform, releases);
      return new Set(summary.projects.map(({ outcome }) => outcome));
    };

    expect(await deployed()).toEqual(new Set(["changed"]));
    const times = new Map<string, number>();
    for (const sent of proxy().sent) {
      const text = `${asked(sent)}: ${sent.line} ${sent.body}`;
      times.set(text, (times.get(text) ?? 0) + 1);
    }
    expect(times.size).toBeGreaterThan(100 * 15);
    expect([...times].filter(([, count]) => count > 1)).toEqual([]);

    expect(await deployed()).toEqual(new Set(["unchanged"]));
    // The port, the plan and the apply together; nothing was written, not even the lease.
    expect(proxy().sent.length).toBeLessThanOrEqual(15);
    expect(proxy().sent.map(asked).toSorted()).toMatchInlineSnapshot(`
      [
        "autoscaling DescribeAutoScalingGroups",
        "ec2 DescribeLaunchTemplates",
        "ecs DescribeClusters",
        "ecs ListTaskDefinitions",
        "logs DescribeLogGroups",
        "logs DescribeLogGroups",
        "logs DescribeLogGroups",
        "logs DescribeLogGroups",
        "s3 ListObjectsV2",
        "scheduler ListSchedules",
        "states ListStateMachines",
        "sts GetCallerIdentity",
        "tag GetResources",
        "tag GetResources",
      ]
    `);
  }, 300_000);

  test("`plan --refresh` of 40 projects: at most six requests a project, by which 500 wait for AWS's quotas less than half a minute", async () => {
    const environment = await bootstrapped(server());
    const releases = manyProjects(40).map((project) => environment.release(project));
    await deploy(await environment.open(), releases);
    const calls: Call[] = [];
    const plain = server().clients();
    // Asked for named resources AWS gives all of them at once; the emulator those that have the
    // first hundred tags.
    const clients = intercept(record(server().clients(), calls), async ({ operation, input }) => {
      const arns = operation === "GetResources" ? input["ResourceARNList"] : undefined;
      if (arns === undefined) return undefined;
      const pages = await Promise.all(
        batches(arns as string[], 10).map((ResourceARNList) =>
          plain.tagging.send(new GetResourcesCommand({ ResourceARNList })),
        ),
      );
      return { ResourceTagMappingList: pages.flatMap((page) => page.ResourceTagMappingList ?? []) };
    });
    const around = environmentAround({ ...environment.context, clients });
    const platform = await around.open({ images: () => environment.images });
    const plan = await planned(platform, releases, { refresh: true });
    expect(plan.projects.map(({ project }) => changeLines(plan, project))).toEqual(
      releases.map(() => []),
    );

    const counts: Record<string, number> = {};
    for (const call of calls) counts[asked(call)] = (counts[asked(call)] ?? 0) + 1;
    expect(counts).toMatchInlineSnapshot(`
      {
        "autoscaling DescribeAutoScalingGroups": 1,
        "ec2 DescribeInstanceTypes": 1,
        "ec2 DescribeLaunchTemplateVersions": 1,
        "ec2 DescribeLaunchTemplates": 1,
        "ec2 DescribeSecurityGroups": 1,
        "ecs DescribeCapacityProviders": 4,
        "ecs DescribeClusters": 1,
        "ecs DescribeTaskDefinition": 40,
        "ecs ListTaskDefinitions": 1,
        "logs DescribeLogGroups": 2,
        "s3 GetObject": 42,
        "s3 ListObjectsV2": 1,
        "scheduler GetSchedule": 40,
        "scheduler ListSchedules": 1,
        "ssm GetParameters": 1,
        "states DescribeStateMachine": 40,
        "states ListStateMachines": 1,
        "sts GetCallerIdentity": 1,
        "tag GetResources": 4,
      }
    `);
    expect(calls.length / releases.length).toBeLessThanOrEqual(6);
    // Those of 520 projects at one moment: how long is the last one kept waiting?
    let longest = 0;
    const quotas = budget({
      now: () => 0,
      random: () => 0,
      sleep(milliseconds) {
        longest = Math.max(longest, milliseconds);
        return Promise.resolve();
      },
    });
    for (const { service, operation } of Array.from({ length: 13 }, () => calls).flat()) {
      await quotas.bucketOf(service, operation)?.take();
    }
    expect(longest).toBeLessThan(30_000);
  }, 300_000);

  test("a first deploy of one project: this many requests", async () => {
    const environment = await bootstrapped(server());
    // Slow enough that the lease needn't be renewed.
    const timing = acceleratedTiming(10);
    const calls: Call[] = [];
    const clients = record(server().clients({ timing }), calls);
    const recorded = environmentAround({ ...environment.context, clients, timing });
    await deploy(await recorded.open(), [recorded.release(recsys())]);

    const counts: Record<string, number> = {};
    for (const call of calls) counts[asked(call)] = (counts[asked(call)] ?? 0) + 1;
    expect(counts).toMatchInlineSnapshot(`
      {
        "autoscaling CreateAutoScalingGroup": 1,
        "autoscaling DescribeAutoScalingGroups": 2,
        "ec2 CreateLaunchTemplate": 1,
        "ec2 DescribeInstanceTypes": 1,
        "ec2 DescribeLaunchTemplates": 1,
        "ec2 DescribeSecurityGroups": 1,
        "ecs CreateCapacityProvider": 1,
        "ecs CreateCluster": 1,
        "ecs DescribeCapacityProviders": 1,
        "ecs DescribeClusters": 1,
        "ecs ListTaskDefinitions": 1,
        "ecs PutClusterCapacityProviders": 1,
        "ecs RegisterTaskDefinition": 1,
        "ecs TagResource": 1,
        "logs CreateLogGroup": 2,
        "logs DescribeLogGroups": 2,
        "logs PutRetentionPolicy": 2,
        "s3 GetObject": 3,
        "s3 ListObjectsV2": 1,
        "s3 PutObject": 4,
        "scheduler CreateSchedule": 1,
        "scheduler ListSchedules": 1,
        "ssm GetParameters": 1,
        "states CreateStateMachine": 1,
        "states DescribeStateMachine": 1,
        "states TagResource": 1,
        "sts GetCallerIdentity": 1,
        "tag GetResources": 1,
      }
    `);
  });
});

function asked({ service, operation }: Pick<Call, "service" | "operation">): string {
  return `${service} ${operation}`;
}
