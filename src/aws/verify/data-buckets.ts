import { GetBucketNotificationConfigurationCommand } from "@aws-sdk/client-s3";

import { mapConcurrently } from "../../core/concurrency.ts";
import type { Check } from "../../platform/check.ts";
import { failedBy } from "../../platform/check.ts";
import type { Release } from "../../release/release.ts";
import { noteOf } from "../deploy/data-rules.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";

/**
 * That EventBridge hears of the objects that start projects. Who owns the bucket decides that, so a
 * deploy changes nothing about it:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-event-notifications-eventbridge.html
 */
export async function checkDataBuckets(
  context: AwsContext,
  releases: readonly Release[],
): Promise<Check[]> {
  const notes = releases.flatMap((release) => noteOf(release) ?? []);
  const byBucket = Map.groupBy(notes, ({ bucket }) => bucket);
  const checks = await mapConcurrently([...byBucket], 8, async ([bucket, waiting]) => {
    const found = await readNotifications(context, bucket);
    return waiting.map(({ project }): Check => {
      const about = { project, subject: "data" };
      if (!found.ok) return failedBy(about, found.error);
      return found.value
        ? { ...about, outcome: "passed", message: `EventBridge hears of objects in ${bucket}` }
        : {
            ...about,
            outcome: "failed",
            message: `EventBridge doesn't hear of objects in ${bucket}: what arrives there starts nothing`,
            help: `who may configure the bucket adds it to its notifications with \`${mergeCommand(bucket, context.environment.region)}\``,
          };
    });
  });
  return checks.flat();
}

function readNotifications(context: AwsContext, bucket: string) {
  return callAws(
    context.environment.name,
    `read which notifications the bucket ${bucket} sends`,
    async () => {
      const found = await context.clients.s3.send(
        new GetBucketNotificationConfigurationCommand({ Bucket: bucket }),
      );
      return found.EventBridgeConfiguration !== undefined;
    },
  );
}

/**
 * The command that turns it on and keeps all other notifications: S3 replaces them as a whole, so
 * it reads them first, and writes nothing where that fails. For a POSIX shell with the AWS CLI,
 * whose answer is empty where there are none yet, and Python.
 */
export function mergeCommand(bucket: string, region: string): string {
  const merge =
    'import json,sys; c=json.loads(sys.stdin.read() or "{}"); c["EventBridgeConfiguration"]={}; print(json.dumps(c))';
  const target = `--bucket ${bucket} --region ${region}`;
  return [
    `now=$(aws s3api get-bucket-notification-configuration ${target} --output json)`,
    `all=$(printf %s "$now" | python3 -c '${merge}')`,
    `aws s3api put-bucket-notification-configuration ${target} --notification-configuration "$all"`,
  ].join(" && ");
}
