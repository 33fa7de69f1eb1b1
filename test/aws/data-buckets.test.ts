import { execFileSync } from "node:child_process";

import {
  CreateBucketCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
} from "@aws-sdk/client-s3";
import { CreateTopicCommand } from "@aws-sdk/client-sns";
import { expect, test } from "vitest";

import { planPolicy } from "../../src/aws/iam/plan-policy.ts";
import { policyScope } from "../../src/aws/iam/scope.ts";
import { mergeCommand } from "../../src/aws/verify/data-buckets.ts";
import { describeWith } from "../rig/parts.ts";
import { on, orders, releaseOf } from "./data-fixture.ts";
import { bootstrapped, environmentAround } from "./deploy-fixture.ts";
import { record, type Call } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { missingRights } from "./rig/rights.ts";
import { unwrap } from "./rig/unwrap.ts";

describeWith(moto(), "buckets whose objects start projects", (part) => {
  const server = useMoto(part);

  test("verify says where EventBridge hears nothing, and its command keeps all other notifications", async () => {
    const environment = await bootstrapped(server());
    const { context } = environment;
    const calls: Call[] = [];
    const clients = record(server().clients(), calls);
    const platform = await environmentAround({ ...context, clients }).open();
    const scores = releaseOf(environment, "scores", on(orders));
    const checked = async () =>
      unwrap(await platform.verification.verify([scores], {})).filter(
        ({ subject }) => subject === "data",
      );
    expect(await checked()).toMatchObject([
      {
        project: "scores",
        outcome: "failed",
        message: expect.stringContaining("acme-in") as string,
      },
    ]);
    const { s3, sns } = context.clients;
    await s3.send(new CreateBucketCommand({ Bucket: "acme-in" }));
    const command = mergeCommand("acme-in", "us-east-1");
    const failed = {
      project: "scores",
      subject: "data",
      outcome: "failed",
      message: "EventBridge doesn't hear of objects in acme-in: what arrives there starts nothing",
      help: `who may configure the bucket adds it to its notifications with \`${command}\``,
    };
    expect(await checked()).toEqual([failed]);

    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "arrivals" }));
    const theirs = { Id: "theirs", TopicArn, Events: ["s3:ObjectRemoved:*" as const] };
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: "acme-in",
        NotificationConfiguration: { TopicConfigurations: [theirs] },
      }),
    );
    const type = (line: string): void => {
      const { python } = part();
      const aws = `aws() { "${python}" test/aws/rig/aws_command.py "$@"; }`;
      execFileSync("sh", ["-c", `command -v aws >/dev/null || ${aws}\n${line}`], {
        env: {
          ...process.env,
          AWS_ENDPOINT_URL: server().url,
          AWS_ACCESS_KEY_ID: "x",
          AWS_SECRET_ACCESS_KEY: "x",
        },
        stdio: "pipe",
      });
    };
    type(command);
    expect(await checked()).toEqual([
      {
        project: "scores",
        subject: "data",
        outcome: "passed",
        message: "EventBridge hears of objects in acme-in",
      },
    ]);
    const kept = await s3.send(
      new GetBucketNotificationConfigurationCommand({ Bucket: "acme-in" }),
    );
    expect(kept.TopicConfigurations).toMatchObject([theirs]);
    // Where there are none yet, and where nothing may be read.
    await s3.send(new CreateBucketCommand({ Bucket: "acme-empty" }));
    type(mergeCommand("acme-empty", "us-east-1"));
    expect(() => type(mergeCommand("acme-gone", "us-east-1"))).toThrow("NoSuchBucket");

    const scope = policyScope({
      workspace: "acme",
      partition: "aws",
      environment: context.environment,
      dataBuckets: ["acme-in"],
    });
    const looks = calls.filter(({ operation }) => operation.startsWith("GetBucketNotification"));
    expect(looks.length).toBeGreaterThan(0);
    expect(missingRights(planPolicy(scope), looks)).toEqual([]);
  }, 120_000);
});
