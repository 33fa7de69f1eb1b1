import type { AwsEnvironment } from "../../config/model.ts";
import { type S3Place, s3PlaceOf } from "../../config/publishes.ts";
import { baseNames, type BaseNames, type RoleName } from "../bootstrap/names.ts";
import { bucketLocation, type BucketLocation } from "../bucket/location.ts";
import { environmentTag, workspaceTag } from "../sdk/ownership.ts";
import type { Condition } from "./document.ts";

/**
 * What the policies of one environment are about: every ARN that is in them comes from here.
 */
export interface PolicyScope {
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
  readonly workspace: string;
  readonly environment: string;
  readonly names: BaseNames;
  readonly location: BucketLocation;
  /**
   * ARN of each role: those of esteira.yaml where it names them, otherwise the bootstrap's. For
   * `instance` the role in the profile, which is taken to be the profile's namesake.
   */
  readonly roles: Readonly<Record<RoleName, string>>;
  /** Roles for GitHub Actions that esteira.yaml names. */
  readonly gitHubRoles: { readonly deploy: string | undefined; readonly plan: string | undefined };
  /** Old artifacts are removed (`keep_artifacts_days`). */
  readonly removesArtifacts: boolean;
  /** Steps of some project have `cache`: plans look at what it holds. */
  readonly usesCache: boolean;
  /** Buckets whose objects start projects, by name. */
  readonly dataBuckets: readonly string[];
  /** Projects' own roles for their data (`infra.task_role_arn`). */
  readonly taskRoles: readonly string[];
  /** Places in S3 that projects publish to, which the hourly look may list. */
  readonly published: readonly S3Place[];
  /** Name of the ECR repository; undefined for another registry. */
  readonly repository: string | undefined;
  /** Name of the secret that instances pull from another registry with. */
  readonly registrySecret: string | undefined;
  /**
   * ARN of the ECR repository that images are taken from (`promote_from`): maybe in another region
   * or account.
   */
  readonly promotedRepository: string | undefined;
  /** Region, service and resource to an ARN of this account. */
  arn(service: string, resource: string): string;
  /**
   * Patterns of the names of projects' resources, by AWS's fixed names with the environment's
   * suffix.
   */
  readonly project: {
    readonly clusters: string;
    readonly capacityProviders: string;
    readonly autoScalingGroups: string;
    readonly launchTemplates: string;
    readonly families: string;
    readonly stateMachines: string;
    readonly schedules: string;
    readonly logGroups: string;
  };
}

export interface ScopeOptions {
  readonly workspace: string;
  readonly partition: string;
  readonly environment: AwsEnvironment;
  /** Own roles of projects, which steps may be given. */
  readonly taskRoles?: readonly string[];
  /** What projects publish (`publishes`): `s3://lake/scores/`. */
  readonly published?: readonly string[];
  /** Whether steps of any project have `cache`; absent: none has. */
  readonly usesCache?: boolean;
  /** Buckets whose objects start projects; absent: none do. */
  readonly dataBuckets?: readonly string[];
  /** The environment that `promote_from` names. */
  readonly promotesFrom?: AwsEnvironment | undefined;
}

/** The part of AWS that a region is in: https://docs.aws.amazon.com/general/latest/gr/rande.html */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

export function policyScope({
  workspace,
  partition,
  environment,
  taskRoles = [],
  published = [],
  usesCache = false,
  dataBuckets = [],
  promotesFrom,
}: ScopeOptions): PolicyScope {
  const { accountId, region, suffix } = environment;
  const names = baseNames(workspace, environment);
  const role = (name: RoleName) =>
    environment.roles[name]?.replace(":instance-profile/", ":role/") ??
    `arn:${partition}:iam::${accountId}:role/${names.roles[name]}`;
  return {
    partition,
    accountId,
    region,
    workspace,
    environment: environment.name,
    names,
    location: bucketLocation(workspace, environment),
    roles: {
      step_functions: role("step_functions"),
      scheduler: role("scheduler"),
      task_execution: role("task_execution"),
      task: role("task"),
      instance: role("instance"),
      notifier: role("notifier"),
    },
    removesArtifacts: environment.keepArtifactsDays !== undefined,
    usesCache,
    dataBuckets: [...new Set(dataBuckets)].toSorted(),
    gitHubRoles: { deploy: environment.roles["deploy"], plan: environment.roles["plan"] },
    taskRoles,
    published: published.flatMap((uri) => s3PlaceOf(uri) ?? []),
    repository: environment.repository.kind === "ecr" ? environment.repository.name : undefined,
    registrySecret:
      environment.repository.kind === "oci" ? environment.repository.secret : undefined,
    promotedRepository: repositoryArn(partition, promotesFrom),
    arn: (service, resource) => `arn:${partition}:${service}:${region}:${accountId}:${resource}`,
    project: {
      clusters: `ml-cluster-*${suffix}`,
      capacityProviders: `cp-*${suffix}`,
      autoScalingGroups: `asg-*${suffix}`,
      launchTemplates: `lt-*${suffix}`,
      families: `*${suffix}`,
      stateMachines: `*${suffix}-workflow`,
      schedules: `sched-*${suffix}`,
      logGroups: `/ecs/*${suffix}`,
    },
  };
}

/** Limits what is not limited by a resource to the clusters of projects. */
export function ofClusters(scope: PolicyScope): Condition {
  return { ArnLike: { "ecs:cluster": scope.arn("ecs", `cluster/${scope.project.clusters}`) } };
}

/**
 * Limits it to what bears the environment's ownership tags already, whatever it is called: names of
 * other teams may match ours.
 */
export function ofEnvironment(scope: PolicyScope): Condition {
  return { StringEquals: tagged("aws:ResourceTag", scope) };
}

/** Limits it to what is created with the environment's ownership tags. */
export function markedAsOurs(scope: PolicyScope): Condition {
  return { StringEquals: tagged("aws:RequestTag", scope) };
}

function tagged(key: string, { workspace, environment }: PolicyScope): Record<string, string> {
  return {
    [`${key}/${workspaceTag}`]: workspace,
    [`${key}/${environmentTag}`]: environment,
  };
}

/** With and without what AWS puts at the end of a group's ARN, by action. */
export function logGroupArns(scope: PolicyScope): string[] {
  return [scope.project.logGroups, `/aws/vendedlogs/states/${scope.project.stateMachines}`].flatMap(
    (name) => [scope.arn("logs", `log-group:${name}`), scope.arn("logs", `log-group:${name}:*`)],
  );
}

function repositoryArn(
  partition: string,
  environment: AwsEnvironment | undefined,
): string | undefined {
  if (environment?.repository.kind !== "ecr") return undefined;
  const { accountId, region, repository } = environment;
  return `arn:${partition}:ecr:${region}:${accountId}:repository/${repository.name}`;
}
