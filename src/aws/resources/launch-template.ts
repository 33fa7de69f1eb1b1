import { randomUUID } from "node:crypto";

import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  CreateTagsCommand,
  DeleteLaunchTemplateCommand,
  DeleteTagsCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  type LaunchTemplate,
  type LaunchTemplateVersion,
} from "@aws-sdk/client-ec2";

import type { JsonObject } from "../../core/json.ts";
import { callAws } from "../sdk/call.ts";
import { batches, mapConcurrently } from "../../core/concurrency.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";
import { fromUpperTags, ownerOf, tagChanges, type Tags, upperTags } from "../sdk/ownership.ts";
import { ensureExisting } from "./exists.ts";
import { comparison, fieldChanges, tagFieldChanges } from "./fields.ts";
import type { ResourceKind } from "./kind.ts";
import { comparableData, type InstanceSpec, requestData } from "./launch-template-data.ts";
import { allow, passRole } from "../iam/document.ts";
import { markedAsOurs, ofEnvironment } from "../iam/scope.ts";
import { templates, whileCreating } from "../iam/launch-rights.ts";
import type { Listing } from "./listings.ts";

export interface DesiredLaunchTemplate {
  readonly name: string;
  readonly spec: InstanceSpec;
  readonly tags: Tags;
}

export interface ObservedLaunchTemplate {
  readonly name: string;
  readonly id: string;
  /** The newest version: the one that is compared, and the one that the group uses. */
  readonly version: number;
  readonly data: JsonObject;
  readonly tags: Tags;
}

/** An EC2 launch template. Versions can't be changed: another content is another version. */
export const launchTemplate: ResourceKind<DesiredLaunchTemplate, ObservedLaunchTemplate> = {
  kind: "launch-template",
  removal: { rank: 70 },
  rights: {
    read: () => [
      allow("ReadAll", ["ec2:DescribeLaunchTemplateVersions", "ec2:DescribeLaunchTemplates"], "*"),
    ],
    write: (scope) => [
      allow(
        "Ec2CreateTemplates",
        "ec2:CreateLaunchTemplate",
        templates(scope),
        markedAsOurs(scope),
      ),
      // Tags come with what is created, and say whose it is: who could add them later could take
      // any template.
      allow("Ec2TagWhatIsCreated", "ec2:CreateTags", templates(scope), whileCreating),
      allow(
        "Ec2Templates",
        [
          "ec2:CreateLaunchTemplateVersion",
          "ec2:DeleteLaunchTemplate",
          "ec2:DeleteLaunchTemplateVersions",
          "ec2:CreateTags",
          "ec2:DeleteTags",
        ],
        templates(scope),
        ofEnvironment(scope),
      ),
      passRole("PassInstanceRole", scope.roles.instance, "ec2.amazonaws.com"),
    ],
  },

  presence: (listings) => listings.of(templateListing),

  observe(context, names) {
    return callAws(context.environment.name, "read launch templates", async () => {
      const templates = await listTemplates(context, names);
      const versions = await latestVersions(context, templates);
      return new Map(
        templates.map((template): [string, ObservedLaunchTemplate] => {
          const name = template.LaunchTemplateName ?? "";
          const version = versions.get(name);
          return [
            name,
            {
              name,
              id: template.LaunchTemplateId ?? "",
              version: version?.VersionNumber ?? template.LatestVersionNumber ?? 0,
              data: comparableData(version?.LaunchTemplateData ?? {}),
              tags: fromUpperTags(template.Tags),
            },
          ];
        }),
      );
    });
  },

  ownerOf: ({ tags }) => ownerOf(tags),

  compare(desired, observed) {
    return comparison([
      ...fieldChanges(observed.data, comparableData(requestData(desired.spec))),
      ...tagFieldChanges(desired.tags, observed.tags),
    ]);
  },

  async ensure(work, desired, observed) {
    const { context } = work;
    const { ec2 } = context.clients;
    const { name } = desired;
    const LaunchTemplateData = requestData(desired.spec);
    const data = comparableData(LaunchTemplateData);
    /*
     * The same request again, after a lost answer, must not make a second one. Another process
     * doesn't repeat it: it sees what is there. A token of the content would do harm: within a day
     * of a removal AWS would answer with the template, or version, that is gone.
     */
    const ClientToken = randomUUID();

    if (observed === undefined) {
      const created = await callAws(
        context.environment.name,
        `create the launch template ${name}`,
        async () => {
          try {
            const { LaunchTemplate: made } = await ec2.send(
              new CreateLaunchTemplateCommand({
                LaunchTemplateName: name,
                LaunchTemplateData,
                ClientToken,
                TagSpecifications: [
                  { ResourceType: "launch-template", Tags: upperTags(desired.tags) },
                ],
              }),
            );
            return { name, id: made?.LaunchTemplateId ?? "", version: 1, data, tags: desired.tags };
          } catch (thrown) {
            if (isError(thrown, "InvalidLaunchTemplateName.AlreadyExistsException"))
              return undefined;
            throw thrown;
          }
        },
      );
      if (!created.ok) return created;
      const { value } = created;
      return value === undefined
        ? ensureExisting(launchTemplate, work, desired)
        : { ok: true, value };
    }

    return callAws(context.environment.name, `update the launch template ${name}`, async () => {
      let { version } = observed;
      if (fieldChanges(observed.data, data).length > 0) {
        const { LaunchTemplateVersion: made } = await ec2.send(
          new CreateLaunchTemplateVersionCommand({
            LaunchTemplateId: observed.id,
            LaunchTemplateData,
            ClientToken,
          }),
        );
        version = made?.VersionNumber ?? version + 1;
      }
      const { set, remove } = tagChanges(desired.tags, observed.tags);
      if (Object.keys(set).length > 0) {
        await ec2.send(new CreateTagsCommand({ Resources: [observed.id], Tags: upperTags(set) }));
      }
      if (remove.length > 0) {
        await ec2.send(
          new DeleteTagsCommand({
            Resources: [observed.id],
            Tags: remove.map((Key) => ({ Key })),
          }),
        );
      }
      return { ...observed, version, data, tags: { ...observed.tags, ...set } };
    });
  },

  remove({ context }, { id, name }) {
    return callAws(context.environment.name, `delete the launch template ${name}`, async () => {
      try {
        await context.clients.ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId: id }));
      } catch (thrown) {
        if (!isError(thrown, ...notFound)) throw thrown;
      }
    });
  },
};

const templateListing: Listing<LaunchTemplate> = {
  action: "read launch templates",
  async read(context, projects) {
    const names = projects.map(({ launchTemplate }) => launchTemplate);
    const templates = await listTemplates(context, names);
    return new Map(templates.map((found) => [found.LaunchTemplateName ?? "", found]));
  },
};

const notFound = [
  "InvalidLaunchTemplateId.NotFound",
  "InvalidLaunchTemplateId.NotFoundException",
  "InvalidLaunchTemplateName.NotFoundException",
];

/** By a filter: asking for a name that isn't there would fail the whole request. */
export async function listTemplates(
  context: AwsContext,
  names: readonly string[],
): Promise<LaunchTemplate[]> {
  const pages = await mapConcurrently(batches(names, 200), 4, (batch) =>
    context.clients.ec2.send(
      new DescribeLaunchTemplatesCommand({
        Filters: [{ Name: "launch-template-name", Values: batch }],
        MaxResults: 200,
      }),
    ),
  );
  return pages.flatMap(({ LaunchTemplates = [] }) => LaunchTemplates);
}

async function latestVersions(
  context: AwsContext,
  templates: readonly LaunchTemplate[],
): Promise<ReadonlyMap<string, LaunchTemplateVersion>> {
  const { ec2 } = context.clients;
  const found = new Map<string, LaunchTemplateVersion>();
  const put = (versions: readonly LaunchTemplateVersion[] = []) => {
    for (const version of versions) found.set(version.LaunchTemplateName ?? "", version);
  };
  if (templates.length <= 10) {
    await mapConcurrently(templates, 8, async ({ LaunchTemplateId }) => {
      const page = await ec2.send(
        new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: ["$Latest"] }),
      );
      put(page.LaunchTemplateVersions);
    });
    return found;
  }
  // Without an id: the latest version of every template of the region, two hundred a page.
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(
      new DescribeLaunchTemplateVersionsCommand({
        Versions: ["$Latest"],
        MaxResults: 200,
        ...(NextToken === undefined ? {} : { NextToken }),
      }),
    );
    put(page.LaunchTemplateVersions);
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return found;
}
