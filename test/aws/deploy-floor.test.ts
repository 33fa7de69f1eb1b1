import { expect, test } from "vitest";

import { contextFrom } from "../../src/aws/notifier/settings.ts";
import { workflowLogGroup } from "../../src/aws/resources/names.ts";
import { makeClients } from "../../src/aws/sdk/clients.ts";
import { lowerTags, ownershipTags, upperTags } from "../../src/aws/sdk/ownership.ts";
import type { FingerprintedRelease } from "../../src/release/release.ts";
import { environmentAround, manyProjects, planned } from "./deploy-fixture.ts";
import { type Call, intercept } from "./rig/middleware.ts";
import { acceleratedTiming } from "./rig/timing.ts";

const environment = {
  name: "dev",
  accountId: "123456789012",
  region: "us-east-1",
  suffix: "",
  artifactsUri: undefined,
  mail: undefined,
};
const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:123456789012:${rest}`;

/** What is deployed of these releases, in pages of AWS's sizes. */
function account(releases: readonly FingerprintedRelease[], listsGroups: boolean) {
  const of = releases.map(({ release: { names, project }, fingerprint }) => {
    const tags = {
      ...ownershipTags({ workspace: "acme", environment: "dev", project }),
      "esteira:fingerprint": fingerprint,
    };
    return { names, tags };
  });
  const groups = of
    .flatMap(({ names }) => [names.logGroup, workflowLogGroup(names)])
    .toSorted()
    .map((logGroupName) => ({ logGroupName }));
  const page = (all: readonly object[], size: number, token: unknown) => {
    const from = Number(token ?? 0);
    const next = from + size < all.length ? String(from + size) : undefined;
    return { items: all.slice(from, from + size), next };
  };
  return ({ service, operation, input }: Call): object => {
    const asked = (names: string) => input[names] as readonly string[];
    const named = (
      key: "cluster" | "autoScalingGroup" | "launchTemplate",
      values: readonly string[],
    ) => of.filter(({ names }) => values.includes(names[key]));
    switch (`${service} ${operation}`) {
      case "sts GetCallerIdentity":
        return { Account: "123456789012", Arn: "arn:aws:iam::123456789012:user/ana" };
      case "tag GetResources": {
        const machines = of.map(({ names, tags }) => ({
          ResourceARN: arn("states", `stateMachine:${names.stateMachine}`),
          Tags: upperTags(tags),
        }));
        const { items, next = "" } = page(machines, 100, input["PaginationToken"]);
        return { ResourceTagMappingList: items, PaginationToken: next };
      }
      case "s3 ListObjectsV2":
        return { Contents: [] };
      case "ecs DescribeClusters": {
        expect(asked("clusters").length).toBeLessThanOrEqual(100);
        return {
          clusters: named("cluster", asked("clusters")).map(({ names, tags }) => ({
            clusterName: names.cluster,
            status: "ACTIVE",
            capacityProviders: [names.capacityProvider],
            tags: lowerTags({ ...tags, "esteira:revision": "1" }),
          })),
        };
      }
      case "ecs ListTaskDefinitions": {
        const all = of.map(({ names }) => arn("ecs", `task-definition/${names.taskFamily}:1`));
        const { items, next } = page(all as unknown as object[], 100, input["nextToken"]);
        return { taskDefinitionArns: items, nextToken: next };
      }
      case "autoscaling DescribeAutoScalingGroups": {
        expect(asked("AutoScalingGroupNames").length).toBeLessThanOrEqual(100);
        return {
          AutoScalingGroups: named("autoScalingGroup", asked("AutoScalingGroupNames")).map(
            ({ names }) => ({ AutoScalingGroupName: names.autoScalingGroup }),
          ),
        };
      }
      case "ec2 DescribeLaunchTemplates": {
        const [filter] = input["Filters"] as readonly { readonly Values: readonly string[] }[];
        expect(filter?.Values.length).toBeLessThanOrEqual(200);
        return {
          LaunchTemplates: named("launchTemplate", filter?.Values ?? []).map(({ names }) => ({
            LaunchTemplateName: names.launchTemplate,
          })),
        };
      }
      case "logs ListLogGroups": {
        if (!listsGroups) {
          throw Object.assign(new Error("not authorized"), { name: "AccessDeniedException" });
        }
        const pattern = new RegExp(String(input["logGroupNamePattern"]));
        const matching = groups.filter(({ logGroupName }) => pattern.test(logGroupName));
        const { items, next } = page(matching, 1000, input["nextToken"]);
        return { logGroups: items, nextToken: next };
      }
      case "logs DescribeLogGroups": {
        const prefix = String(input["logGroupNamePrefix"]);
        const matching = groups.filter(({ logGroupName }) => logGroupName.startsWith(prefix));
        const { items, next } = page(matching, 50, input["nextToken"]);
        return { logGroups: items, nextToken: next };
      }
      case "scheduler ListSchedules": {
        const all = of.map(({ names }) => ({ Name: names.schedule, State: "ENABLED" }));
        const { items, next } = page(all, 100, input["NextToken"]);
        return { Schedules: items, NextToken: next };
      }
      case "states ListStateMachines":
        return { stateMachines: of.map(({ names }) => ({ name: names.stateMachine })) };
      default:
        throw new Error(`${service} ${operation} isn't asked of what is unchanged`);
    }
  };
}

async function unchanged(count: number, listsGroups = true): Promise<Record<string, number>> {
  const timing = acceleratedTiming(1000);
  const settings = { workspace: "acme", partition: "aws", environment };
  const clients = makeClients({
    region: "us-east-1",
    timing,
    credentials: () => Promise.resolve({ accessKeyId: "a", secretAccessKey: "b" }),
    version: "test",
    endpointUrl: undefined,
  });
  const calls: Call[] = [];
  const base = environmentAround(contextFrom(settings, clients, timing));
  const releases = manyProjects(count).map((project) => base.release(project));
  const answer = account(releases, listsGroups);
  intercept(clients, (call) => {
    calls.push(call);
    return answer(call);
  });
  const around = environmentAround({ ...base.context, clients });
  const plan = await planned(await around.open(), releases);
  expect(plan.projects.filter(({ passedOver }) => passedOver !== true)).toEqual([]);
  const counts: Record<string, number> = {};
  for (const { service, operation } of calls) {
    const asked = `${service} ${operation}`;
    counts[asked] = (counts[asked] ?? 0) + 1;
  }
  return counts;
}

const sum = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((all, one) => all + one, 0);

/** Besides, ECR gives a hundred manifests a request; the images of these tests are invented. */
const imagesOf = (projects: number): number => Math.ceil(projects / 100);

test("an unchanged deploy of 500 projects: what the sizes of AWS's pages make of it, presence of revisions and images included", async () => {
  const counts = await unchanged(500);
  expect(counts).toMatchInlineSnapshot(`
    {
      "autoscaling DescribeAutoScalingGroups": 5,
      "ec2 DescribeLaunchTemplates": 3,
      "ecs DescribeClusters": 5,
      "ecs ListTaskDefinitions": 5,
      "logs ListLogGroups": 1,
      "s3 ListObjectsV2": 1,
      "scheduler ListSchedules": 5,
      "states ListStateMachines": 1,
      "sts GetCallerIdentity": 1,
      "tag GetResources": 5,
    }
  `);
  expect(sum(counts) + imagesOf(500)).toBeLessThanOrEqual(52);
});

test("who has a policy of before asks for groups of logs by the fifty", async () => {
  const counts = await unchanged(500, false);
  expect(counts["logs ListLogGroups"]).toBe(1);
  expect(counts["logs DescribeLogGroups"]).toBe(20);
});
