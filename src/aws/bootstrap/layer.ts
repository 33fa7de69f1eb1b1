import { DescribeSecurityGroupsCommand } from "@aws-sdk/client-ec2";

import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { callAws } from "../sdk/call.ts";
import { bucketLocation, type BucketLocation } from "../bucket/location.ts";
import type { AwsContext } from "../sdk/context.ts";
import { runBootstrap } from "../sdk/errors.ts";
import { isNotFound } from "../sdk/error-names.ts";
import { policyScope } from "../iam/scope.ts";
import { readBaseDocument, stepHashes, type BaseDocument } from "./document.ts";
import { baseFeatures, compareGenerations, type BaseFeature } from "./generations.ts";
import { baseNames, type RoleName } from "./names.ts";
import { orAbsent } from "./step.ts";
import { baseSteps } from "./steps.ts";

/** What an administrator has made once, and every deploy builds on. */
export interface BaseLayer {
  /** ARNs; those of esteira.yaml where it names them. */
  readonly roles: Readonly<Record<Exclude<RoleName, "instance">, string>>;
  readonly instanceProfileArn: string;
  readonly securityGroupId: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly bucket: BucketLocation;
  readonly deadLetterQueueArn: string;
  /** Where images go, without a tag: `123456789012.dkr.ecr.us-east-1.amazonaws.com/ml-images`. */
  readonly repositoryUri: string;
  readonly logGroups: { readonly notifier: string };
  /**
   * Steps that were done for another configuration or an older Esteira; deploys may work all the
   * same, or say what is missing.
   */
  readonly outdated: readonly string[];
  /** What an older Esteira didn't make; projects that use none of it deploy. */
  readonly lacking: readonly BaseFeature[];
  /** It was made by a newer Esteira; what this one doesn't know of it is left alone. */
  readonly newer: boolean;
}

export interface ReadBaseOptions {
  /**
   * Ask EC2 as well whether the security group is still there: what a deploy that creates anything
   * wants to know first. One request.
   */
  readonly check?: boolean;
  /** As in `BootstrapOptions`, so that a project's new role shows as outdated. */
  readonly taskRoles?: readonly string[];
  /** What projects publish (`publishes`), which the notifier must be able to list. */
  readonly published?: readonly string[];
  /** What later generations of the base layer added; absent: what this Esteira knows. */
  readonly features?: readonly BaseFeature[];
}

/**
 * Reads the base layer for a deploy, in one request; says which bootstrap step is missing, and who
 * does what about it.
 */
export async function readBase(
  context: AwsContext,
  options: ReadBaseOptions = {},
): Promise<Result<BaseLayer, PlatformError>> {
  const { environment, workspace, partition } = context;
  const read = await readBaseDocument(context);
  if (!read.ok) return read;
  const location = bucketLocation(workspace, environment);
  if (read.value === undefined || read.value === "no-bucket") {
    return err({
      reason: "not-found",
      message:
        read.value === undefined
          ? `environment ${environment.name} has no base layer: bootstrap has not come to its end`
          : `environment ${environment.name} has no base layer: the bucket ${location.bucket} does not exist`,
      help: runBootstrap(environment.name),
    });
  }
  const { document } = read.value;
  if (document.workspace !== workspace || document.environment !== environment.name) {
    return err({
      reason: "refused",
      message: `the bucket ${location.bucket} belongs to workspace ${document.workspace}, environment ${document.environment}`,
      help: "rename the workspace or the environment in esteira.yaml, or name a bucket with `artifacts_uri`",
    });
  }
  const scope = policyScope({
    workspace,
    partition,
    environment,
    taskRoles: options.taskRoles ?? [],
    published: options.published ?? [],
  });
  const hashes = stepHashes(baseSteps(scope, context));
  const { missing, lacking, newer } = compareGenerations(
    document,
    Object.keys(hashes),
    options.features ?? baseFeatures,
  );
  if (missing.length > 0) return err(missingSteps(context, missing));
  if (document.vpcId !== environment.vpcId) return err(missingSteps(context, ["security-group"]));
  if (options.check === true) {
    const there = await securityGroupExists(context, document);
    if (!there.ok) return there;
    if (!there.value) return err(missingSteps(context, ["security-group"]));
  }
  return ok({ ...layerOf(context, document, hashes), lacking, newer });
}

function layerOf(
  context: AwsContext,
  document: BaseDocument,
  hashes: BaseDocument["steps"],
): Omit<BaseLayer, "lacking" | "newer"> {
  const { environment, workspace, partition } = context;
  const { roles } = policyScope({ workspace, partition, environment });
  const names = baseNames(workspace, environment);
  const { accountId, region, repository } = environment;
  return {
    roles,
    instanceProfileArn:
      environment.roles["instance"] ??
      `arn:${partition}:iam::${accountId}:instance-profile/${names.instanceProfile}`,
    securityGroupId: document.securityGroupId,
    vpcId: environment.vpcId,
    subnetIds: environment.subnetIds,
    bucket: bucketLocation(workspace, environment),
    deadLetterQueueArn: `arn:${partition}:sqs:${region}:${accountId}:${names.deadLetterQueue}`,
    repositoryUri:
      repository.kind === "oci"
        ? repository.reference
        : `${accountId}.dkr.ecr.${region}.${partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}/${repository.name}`,
    logGroups: { notifier: names.notifierLogGroup },
    outdated: Object.keys(hashes).filter((step) => document.steps[step] !== hashes[step]),
  };
}

function missingSteps(context: AwsContext, steps: readonly string[]): PlatformError {
  const { name } = context.environment;
  return {
    reason: "not-found",
    message: `the base layer of ${name} lacks ${steps.join(", ")}`,
    help: runBootstrap(name),
  };
}

function securityGroupExists(
  context: AwsContext,
  { securityGroupId }: BaseDocument,
): Promise<Result<boolean, PlatformError>> {
  return callAws(
    context.environment.name,
    `read the security group ${securityGroupId}`,
    async () => {
      const found = await orAbsent(
        () =>
          context.clients.ec2.send(
            new DescribeSecurityGroupsCommand({ GroupIds: [securityGroupId] }),
          ),
        isNotFound,
      );
      return (found?.SecurityGroups ?? []).length > 0;
    },
  );
}
