import {
  type Compatibility,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  TagResourceCommand,
  type TaskDefinition,
  UntagResourceCommand,
} from "@aws-sdk/client-ecs";

import { fingerprintOf, isJsonObject, type JsonObject } from "../../core/json.ts";
import { callAws } from "../sdk/call.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";
import { fromLowerTags, lowerTags, ownerOf, tagChanges, type Tags } from "../sdk/ownership.ts";
import { fieldChanges, tagFieldChanges } from "./fields.ts";
import type { ResourceKind } from "./kind.ts";
import { sendOnce, Unanswered } from "./once.ts";
import { comparableTask, type TaskRequest } from "./task-request.ts";
import { allow } from "../iam/document.ts";
import { markedAsOurs, ofEnvironment, type PolicyScope } from "../iam/scope.ts";
import { passTaskRoles } from "../iam/role-policies.ts";
import { activeRevisions, deleteRevisions, deregister, revisionListing } from "./task-revisions.ts";

export interface DesiredTaskDefinition {
  /** The family. */
  readonly name: string;
  readonly request: TaskRequest;
  readonly tags: Tags;
}

export interface ObservedTaskDefinition {
  /** The family. */
  readonly name: string;
  /** With the revision. */
  readonly arn: string;
  readonly content: JsonObject;
  readonly tags: Tags;
}

/**
 * Hash of what was asked for: on the revision, because registering the same again makes another
 * revision.
 */
export const taskHashTag = "esteira:hash";

/**
 * The newest active revision of a family. Revisions can't be changed: another content is another
 * revision.
 */
export const taskDefinition: ResourceKind<DesiredTaskDefinition, ObservedTaskDefinition> = {
  kind: "task-definition",
  removal: { rank: 80 },
  rights: {
    read: (scope) => [
      allow("ReadAll", ["ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitions"], "*"),
      allow("EcsRead", "ecs:ListTagsForResource", revisionsIn(scope)),
    ],
    write: (scope) => [
      allow("EcsRegister", "ecs:RegisterTaskDefinition", revisionsIn(scope), markedAsOurs(scope)),
      allow("EcsTagRevisions", "ecs:TagResource", revisionsIn(scope), {
        StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" },
      }),
      allow(
        "EcsRevisions",
        ["ecs:DeleteTaskDefinitions", "ecs:TagResource", "ecs:UntagResource"],
        revisionsIn(scope),
        ofEnvironment(scope),
      ),
      // AWS lets this be limited to nothing.
      allow("EcsDeregister", "ecs:DeregisterTaskDefinition", "*"),
      passTaskRoles(scope),
    ],
  },

  presence: (listings) => listings.of(revisionListing),

  async observe(context, names, listings) {
    const families = listings === undefined ? undefined : await listings.of(revisionListing);
    if (families !== undefined && !families.ok) return families;
    const present = names.filter((name) => families === undefined || families.value.has(name));
    return callAws(context.environment.name, "read task definitions", async () => {
      const found = await mapConcurrently(present, 8, (name) => readTaskDefinition(context, name));
      return new Map(found.flatMap((task) => (task === undefined ? [] : [[task.name, task]])));
    });
  },

  ownerOf: ({ tags }) => ownerOf(tags),

  compare(desired, observed) {
    const fields = [
      ...fieldChanges(observed.content, comparableTask(desired.request)),
      ...tagFieldChanges(taggedWith(desired), observed.tags),
    ];
    return fields.length === 0 ? { kind: "same" } : { kind: "update", fields };
  },

  async ensure({ context, waiting }, desired, observed) {
    const { ecs } = context.clients;
    const { name } = desired;
    const tags = taggedWith(desired);
    const content = comparableTask(desired.request);

    if (observed !== undefined && fieldChanges(observed.content, content).length === 0) {
      const { set, remove } = tagChanges(tags, observed.tags);
      return callAws(context.environment.name, `tag the task definition ${name}`, async () => {
        const resourceArn = observed.arn;
        if (Object.keys(set).length > 0) {
          await ecs.send(new TagResourceCommand({ resourceArn, tags: lowerTags(set) }));
        }
        if (remove.length > 0) {
          await ecs.send(new UntagResourceCommand({ resourceArn, tagKeys: [...remove] }));
        }
        return { ...observed, tags: { ...observed.tags, ...set } };
      });
    }

    return callAws(context.environment.name, `register the task definition ${name}`, async () => {
      for (let tries = 1; ; tries += 1) {
        try {
          const { taskDefinition: made } = await ecs.send(
            sendOnce(
              new RegisterTaskDefinitionCommand({
                ...mutable(desired.request),
                tags: lowerTags(tags),
              }),
            ),
          );
          return { name, arn: made?.taskDefinitionArn ?? "", content, tags };
        } catch (thrown) {
          if (!(thrown instanceof Unanswered)) throw thrown;
          await waiting.timing.sleep(1000, waiting.signal);
          const there = await readTaskDefinition(context, name);
          if (there?.tags[taskHashTag] === tags[taskHashTag] && there !== undefined) return there;
          if (tries === 5) throw thrown.because;
        }
      }
    });
  },

  async remove({ context }, { name }) {
    const revisions = await activeRevisions(context, name);
    if (!revisions.ok) return revisions;
    const deregistered = await deregister(context, revisions.value);
    return deregistered.ok ? deleteRevisions(context, revisions.value) : deregistered;
  },
};

/** The tags of a revision: whose it is, and the hash of its content. */
function taggedWith({ request, tags }: DesiredTaskDefinition): Tags {
  return { ...tags, [taskHashTag]: fingerprintOf(request).slice(0, 32) };
}

/**
 * @param task a family (its newest active revision), `family:7` or an ARN; undefined when there is
 *   none, or it is not active
 */
export async function readTaskDefinition(
  context: AwsContext,
  task: string,
): Promise<ObservedTaskDefinition | undefined> {
  try {
    const { taskDefinition: found, tags } = await context.clients.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: task, include: ["TAGS"] }),
    );
    if (found === undefined || (found.status ?? "ACTIVE") !== "ACTIVE") return undefined;
    return observedOf(found, fromLowerTags(tags));
  } catch (thrown) {
    // `ClientException: Unable to describe task definition.` is AWS's "not found".
    if (isError(thrown, "ClientException: unable to describe task definition")) return undefined;
    throw thrown;
  }
}

function observedOf(found: TaskDefinition, tags: Tags): ObservedTaskDefinition {
  const content = comparableTask(found);
  return {
    name: found.family ?? "",
    arn: found.taskDefinitionArn ?? "",
    content: isJsonObject(content) ? content : {},
    tags,
  };
}

function mutable(request: TaskRequest) {
  return {
    ...request,
    requiresCompatibilities: [...request.requiresCompatibilities] as Compatibility[],
    containerDefinitions: request.containerDefinitions.map((container) => ({
      ...container,
      entryPoint: [...container.entryPoint],
      environment: container.environment.map((item) => ({ ...item })),
      secrets: container.secrets.map((item) => ({ ...item })),
      resourceRequirements: container.resourceRequirements.map((item) => ({ ...item })),
      logConfiguration: {
        ...container.logConfiguration,
        options: { ...container.logConfiguration.options },
      },
      linuxParameters: { ...container.linuxParameters },
    })),
  };
}

function revisionsIn(scope: PolicyScope): string {
  return scope.arn("ecs", `task-definition/${scope.project.families}:*`);
}
