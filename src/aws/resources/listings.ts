import { DescribeLogGroupsCommand, type LogGroup } from "@aws-sdk/client-cloudwatch-logs";
import { ListTaskDefinitionFamiliesCommand } from "@aws-sdk/client-ecs";
import { ListSchedulesCommand, type ScheduleSummary } from "@aws-sdk/client-scheduler";
import { ListStateMachinesCommand } from "@aws-sdk/client-sfn";

import type { Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { ResourceNames } from "../../release/release.ts";
import { callAws } from "../sdk/call.ts";
import { once } from "../../core/concurrency.ts";
import type { AwsContext } from "../sdk/context.ts";
import { workflowLogGroup } from "./names.ts";

type Listed<Item> = Promise<Result<ReadonlyMap<string, Item>, PlatformError>>;

/** What the services list by name prefix, each asked at most once a plan; keyed by name. */
export interface Listings {
  logGroups(): Listed<LogGroup>;
  schedules(): Listed<ScheduleSummary>;
  /** Families with an active revision; the value is the family. */
  families(): Listed<string>;
  /** State machines; the value is the ARN. */
  stateMachines(): Listed<string>;
}

/**
 * Lists what can belong to these projects: the longer the names' common prefix, the less of others
 * comes along.
 */
export function listingsOf(context: AwsContext, names: readonly ResourceNames[]): Listings {
  const { clients, environment } = context;
  const prefixOf = (name: (names: ResourceNames) => string) => commonPrefix(names.map(name));
  const list = <Item>(
    what: string,
    pages: (put: (name: string, item: Item) => void) => Promise<void>,
  ) =>
    once(() =>
      callAws(environment.name, `list ${what}`, async () => {
        const found = new Map<string, Item>();
        await pages((name, item) => found.set(name, item));
        return found;
      }),
    );

  return {
    logGroups: list<LogGroup>("log groups", async (put) => {
      const prefixes = [prefixOf(({ logGroup }) => logGroup), prefixOf(workflowLogGroup)];
      const list = async (prefix: string) => {
        await everyPage(async (nextToken) => {
          const page = await clients.logs.send(
            new DescribeLogGroupsCommand({ logGroupNamePrefix: prefix, limit: 50, ...nextToken }),
          );
          for (const group of page.logGroups ?? []) put(group.logGroupName ?? "", group);
          return page.nextToken;
        }, "nextToken");
      };
      await Promise.all(prefixes.map(list));
    }),
    schedules: list<ScheduleSummary>("schedules", async (put) => {
      const NamePrefix = prefixOf(({ schedule }) => schedule);
      await everyPage(async (token) => {
        const page = await clients.scheduler.send(
          new ListSchedulesCommand({ GroupName: "default", NamePrefix, MaxResults: 100, ...token }),
        );
        for (const schedule of page.Schedules ?? []) put(schedule.Name ?? "", schedule);
        return page.NextToken;
      }, "NextToken");
    }),
    families: list<string>("task definitions", async (put) => {
      const familyPrefix = prefixOf(({ taskFamily }) => taskFamily);
      await everyPage(async (token) => {
        const page = await clients.ecs.send(
          new ListTaskDefinitionFamiliesCommand({
            status: "ACTIVE",
            maxResults: 100,
            ...(familyPrefix === "" ? {} : { familyPrefix }),
            ...token,
          }),
        );
        for (const family of page.families ?? []) put(family, family);
        return page.nextToken;
      }, "nextToken");
    }),
    stateMachines: list<string>("state machines", async (put) => {
      await everyPage(async (token) => {
        const page = await clients.sfn.send(
          new ListStateMachinesCommand({ maxResults: 1000, ...token }),
        );
        for (const machine of page.stateMachines ?? []) {
          put(machine.name ?? "", machine.stateMachineArn ?? "");
        }
        return page.nextToken;
      }, "nextToken");
    }),
  };
}

async function everyPage<Key extends string>(
  ask: (token: { [K in Key]?: string }) => Promise<string | undefined>,
  key: Key,
): Promise<void> {
  let token: string | undefined;
  do {
    token = await ask((token === undefined ? {} : { [key]: token }) as { [K in Key]?: string });
  } while (token !== undefined);
}

/** The longest text that all of these begin with; of no texts, the empty one. */
function commonPrefix(texts: readonly string[]): string {
  const [first = "", ...rest] = texts;
  let length = first.length;
  for (const text of rest) {
    while (!text.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, length);
}
