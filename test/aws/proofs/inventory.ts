import {
  type AutoScalingGroup,
  paginateDescribeAutoScalingGroups,
} from "@aws-sdk/client-auto-scaling";
import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
} from "@aws-sdk/client-ec2";
import {
  DescribeCapacityProvidersCommand,
  DescribeClustersCommand,
  DescribeTaskDefinitionCommand,
  ListClustersCommand,
  ListTaskDefinitionsCommand,
} from "@aws-sdk/client-ecs";
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { GetScheduleCommand, ListSchedulesCommand } from "@aws-sdk/client-scheduler";
import {
  DescribeStateMachineCommand,
  ListStateMachinesCommand,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-sfn";

import type { Clients } from "../../../src/aws/sdk/context.ts";

/** One thing in the account, as AWS describes it. */
interface Thing {
  readonly kind: string;
  readonly name: string;
  readonly content: unknown;
}

/**
 * All that is in the account, by the project in whose name it is. The ids that AWS makes up, times,
 * and the project's own name are taken out, so that two projects made alike have the same. The
 * audit trail is left out: it has an entry for each deploy.
 */
export async function inventory(
  clients: Clients,
  projects: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const things = [
    ...(await computing(clients)),
    ...(await containers(clients, projects)),
    ...(await workflows(clients)),
    ...(await documents(clients)),
  ];
  return new Map(
    projects.map((project) => [
      project,
      things
        .filter(({ name }) => name.split(/[^a-z0-9]+/).includes(project))
        .map(({ kind, content }) => `${kind} ${anonymous(content, project)}`)
        .toSorted(),
    ]),
  );
}

async function computing({ autoScaling, ec2, logs }: Clients): Promise<Thing[]> {
  const autoScalingGroups: AutoScalingGroup[] = [];
  const pages = paginateDescribeAutoScalingGroups({ client: autoScaling, pageSize: 100 }, {});
  for await (const page of pages) autoScalingGroups.push(...(page.AutoScalingGroups ?? []));
  const { LaunchTemplates = [] } = await ec2.send(
    new DescribeLaunchTemplatesCommand({ MaxResults: 200 }),
  );
  const versions: Thing[] = [];
  for (const { LaunchTemplateName = "", LaunchTemplateId } of LaunchTemplates) {
    const { LaunchTemplateVersions = [] } = await ec2.send(
      new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId }),
    );
    for (const content of LaunchTemplateVersions) {
      versions.push({ kind: "launch template version", name: LaunchTemplateName, content });
    }
  }
  const groups: Thing[] = [];
  let nextToken: string | undefined;
  do {
    const page = await logs.send(new DescribeLogGroupsCommand({ nextToken }));
    for (const content of page.logGroups ?? []) {
      groups.push({ kind: "log group", name: content.logGroupName ?? "", content });
    }
    ({ nextToken } = page);
  } while (nextToken !== undefined);
  return [
    ...named("auto scaling group", autoScalingGroups, (it) => it.AutoScalingGroupName),
    ...named("launch template", LaunchTemplates, (it) => it.LaunchTemplateName),
    ...versions,
    ...groups,
  ];
}

async function containers({ ecs }: Clients, projects: readonly string[]): Promise<Thing[]> {
  const { clusterArns = [] } = await ecs.send(new ListClustersCommand({}));
  const { clusters = [] } = await ecs.send(
    new DescribeClustersCommand({ clusters: clusterArns, include: ["TAGS"] }),
  );
  const { capacityProviders = [] } = await ecs.send(
    new DescribeCapacityProvidersCommand({
      capacityProviders: projects.map((project) => `cp-${project}`),
      include: ["TAGS"],
    }),
  );
  const { taskDefinitionArns = [] } = await ecs.send(
    new ListTaskDefinitionsCommand({ status: "ACTIVE" }),
  );
  const revisions: Thing[] = [];
  for (const taskDefinition of taskDefinitionArns) {
    const { taskDefinition: task, tags } = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition, include: ["TAGS"] }),
    );
    const name = task?.family ?? "";
    revisions.push({ kind: "task definition", name, content: { ...task, tags } });
  }
  return [
    ...named("cluster", clusters, (it) => it.clusterName),
    ...named("capacity provider", capacityProviders, (it) => it.name),
    ...revisions,
  ];
}

async function workflows({ sfn, scheduler }: Clients): Promise<Thing[]> {
  const things: Thing[] = [];
  const { stateMachines = [] } = await sfn.send(new ListStateMachinesCommand({ maxResults: 1000 }));
  for (const { stateMachineArn, name = "" } of stateMachines) {
    const machine = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
    const { tags } = await sfn.send(
      new ListTagsForResourceCommand({ resourceArn: stateMachineArn }),
    );
    things.push({ kind: "state machine", name, content: { ...machine, tags } });
  }
  let NextToken: string | undefined;
  do {
    const page = await scheduler.send(new ListSchedulesCommand({ NextToken }));
    for (const { Name = "" } of page.Schedules ?? []) {
      const content = await scheduler.send(new GetScheduleCommand({ Name }));
      things.push({ kind: "schedule", name: Name, content });
    }
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return things;
}

async function documents({ s3 }: Clients): Promise<Thing[]> {
  const Bucket = "esteira-acme-dev-123456789012";
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  const things: Thing[] = [];
  for (const { Key = "" } of Contents) {
    if (Key.includes("/audit/")) continue;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const content = JSON.parse((await Body?.transformToString()) ?? "null") as unknown;
    things.push({ kind: "document", name: Key, content });
  }
  return things;
}

function named<Item extends object>(
  kind: string,
  items: readonly Item[],
  name: (item: Item) => string | undefined,
): Thing[] {
  return items.map((item) => ({ kind, name: name(item) ?? "", content: item }));
}

/** Times, ids of requests, and hashes of what has the project's name in it. */
const timesAndHashes =
  /time$|date$|at$|^registered|^\$metadata$|^fingerprint$|^authored$|^source_hash$|^esteira:(hash|fingerprint)$/i;

function anonymous(content: unknown, project: string): string {
  return JSON.stringify(content, (key, value: unknown) => {
    if (timesAndHashes.test(key)) return undefined;
    if (key === "UserData") return Buffer.from(String(value), "base64").toString();
    // Tags come as pairs of a name and a value.
    const pair = value as { readonly key?: string; readonly Key?: string } | null;
    const tag = typeof pair === "object" ? (pair?.key ?? pair?.Key) : undefined;
    return tag !== undefined && timesAndHashes.test(tag) ? tag : value;
  })
    .replaceAll(project, "PROJECT")
    .replaceAll(/\b(lt|sg|subnet|vpc)-[0-9a-f]+/g, "$1-ID")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "UUID");
}
