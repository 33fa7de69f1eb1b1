/**
 * The four ownership tags: `esteira:managed-by`, `esteira:workspace`, `esteira:project`,
 * `esteira:environment`.
 */
export interface Owner {
  readonly workspace: string;
  readonly project: string | undefined;
  readonly environment: string;
}

/** Tags as plain data; the services' shapes are made of it at the edge. */
export type Tags = Readonly<Record<string, string>>;

const managedBy = "esteira:managed-by";
export const workspaceTag = "esteira:workspace";
const projectTag = "esteira:project";
export const environmentTag = "esteira:environment";

/**
 * The commit mark: fingerprint of the release that was deployed whole; on the state machine,
 * written last.
 */
export const fingerprintTag = "esteira:fingerprint";

/** Number of the task definition's revision that was deployed, beside the fingerprint. */
export const revisionTag = "esteira:revision";

/** What the commit mark consists of, which no comparison of tags touches. */
const markTags: ReadonlySet<string> = new Set([fingerprintTag, revisionTag]);

/** The tags that say whose a resource is; those of the base layer have no project. */
export function ownershipTags(owner: Owner): Tags {
  return {
    [managedBy]: "esteira",
    [workspaceTag]: owner.workspace,
    ...(owner.project === undefined ? {} : { [projectTag]: owner.project }),
    [environmentTag]: owner.environment,
  };
}

/** Whose it is; undefined when Esteira's tags aren't on it, or not all of them. */
export function ownerOf(tags: Tags): Owner | undefined {
  const workspace = tags[workspaceTag];
  const environment = tags[environmentTag];
  if (tags[managedBy] !== "esteira" || workspace === undefined || environment === undefined) {
    return undefined;
  }
  return { workspace, project: tags[projectTag], environment };
}

export function isSameOwner(a: Owner | undefined, b: Owner): boolean {
  return a?.workspace === b.workspace && a.environment === b.environment && a.project === b.project;
}

/**
 * `workspace acme, environment dev, project recsys`: for messages about what belongs to somebody
 * else.
 */
export function describeOwner(owner: Owner): string {
  const parts = [`workspace ${owner.workspace}`, `environment ${owner.environment}`];
  return (owner.project === undefined ? parts : [...parts, `project ${owner.project}`]).join(", ");
}

/**
 * EC2, Auto Scaling, IAM, ECR, S3, SNS, Scheduler groups, Secrets Manager, SSM, Resource Groups: `{
 * Key, Value }`.
 */
export function upperTags(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ Key: key, Value: value }));
}

export function fromUpperTags(
  tags:
    | readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[]
    | undefined,
): Tags {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

/** ECS and Step Functions: `{ key, value }`. */
export function lowerTags(tags: Tags): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

export function fromLowerTags(
  tags:
    | readonly { readonly key?: string | undefined; readonly value?: string | undefined }[]
    | undefined,
): Tags {
  return Object.fromEntries((tags ?? []).map(({ key, value }) => [key ?? "", value ?? ""]));
}

/** Auto Scaling wants to know for each tag whether instances get it too. */
export function autoScalingTags(
  name: string,
  tags: Tags,
  propagate: boolean,
): {
  ResourceId: string;
  ResourceType: string;
  Key: string;
  Value: string;
  PropagateAtLaunch: boolean;
}[] {
  return Object.entries(tags).map(([key, value]) => ({
    ResourceId: name,
    ResourceType: "auto-scaling-group",
    Key: key,
    Value: value,
    PropagateAtLaunch: propagate,
  }));
}

/**
 * What has to be written and deleted so that `wanted` is there; tags that somebody else set are
 * left alone.
 */
export function tagChanges(
  wanted: Tags,
  observed: Tags,
): { readonly set: Tags; readonly remove: readonly string[] } {
  return {
    set: Object.fromEntries(
      Object.entries(wanted).filter(([key, value]) => observed[key] !== value),
    ),
    remove: Object.keys(observed).filter(
      (key) => key.startsWith("esteira:") && !(key in wanted) && !markTags.has(key),
    ),
  };
}

/**
 * Schedules can't be tagged: their description ends with whose they are, as `[esteira
 * WORKSPACE/ENVIRONMENT/PROJECT]`. A description has at most 512 characters; what is in front of
 * the mark gives way.
 */
export function describedAs(owner: Owner, text: string): string {
  const mark = `[esteira ${owner.workspace}/${owner.environment}/${owner.project ?? ""}]`;
  const room = 512 - mark.length - 1;
  const shortened = text.length > room ? `${text.slice(0, room - 1)}…` : text;
  return shortened === "" ? mark : `${shortened} ${mark}`;
}

/** Reads the mark that `describedAs` wrote. */
export function ownerFromDescription(description: string | undefined): Owner | undefined {
  const match = /\[esteira ([^/\]]+)\/([^/\]]+)\/([^/\]]*)\]$/.exec(description ?? "");
  if (match === null) return undefined;
  const [, workspace = "", environment = "", project = ""] = match;
  return { workspace, environment, project: project === "" ? undefined : project };
}
