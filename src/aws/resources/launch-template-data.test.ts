import type { ResponseLaunchTemplateData } from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";

import {
  comparableData,
  type InstanceSpec,
  requestData,
  userDataFor,
} from "./launch-template-data.ts";

const spec: InstanceSpec = {
  imageId: "ami-1",
  instanceProfileArn: "arn:aws:iam::123456789012:instance-profile/p",
  securityGroupIds: ["sg-1"],
  userData: userDataFor("ml-cluster-recsys"),
  diskGb: 50,
  cpuCredits: "standard",
  tags: { "esteira:project": "recsys" },
};

test("instances answer IMDSv2 only, not through a container, and have an encrypted gp3 disk", () => {
  const { MetadataOptions, BlockDeviceMappings } = requestData(spec);
  expect(MetadataOptions).toEqual({
    HttpEndpoint: "enabled",
    HttpTokens: "required",
    HttpPutResponseHopLimit: 1,
  });
  expect(BlockDeviceMappings).toEqual([
    {
      DeviceName: "/dev/xvda",
      Ebs: { VolumeType: "gp3", VolumeSize: 50, Encrypted: true, DeleteOnTermination: true },
    },
  ]);
});

test("the script names the cluster: without it an instance would join `default`", () => {
  const { UserData = "" } = requestData(spec);
  expect(Buffer.from(UserData, "base64").toString("utf8")).toBe(
    `#!/bin/bash
cat >> /etc/ecs/ecs.config <<'CONFIG'
ECS_CLUSTER=ml-cluster-recsys
ECS_AWSVPC_BLOCK_IMDS=true
ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE=true
ECS_ENABLE_SPOT_INSTANCE_DRAINING=true
ECS_CONTAINER_STOP_TIMEOUT=90s
ECS_IMAGE_PULL_BEHAVIOR=once
CONFIG
`,
  );
});

test("what AWS adds to an answer is not a difference", () => {
  const asked = requestData(spec);
  const answered: ResponseLaunchTemplateData = {
    ...(asked as ResponseLaunchTemplateData),
    EbsOptimized: false,
    NetworkInterfaces: [],
    ElasticGpuSpecifications: [],
    MetadataOptions: {
      ...asked.MetadataOptions,
      State: "applied",
      HttpProtocolIpv6: "disabled",
      InstanceMetadataTags: "disabled",
    },
  };
  expect(comparableData(answered)).toEqual(comparableData(asked));
});

test("what somebody adds is one", () => {
  const asked = requestData(spec);
  const answered: ResponseLaunchTemplateData = {
    ...(asked as ResponseLaunchTemplateData),
    KeyName: "somebody",
    InstanceMarketOptions: { MarketType: "spot" },
  };
  expect(comparableData(answered)).toEqual({
    ...comparableData(asked),
    KeyName: "somebody",
    InstanceMarketOptions: { MarketType: "spot" },
  });
});
