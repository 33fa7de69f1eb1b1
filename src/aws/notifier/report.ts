import { PutObjectCommand } from "@aws-sdk/client-s3";

import { usesOutputs } from "../../config/outputs.ts";
import { reportParts } from "../../platform/report-parts.ts";
import type { Release } from "../../release/release.ts";
import type { RunSummary } from "../../runs/model.ts";
import type { NotificationFacts } from "../../runs/notification-facts.ts";
import { reportPage } from "../../runs/report/page.ts";
import { bucketLocation } from "../bucket/location.ts";
import { awsArtifacts } from "../runs/artifacts.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { consoleHost } from "./console-host.ts";

/**
 * Makes a page of what the steps of a run have added to its report, and keeps it with the run's
 * artifacts, where a browser opens it from AWS's console. What fails costs the address, or the
 * report's line, and no more: people are notified all the same.
 *
 * @returns undefined where there is no report, or nobody may look
 */
export async function keepReport(
  context: AwsContext,
  run: RunSummary,
  release: Release | undefined,
): Promise<NotificationFacts["report"]> {
  if (release === undefined || run.skipped || !usesOutputs(release.steps)) return undefined;
  const { environment, workspace, clients } = context;
  const location = bucketLocation(workspace, environment);
  const artifacts = awsArtifacts(context, location);
  const steps = release.steps.map(({ id }) => id as string);
  const parts = await reportParts(artifacts, run, steps);
  if (!parts.ok || parts.value.length === 0) return undefined;
  const { timezone = "UTC" } = release.schedule ?? {};
  const place = artifacts.placeOf(run, "");
  const { html } = reportPage({ run, parts: parts.value, place, timezone });
  const key = `${location.artifacts}${run.project}/${run.origin}/_report/report.html`;
  const kept = await callAws(environment.name, `write s3://${location.bucket}/${key}`, () =>
    clients.s3.send(
      new PutObjectCommand({
        Bucket: location.bucket,
        Key: key,
        Body: html,
        ContentType: "text/html; charset=utf-8",
      }),
    ),
  );
  return kept.ok ? { url: addressOf(context, location.bucket, key) } : {};
}

function addressOf(context: AwsContext, bucket: string, key: string): string {
  const { region } = context.environment;
  const at = new URL(`https://${region}.${consoleHost(context)}/s3/object/${bucket}`);
  at.searchParams.set("region", region);
  at.searchParams.set("prefix", key);
  return at.href;
}
