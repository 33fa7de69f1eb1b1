import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  ListLogGroupsCommand,
  type LogGroup,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";

import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { callAws } from "../sdk/call.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError, isNotFound } from "../sdk/error-names.ts";
import { ownerOf, tagChanges, type Tags } from "../sdk/ownership.ts";
import { laggingTags } from "../sdk/tags.ts";
import { ensureExisting } from "./exists.ts";
import { comparison, fieldChanges, tagFieldChanges } from "./fields.ts";
import type { ResourceKind } from "./kind.ts";
import { commonPrefix, everyPage, type Listing, type Listings } from "./listings.ts";
import { logGroupArn, workflowLogGroup } from "./names.ts";
import { allow } from "../iam/document.ts";
import { logGroupArns } from "../iam/scope.ts";

export interface DesiredLogGroup {
  readonly name: string;
  readonly retentionDays: number;
  readonly tags: Tags;
}

export interface ObservedLogGroup {
  readonly name: string;
  /** Undefined: kept for ever. */
  readonly retentionDays: number | undefined;
  readonly tags: Tags;
}

/**
 * A CloudWatch Logs group, made before what writes to it: neither tasks nor state machines make
 * theirs.
 */
export const logGroup: ResourceKind<DesiredLogGroup, ObservedLogGroup> = {
  kind: "log-group",
  removal: { rank: 90, onlyWith: "logs" },
  rights: {
    read: (scope) => [
      allow("ReadAll", ["logs:DescribeLogGroups", "logs:ListLogGroups", "tag:GetResources"], "*"),
      allow("LogsRead", "logs:ListTagsForResource", logGroupArns(scope)),
    ],
    write: (scope) => [
      allow(
        "LogsWrite",
        [
          "logs:CreateLogGroup",
          "logs:DeleteLogGroup",
          "logs:PutRetentionPolicy",
          "logs:TagResource",
          "logs:UntagResource",
        ],
        logGroupArns(scope),
      ),
    ],
  },

  presence: (listings) =>
    listings.size > describedAtOnce ? listings.of(logGroupNames) : listings.of(logGroupListing),

  async observe(context, names, listings) {
    const groups = await groupsOf(context, names, listings);
    if (!groups.ok) return groups;
    const found = names.flatMap((name) => groups.value.get(name) ?? []);
    const tags = await tagsOf(context, found);
    if (!tags.ok) return tags;
    return ok(
      new Map(
        found.map(({ logGroupName: name = "", retentionInDays }): [string, ObservedLogGroup] => [
          name,
          { name, retentionDays: retentionInDays, tags: tags.value.get(name) ?? {} },
        ]),
      ),
    );
  },

  ownerOf: ({ tags }) => ownerOf(tags),

  compare(desired, observed) {
    return comparison([
      ...fieldChanges(observed.retentionDays, desired.retentionDays, "retention_days"),
      ...tagFieldChanges(desired.tags, observed.tags),
    ]);
  },

  async ensure(work, desired, observed) {
    const { context } = work;
    const { logs } = context.clients;
    const { name: logGroupName, retentionDays: retentionInDays } = desired;
    const environment = context.environment.name;
    let there = observed;

    if (there === undefined) {
      const created = await callAws(
        environment,
        `create the log group ${logGroupName}`,
        async () => {
          try {
            await logs.send(new CreateLogGroupCommand({ logGroupName, tags: { ...desired.tags } }));
            return true;
          } catch (thrown) {
            if (isError(thrown, "ResourceAlreadyExistsException")) return false;
            throw thrown;
          }
        },
      );
      if (!created.ok) return created;
      if (!created.value) return ensureExisting(logGroup, work, desired);
      there = { name: logGroupName, retentionDays: undefined, tags: desired.tags };
    }

    const { set, remove } = tagChanges(desired.tags, there.tags);
    const resourceArn = logGroupArn(context, logGroupName);
    const before = there;
    return callAws(environment, `update the log group ${logGroupName}`, async () => {
      if (before.retentionDays !== retentionInDays) {
        await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
      }
      if (Object.keys(set).length > 0) {
        await logs.send(new TagResourceCommand({ resourceArn, tags: { ...set } }));
      }
      if (remove.length > 0) {
        await logs.send(new UntagResourceCommand({ resourceArn, tagKeys: [...remove] }));
      }
      return { name: logGroupName, retentionDays: retentionInDays, tags: desired.tags };
    });
  },

  remove({ context }, { name: logGroupName }) {
    return callAws(context.environment.name, `delete the log group ${logGroupName}`, async () => {
      try {
        await context.clients.logs.send(new DeleteLogGroupCommand({ logGroupName }));
      } catch (thrown) {
        if (!isNotFound(thrown)) throw thrown;
      }
    });
  },
};

const logGroupListing: Listing<LogGroup> = {
  action: "list log groups",
  async read({ clients }, projects) {
    const prefixes = [
      commonPrefix(projects.map(({ logGroup }) => logGroup)),
      commonPrefix(projects.map(workflowLogGroup)),
    ];
    const found = new Map<string, LogGroup>();
    const list = (logGroupNamePrefix: string) =>
      everyPage(async (nextToken) => {
        const page = await clients.logs.send(
          new DescribeLogGroupsCommand({ logGroupNamePrefix, limit: 50, nextToken }),
        );
        for (const group of page.logGroups ?? []) found.set(group.logGroupName ?? "", group);
        return page.nextToken;
      });
    await Promise.all(prefixes.map(list));
    return found;
  },
};

/** To who has an older policy; and by an emulator of AWS that doesn't know the request. */
const notAnswered = ["AccessDenied", "AccessDeniedException", "UnknownOperationException"];
/** Projects whose groups DescribeLogGroups has in four answers. */
const describedAtOnce = 100;
/** As long as each pattern of ListLogGroups may be, `^` not counted. */
const longestPattern = 24;

/**
 * Names alone, a thousand a request, where DescribeLogGroups gives fifty groups:
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListLogGroups.html
 */
const logGroupNames: Listing<true> = {
  action: "list log groups",
  async read(context, projects) {
    const prefixes = [
      commonPrefix(projects.map(({ logGroup }) => logGroup)),
      commonPrefix(projects.map(workflowLogGroup)),
    ];
    const found = new Map<string, true>();
    try {
      await everyPage(async (nextToken) => {
        const page = await context.clients.logs.send(
          new ListLogGroupsCommand({
            logGroupNamePattern: prefixes
              .map((prefix) => `^${prefix.slice(0, longestPattern)}`)
              .join("|"),
            limit: 1000,
            nextToken,
          }),
        );
        for (const { logGroupName = "" } of page.logGroups ?? []) found.set(logGroupName, true);
        return page.nextToken;
      });
      return found;
    } catch (thrown) {
      if (!isError(thrown, ...notAnswered)) {
        throw thrown;
      }
      const groups = await logGroupListing.read(context, projects);
      return new Map([...groups.keys()].map((name) => [name, true]));
    }
  },
};

function groupsOf(
  context: AwsContext,
  names: readonly string[],
  listings: Listings | undefined,
): Promise<Result<ReadonlyMap<string, LogGroup>, PlatformError>> {
  if (listings !== undefined) return listings.of(logGroupListing);
  return callAws(context.environment.name, "read log groups", async () => {
    const pages = await mapConcurrently(names, 8, (name) =>
      // A group's own name sorts before all the longer ones that begin with it.
      context.clients.logs.send(
        new DescribeLogGroupsCommand({ logGroupNamePrefix: name, limit: 1 }),
      ),
    );
    return new Map(
      pages.flatMap(({ logGroups = [] }) =>
        logGroups.map((group): [string, LogGroup] => [group.logGroupName ?? "", group]),
      ),
    );
  });
}

async function tagsOf(
  context: AwsContext,
  groups: readonly LogGroup[],
): Promise<Result<ReadonlyMap<string, Tags>, PlatformError>> {
  const names = groups.map(({ logGroupName = "" }) => logGroupName);
  // A few are asked one by one. Many are looked up at once first, and only those that seem to be
  // nobody's are asked again.
  const lagging =
    names.length > 4
      ? await laggingTags(
          context,
          names.map((name) => logGroupArn(context, name)),
        )
      : ok(new Map<string, Tags>());
  if (!lagging.ok) return lagging;
  return callAws(context.environment.name, "read the tags of log groups", async () => {
    const entries = await mapConcurrently(names, 8, async (name): Promise<[string, Tags]> => {
      const resourceArn = logGroupArn(context, name);
      const seen = lagging.value.get(resourceArn);
      if (seen !== undefined && ownerOf(seen) !== undefined) return [name, seen];
      const { tags = {} } = await context.clients.logs.send(
        new ListTagsForResourceCommand({ resourceArn }),
      );
      return [name, tags];
    });
    return new Map(entries);
  });
}
