import {
  GetBucketLifecycleConfigurationCommand,
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";

import { removeOldArtifacts } from "../../src/app/deploy/old-artifacts.ts";
import { policyScope } from "../../src/aws/iam/scope.ts";
import { describeWith } from "../rig/parts.ts";
import { bootstrapped, recsys } from "./deploy-fixture.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";

const theirs: LifecycleRule[] = [
  {
    ID: "quarter",
    Status: "Enabled",
    Filter: { Prefix: "artifacts/" },
    Expiration: { Days: 90 },
  },
  { ID: "logs", Status: "Enabled", Filter: { Prefix: "logs/" }, Expiration: { Days: 7 } },
  { ID: "all", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 400 } },
];

describeWith(moto(), "the lifecycle rules of a bucket", (part) => {
  const server = useMoto(part);

  test("are read by verify, which names those that take away what is needed, and stay as they are", async () => {
    const environment = await bootstrapped(server());
    const { s3 } = server().clients();
    const { bucket, artifacts } = policyScope(environment.context).location;
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket: bucket,
        LifecycleConfiguration: { Rules: theirs },
      }),
    );
    const rules = async () =>
      (await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket }))).Rules;
    const before = await rules();
    const Key = `${artifacts}recsys/old-run/_outputs/train/manifest.json`;
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "{}" }));

    const platform = await environment.open();
    const checks = unwrap(
      await platform.verification.verify([environment.release(recsys())], { taskRoles: [] }),
    );
    const of = (rule: string) => `the lifecycle rule "${rule}" of the bucket ${bucket}`;
    const needed = "those of the last good run and of what a cache names as well";
    expect(checks.filter(({ subject }) => subject === "artifacts")).toEqual([
      {
        project: undefined,
        subject: "artifacts",
        outcome: "warning",
        message: `${of("quarter")} is for artifacts too, and removes them after 90 days, ${needed}`,
        help: "limit the rule to other prefixes than artifacts/; keep_artifacts_days in esteira.yaml removes what is old, and leaves those",
      },
      {
        project: undefined,
        subject: "artifacts",
        outcome: "failed",
        message: `${of("all")} is for esteira/v1/ too, and removes them after 400 days: releases, the ledger and the audit trail are there`,
        help: "limit the rule to other prefixes than esteira/v1/",
      },
      {
        project: undefined,
        subject: "artifacts",
        outcome: "warning",
        message: `${of("all")} is for artifacts too, and removes them after 400 days, ${needed}`,
        help: "limit the rule to other prefixes than artifacts/; keep_artifacts_days in esteira.yaml removes what is old, and leaves those",
      },
    ]);

    const old = { project: "recsys", kind: "artifacts", name: "old-run" } as const;
    unwrap(await removeOldArtifacts(platform, [old]));
    const { artifacts: store } = platform;
    expect(unwrap(await store.list({ project: "recsys", origin: "old-run" }, 9))).toEqual([]);
    expect(await rules()).toEqual(before);
  });
});
