import type { JsonObject } from "../../core/json.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { DecidedModel } from "../../platform/models.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { ScheduleHold } from "../../platform/schedules.ts";
import type { CapacitySpec, Release } from "../../release/release.ts";
import { filledDefinition } from "../../release/placeholders.ts";
import type { BaseFeature } from "../bootstrap/generations.ts";
import { baseNames } from "../bootstrap/names.ts";
import type { BucketLocation } from "../bucket/location.ts";
import type { AwsContext } from "../sdk/context.ts";
import { amiParameter, type Facts, type InstanceFacts } from "./facts.ts";
import { type Owner, ownershipTags, type Tags } from "../sdk/ownership.ts";
import type { DesiredGroup } from "../resources/auto-scaling-group-spec.ts";
import type { DesiredCapacityProvider } from "../resources/capacity-provider-spec.ts";
import type { DesiredCapacity } from "../resources/cluster-capacity.ts";
import type { DesiredCluster } from "../resources/cluster.ts";
import { userDataFor } from "../resources/launch-template-data.ts";
import type { DesiredLaunchTemplate } from "../resources/launch-template.ts";
import type { DesiredLogGroup } from "../resources/log-group.ts";
import { logGroupArn, stateMachineArn, workflowLogGroup } from "../resources/names.ts";
import type { DesiredSchedule } from "../resources/schedule-spec.ts";
import type { DesiredStateMachine } from "../resources/state-machine-spec.ts";

/** What of the base layer a release is filled in with. */
export interface BaseFacts {
  readonly securityGroupId: string;
  readonly instanceProfileArn: string;
  readonly roles: Readonly<
    Record<"step_functions" | "scheduler" | "task_execution" | "task", string>
  >;
  readonly deadLetterQueueArn: string;
  /** Steps of bootstrap that were done for another configuration or an older Esteira. */
  readonly outdated?: readonly string[];
  /** What an older Esteira didn't make; absent: nothing. */
  readonly lacking?: readonly BaseFeature[];
  /** A newer Esteira made it; absent: false. */
  readonly newer?: boolean;
}

/** Everything that a release's resources are made from, but for each other. */
export interface DeployInputs {
  readonly context: AwsContext;
  readonly release: Release;
  readonly base: BaseFacts;
  readonly bucket: BucketLocation;
  readonly facts: Facts;
  /** The model that steps get in ESTEIRA_MODEL_URI. */
  readonly model?: DecidedModel;
  /** Somebody has disabled the schedule, and it stays so. */
  readonly scheduleHeld?: ScheduleHold | undefined;
}

/** What of a project's resources goes into others; absent while it is not made. */
export interface Outputs {
  /** By digest. */
  readonly image?: string;
  readonly launchTemplate?: { readonly id: string; readonly version?: string };
  readonly autoScalingGroupArn?: string;
  /** With the revision. */
  readonly taskDefinitionArn?: string;
}

/** The placeholder in plans for what only the deploy will know. */
export const knownAfterDeploy = "(known after deploy)";

export function ownerOfRelease({
  workspace,
  project,
  environment,
}: Pick<Release, "workspace" | "project" | "environment">): Owner {
  return { workspace, project, environment };
}

/** Whose a resource of a release is. */
export function tagsOf(release: Release): Tags {
  return ownershipTags(ownerOfRelease(release));
}

export function desiredLogGroup({ context, release }: DeployInputs): DesiredLogGroup {
  return {
    name: release.names.logGroup,
    retentionDays: context.environment.logRetentionDays,
    tags: tagsOf(release),
  };
}

export function desiredWorkflowLogGroup(inputs: DeployInputs): DesiredLogGroup {
  return { ...desiredLogGroup(inputs), name: workflowLogGroup(inputs.release.names) };
}

export function desiredCluster({ release }: DeployInputs): DesiredCluster {
  return { name: release.names.cluster, tags: tagsOf(release) };
}

/** An AMI of the right kind, in whose user data the cluster is named. */
export function desiredLaunchTemplate({
  release,
  base,
  facts,
}: DeployInputs): Result<DesiredLaunchTemplate, PlatformError> {
  const capacity = capacityOf(release);
  const types = instancesOf(release, capacity, facts);
  if (!types.ok) return types;
  const parameter = amiParameter(capacity, facts.instanceTypes) ?? "";
  const imageId = facts.images.get(parameter);
  if (imageId === undefined) {
    return err({
      reason: "invalid",
      message: `there is no ECS-optimized AMI for ${capacity.instanceTypes.join(", ")}: the parameter ${parameter || "of these types"} doesn't exist`,
      help: "choose instance types of one architecture, all with a GPU or all without, and no GPUs on arm64",
      resource: `launch-template ${release.names.launchTemplate}`,
    });
  }
  return ok({
    name: release.names.launchTemplate,
    tags: tagsOf(release),
    spec: {
      imageId,
      instanceProfileArn: base.instanceProfileArn,
      securityGroupIds: [base.securityGroupId],
      userData: userDataFor(release.names.cluster),
      diskGb: capacity.diskGb,
      cpuCredits: types.value.every(({ burstable }) => burstable)
        ? capacity.spot
          ? "standard" // a young spot instance has earned no credits and would pay for all it uses
          : "unlimited"
        : undefined,
      tags: { ...tagsOf(release), Name: release.names.cluster },
    },
  });
}

export function desiredGroup({ context, release }: DeployInputs, outputs: Outputs): DesiredGroup {
  const capacity = capacityOf(release);
  return {
    name: release.names.autoScalingGroup,
    tags: tagsOf(release),
    spec: {
      minSize: capacity.minQuantity,
      maxSize: capacity.maxQuantity,
      subnetIds: context.environment.subnetIds,
      launchTemplate: {
        id: outputs.launchTemplate?.id ?? knownAfterDeploy,
        version: outputs.launchTemplate?.version ?? knownAfterDeploy,
      },
      instanceTypes: capacity.instanceTypes,
      onDemandPercentage: onDemandPercentage(capacity),
    },
  };
}

/**
 * Auto Scaling has no "on demand when there is no spot". But ECS starts two instances from none, so
 * with half of them on demand one comes up whatever the spot market does.
 */
function onDemandPercentage({ spot, onDemandFallback }: CapacitySpec): number {
  if (!spot) return 100;
  return onDemandFallback ? 50 : 0;
}

export function desiredCapacityProvider(
  { release }: DeployInputs,
  outputs: Outputs,
): DesiredCapacityProvider {
  return {
    name: release.names.capacityProvider,
    cluster: release.names.cluster,
    tags: tagsOf(release),
    spec: {
      autoScalingGroupArn: outputs.autoScalingGroupArn ?? knownAfterDeploy,
      managedScaling: { status: "ENABLED", targetCapacity: 100 },
      managedTerminationProtection: "ENABLED",
      managedDraining: "ENABLED",
    },
  };
}

export function desiredCapacity({ release }: DeployInputs): DesiredCapacity {
  return { name: release.names.cluster, capacityProvider: release.names.capacityProvider };
}

export function desiredStateMachine(inputs: DeployInputs, outputs: Outputs): DesiredStateMachine {
  const { context, release, base } = inputs;
  return {
    name: release.names.stateMachine,
    tags: tagsOf(release),
    spec: {
      definition: definitionOf(inputs, outputs),
      roleArn: base.roles.step_functions,
      logGroupArn: `${logGroupArn(context, workflowLogGroup(release.names))}:*`,
    },
  };
}

function definitionOf(
  { context, release, bucket, model }: DeployInputs,
  outputs: Outputs,
): JsonObject {
  return filledDefinition(release, {
    task_definition: outputs.taskDefinitionArn ?? knownAfterDeploy,
    artifacts_uri: bucket.artifactsUri,
    artifacts_bucket: bucket.bucket,
    artifacts_prefix: bucket.artifacts,
    pools_function: baseNames(context.workspace, context.environment).notifier,
    ...(model?.model_uri === undefined ? {} : { model_uri: model.model_uri }),
  });
}

/** Undefined where no clock starts the project. */
export function desiredSchedule({
  context,
  release,
  base,
}: DeployInputs): DesiredSchedule | undefined {
  const { schedule } = release;
  if (schedule?.cron === undefined) return undefined;
  const configured = schedule.enabled ? "ENABLED" : "DISABLED";
  return {
    name: release.names.schedule,
    owner: ownerOfRelease(release),
    configured,
    spec: {
      expression: schedule.expression,
      timezone: schedule.timezone,
      state: configured,
      flexibleMinutes: schedule.flexibleWindowMinutes,
      targetArn: stateMachineArn(context, release.names.stateMachine),
      roleArn: base.roles.scheduler,
      input: {
        trigger: "schedule",
        actor: "schedule",
        scheduled_time: "<aws.scheduler.scheduled-time>",
      },
      deadLetterArn: base.deadLetterQueueArn,
    },
  };
}

/** The instances of a release that has anything to run. */
export function capacityOf(release: Release): CapacitySpec {
  if (release.capacity === undefined) throw new Error(`${release.project} has no capacity`);
  return release.capacity;
}

/** What AWS says of the types that a release asks for; an error where it doesn't offer one. */
export function instancesOf(
  release: Release,
  { instanceTypes }: CapacitySpec,
  facts: Facts,
): Result<readonly InstanceFacts[], PlatformError> {
  const unknown = instanceTypes.filter((type) => !facts.instanceTypes.has(type));
  if (unknown.length === 0) {
    return ok(instanceTypes.flatMap((type) => facts.instanceTypes.get(type) ?? []));
  }
  return err({
    reason: "invalid",
    message: `AWS doesn't offer ${unknown.join(", ")} in this region`,
    help: "correct `infra.compute.ec2_type` (and `ec2_types`) in config.yaml",
    resource: `launch-template ${release.names.launchTemplate}`,
  });
}
