import type {
  RequestLaunchTemplateData,
  ResourceType,
  ResponseLaunchTemplateData,
} from "@aws-sdk/client-ec2";

import { isJsonObject, type JsonObject } from "../../core/json.ts";
import { fromUpperTags, type Tags, upperTags } from "../sdk/ownership.ts";
import { meaningful } from "./fields.ts";

/** What an instance is made of, as far as Esteira decides it. */
export interface InstanceSpec {
  readonly imageId: string;
  readonly instanceProfileArn: string;
  readonly securityGroupIds: readonly string[];
  /** A shell script, run when the instance starts, before the ECS agent. */
  readonly userData: string;
  readonly diskGb: number;
  /**
   * Only burstable types take one: whether work beyond their baseline is billed (`unlimited`) or
   * slowed down (`standard`).
   */
  readonly cpuCredits: "standard" | "unlimited" | undefined;
  /** For the instances and their disks. */
  readonly tags: Tags;
}

/**
 * What writes the ECS agent's configuration; without the cluster's name an instance would join the
 * cluster `default`.
 */
export function userDataFor(clusterName: string): string {
  return [
    "#!/bin/bash",
    "cat >> /etc/ecs/ecs.config <<'CONFIG'",
    `ECS_CLUSTER=${clusterName}`,
    // Steps get the task's role and must not borrow the instance's.
    "ECS_AWSVPC_BLOCK_IMDS=true",
    "ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE=true",
    "ECS_ENABLE_SPOT_INSTANCE_DRAINING=true",
    // AWS takes a spot instance back two minutes after its notice: enough of them for a step to
    // save its work.
    "ECS_CONTAINER_STOP_TIMEOUT=90s",
    // Images are named by digest, so what is there under a name is right. With `prefer-cached` the
    // agent never cleans images up, and the disk of an instance that stays fills deploy by deploy.
    "ECS_IMAGE_PULL_BEHAVIOR=once",
    "CONFIG",
    "",
  ].join("\n");
}

/** As EC2 wants it: IMDSv2 only and not through a container's extra hop, an encrypted gp3 root. */
export function requestData(spec: InstanceSpec): RequestLaunchTemplateData {
  const taggedTypes: readonly ResourceType[] = ["instance", "volume"];
  return {
    ImageId: spec.imageId,
    IamInstanceProfile: { Arn: spec.instanceProfileArn },
    SecurityGroupIds: [...spec.securityGroupIds],
    UserData: Buffer.from(spec.userData, "utf8").toString("base64"),
    MetadataOptions: {
      HttpEndpoint: "enabled",
      HttpTokens: "required",
      HttpPutResponseHopLimit: 1,
    },
    BlockDeviceMappings: [
      {
        DeviceName: "/dev/xvda",
        Ebs: {
          VolumeType: "gp3",
          VolumeSize: spec.diskGb,
          Encrypted: true,
          DeleteOnTermination: true,
        },
      },
    ],
    ...(spec.cpuCredits === undefined
      ? {}
      : { CreditSpecification: { CpuCredits: spec.cpuCredits } }),
    TagSpecifications: taggedTypes.map((ResourceType) => ({
      ResourceType,
      Tags: upperTags(spec.tags),
    })),
  };
}

/**
 * The data of a version in the words of plans, so that what we ask for and what is there can be
 * compared: the script as text, tags as maps, without what says nothing.
 */
export function comparableData(
  data: RequestLaunchTemplateData | ResponseLaunchTemplateData,
): JsonObject {
  const { UserData, TagSpecifications, IamInstanceProfile, SecurityGroupIds, ...rest } = data;
  const value = meaningful({
    ...rest,
    IamInstanceProfile: IamInstanceProfile?.Arn ?? IamInstanceProfile?.Name,
    SecurityGroupIds: (SecurityGroupIds ?? []).toSorted(),
    UserData: UserData === undefined ? undefined : Buffer.from(UserData, "base64").toString("utf8"),
    Tags: Object.fromEntries(
      (TagSpecifications ?? [])
        // The template's own tags are not part of what instances are made of, though an emulator
        // takes them for it.
        .filter(({ ResourceType }) => ResourceType !== "launch-template")
        .map(({ ResourceType = "", Tags }) => [ResourceType, fromUpperTags(Tags)]),
    ),
  });
  const { MetadataOptions, ...others } = isJsonObject(value) ? value : {};
  if (!isJsonObject(MetadataOptions)) return others;
  const { State: _state, ...options } = MetadataOptions; // AWS's own note on how far it has got with them
  const defaults: JsonObject = { HttpProtocolIpv6: "disabled", InstanceMetadataTags: "disabled" };
  return {
    ...others,
    MetadataOptions: Object.fromEntries(
      Object.entries(options).filter(([key, option]) => defaults[key] !== option),
    ),
  };
}
