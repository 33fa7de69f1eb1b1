import { paginateDescribeAutoScalingGroups } from "@aws-sdk/client-auto-scaling";
import { GetServiceQuotaCommand } from "@aws-sdk/client-service-quotas";

import type { Release } from "../../release/release.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import type { Facts } from "../deploy/facts.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";
import { type Check, failedBy } from "../../platform/check.ts";
import { vcpuDemands } from "./vcpu-quotas.ts";

/** Auto Scaling groups per region: one a project, and the account's first limit to be met. */
const groupsPerRegion = { ServiceCode: "autoscaling", QuotaCode: "L-CDE20ADC", standard: 500 };

const about = { project: undefined, subject: "quotas" } as const;

/** That the account's quotas have room for these projects, all of them together. */
export async function checkQuotas(
  context: AwsContext,
  releases: readonly Release[],
  facts: Facts,
): Promise<Check[]> {
  const checks = await Promise.all([
    checkGroups(context, releases),
    checkVcpus(context, releases, facts),
  ]);
  return checks.flat();
}

/**
 * vCPUs of running instances: what a new account meets first. Other instances of the account count
 * as well, which nobody here knows.
 */
async function checkVcpus(
  context: AwsContext,
  releases: readonly Release[],
  { instanceTypes }: Facts,
): Promise<Check[]> {
  const demands = vcpuDemands(
    releases.flatMap(({ capacity }) => capacity ?? []),
    (type) => instanceTypes.get(type)?.vcpus,
  );
  const read = await callAws(context.environment.name, "read quotas", () =>
    mapConcurrently(demands, 4, async (demand) => ({
      demand,
      quota: await readQuota(context, {
        ServiceCode: "ec2",
        QuotaCode: demand.code,
        standard: demand.family.standard,
      }),
    })),
  );
  if (!read.ok) return [failedBy(about, read.error)];
  return read.value.map(({ demand, quota }): Check => {
    const { family, purchase, code, sum, one } = demand;
    const of = `${purchase} vCPUs of ${family.name} instances`;
    const message = `${of}: the projects can ask for ${sum} at once, the quota is ${quota}`;
    if (sum <= quota) return { ...about, outcome: "passed", message };
    const ask = `ask AWS for more in the Service Quotas console (EC2, ${code})`;
    return one > quota
      ? {
          ...about,
          outcome: "failed",
          message: `${message}: an instance has ${one}, so none can start`,
          help: ask,
        }
      : {
          ...about,
          outcome: "warning",
          message,
          help: `${ask}; until then tasks wait for each other`,
        };
  });
}

async function checkGroups(context: AwsContext, releases: readonly Release[]): Promise<Check[]> {
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
    return { existing, quota: await readQuota(context, groupsPerRegion) };
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
async function readQuota(
  context: AwsContext,
  { ServiceCode, QuotaCode, standard }: typeof groupsPerRegion,
): Promise<number> {
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
