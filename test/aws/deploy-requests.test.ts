import { expect, test } from "vitest";

import type { Clients } from "../../src/aws/context.ts";
import { canonicalJson } from "../../src/core/json.ts";
import { describeWith } from "../rig/parts.ts";
import { bootstrapped, deploy, environmentAround, manyProjects, recsys } from "./deploy-fixture.ts";
import { type Call, record } from "./rig/middleware.ts";
import { moto, type MotoServer, useMoto } from "./rig/moto.ts";

describeWith(moto(), "what a deploy asks of AWS", (part) => {
  const server = useMoto(part);

  test("100 unchanged projects cost at most 15 requests in all", async () => {
    const environment = await bootstrapped(server());
    const releases = manyProjects(100).map((project) => environment.release(project));
    const first = await deploy(await environment.open(), releases);
    expect(first.summary.projects.filter(({ outcome }) => outcome !== "changed")).toEqual([]);

    const { calls, clients } = recording(server());
    const again = environmentAround({ ...environment.context, clients });
    const platform = await again.open({ images: () => environment.images });
    const { summary } = await deploy(platform, releases);

    expect(new Set(summary.projects.map(({ outcome }) => outcome))).toEqual(new Set(["unchanged"]));
    // The port, the plan and the apply together; nothing was written, not even the lease.
    expect(calls.length).toBeLessThanOrEqual(15);
    expect(calls.map(asked).toSorted()).toMatchInlineSnapshot(`
      [
        "autoscaling DescribeAutoScalingGroups",
        "ec2 DescribeLaunchTemplates",
        "ecs DescribeClusters",
        "ecs ListTaskDefinitionFamilies",
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
  });

  test("a first deploy repeats no read and no write", async () => {
    const environment = await bootstrapped(server());
    const { calls, clients } = recording(server());
    const recorded = environmentAround({ ...environment.context, clients });
    const releases = manyProjects(20).map((project) => recorded.release(project));

    await deploy(await recorded.open(), releases);

    const times = new Map<string, number>();
    for (const call of calls) {
      const text = `${asked(call)} ${canonicalJson(call.input)}`;
      times.set(text, (times.get(text) ?? 0) + 1);
    }
    expect([...times].filter(([, count]) => count > 1)).toEqual([]);
  });

  test("a first deploy of one project: this many requests", async () => {
    const environment = await bootstrapped(server());
    const { calls, clients } = recording(server());
    const recorded = environmentAround({ ...environment.context, clients });
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
        "ecs ListTaskDefinitionFamilies": 1,
        "ecs PutClusterCapacityProviders": 1,
        "ecs RegisterTaskDefinition": 1,
        "logs CreateLogGroup": 2,
        "logs DescribeLogGroups": 2,
        "logs PutRetentionPolicy": 2,
        "s3 GetObject": 2,
        "s3 ListObjectsV2": 1,
        "s3 PutObject": 5,
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

function recording(server: MotoServer): { readonly calls: Call[]; readonly clients: Clients } {
  const calls: Call[] = [];
  return { calls, clients: record(server.clients(), calls) };
}

function asked({ service, operation }: Call): string {
  return `${service} ${operation}`;
}
