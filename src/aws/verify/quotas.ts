import { paginateDescribeAutoScalingGroups } from "@aws-sdk/client-auto-scaling";
import { GetServiceQuotaCommand } from "@aws-sdk/client-service-quotas";

import type { Release } from "../../release/release.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";
import { type Check, failedBy } from "../../platform/check.ts";

/** Auto Scaling groups per region: one a project, and the account's first limit to be met. */
const groupsPerRegion = { ServiceCode: "autoscaling", QuotaCode: "L-CDE20ADC", standard: 500 };

/** That there is room for the projects that aren't there yet. */
export async function checkQuotas(
  context: AwsContext,
  releases: readonly Release[],
): Promise<Check[]> {
  const about = { project: undefined, subject: "quotas" };
  const read = await callAws(context.environment.name, "read quotas", async () => {
    const existing = new Set<string>();
    const pages = paginateDescribeAutoScalingGroups(
      { client: context.clients.autoScaling, pageSize: 100 },
      {},
    );
    for await (const { AutoScalingGroups = [] } of pages) {
      for (const { AutoScalingGroupName = "" } of AutoScalingGroups) {
        existing.add(AutoScalingGroupName);
      }
    }
    return { existing, quota: await readQuota(context) };
  });
  if (!read.ok) return [failedBy(about, read.error)];
  const { existing, quota } = read.value;
  const added = releases.filter(({ names }) => !existing.has(names.autoScalingGroup)).length;
  const sum = existing.size + added;
  const message = `auto scaling groups: ${existing.size} of ${quota} exist, ${added} more are needed`;
  if (sum <= quota * 0.9) return [{ ...about, outcome: "passed", message }];
  return [
    {
      ...about,
      outcome: sum > quota ? "failed" : "warning",
      message,
      help: "ask AWS for more in the Service Quotas console (`Auto Scaling groups per region`)",
    },
  ];
}

/** The applied quota, or AWS's standard one where it says nothing. */
async function readQuota(context: AwsContext): Promise<number> {
  const { ServiceCode, QuotaCode, standard } = groupsPerRegion;
  try {
    const { Quota } = await context.clients.quotas.send(
      new GetServiceQuotaCommand({ ServiceCode, QuotaCode }),
    );
    return Quota?.Value ?? standard;
  } catch (thrown) {
    if (isError(thrown, "NoSuchResourceException")) return standard;
    throw thrown;
  }
}
