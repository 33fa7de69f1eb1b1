import { DescribeInstanceTypeOfferingsCommand, DescribeSubnetsCommand } from "@aws-sdk/client-ec2";

import { usableMemoryMib } from "../../config/instance-types.ts";
import { tasksAtOnce } from "../../config/places.ts";
import type { CapacitySpec, Release } from "../../release/release.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { amiParameter, type Facts, type InstanceFacts } from "../deploy/facts.ts";
import { type Check, failedBy } from "../../platform/check.ts";

/**
 * That the instance types exist where the subnets are, go together, have an AMI, and hold the
 * largest step.
 */
export async function checkCapacity(
  context: AwsContext,
  releases: readonly Release[],
  facts: Facts,
): Promise<Check[]> {
  const subject = "instances";
  const types = [...new Set(releases.flatMap(({ capacity }) => capacity?.instanceTypes ?? []))];
  if (types.length === 0) return [];
  const zones = await callAws(context.environment.name, "read where instances are offered", () =>
    readZones(context, types),
  );
  if (!zones.ok) return [failedBy({ project: undefined, subject }, zones.error)];
  return releases.flatMap((release) => {
    const { capacity, project } = release;
    if (capacity === undefined) return [];
    const found = [
      ...typeProblems(capacity, facts, zones.value),
      ...sizeProblems(release, capacity, facts.instanceTypes),
    ];
    if (found.length > 0) return found.map((problem) => ({ ...problem, project, subject }));
    const names = capacity.instanceTypes.join(", ");
    const message = `${names}: offered, and large enough${held(release, capacity, facts)}`;
    return [{ project, subject, outcome: "passed", message }];
  });
}

/** How many tasks run at the same time at most; the others wait for room. */
function held({ task }: Release, capacity: CapacitySpec, { instanceTypes }: Facts): string {
  const fit = tasksAtOnce(task.resources, capacity, (type) => {
    const has = instanceTypes.get(type);
    return has && { cpu: has.vcpus, memoryMib: usableMemoryMib(has), gpu: has.gpus };
  });
  const tasks = fit === 1 ? "one task" : `${fit} tasks`;
  return fit === undefined
    ? ""
    : `; max_quantity ${capacity.maxQuantity} holds ${tasks} of the largest step at once`;
}

type Problem = Pick<Check, "outcome" | "message" | "help">;

interface Zones {
  /** Of the environment's subnets. */
  readonly used: readonly string[];
  readonly byType: ReadonlyMap<string, ReadonlySet<string>>;
}

async function readZones(context: AwsContext, types: readonly string[]): Promise<Zones> {
  const { ec2 } = context.clients;
  const [subnets, offerings] = await Promise.all([
    ec2.send(new DescribeSubnetsCommand({ SubnetIds: [...context.environment.subnetIds] })),
    ec2.send(
      new DescribeInstanceTypeOfferingsCommand({
        LocationType: "availability-zone",
        Filters: [{ Name: "instance-type", Values: [...types] }],
      }),
    ),
  ]);
  const byType = new Map<string, Set<string>>();
  for (const { InstanceType = "", Location = "" } of offerings.InstanceTypeOfferings ?? []) {
    byType.set(InstanceType, (byType.get(InstanceType) ?? new Set()).add(Location));
  }
  const used = (subnets.Subnets ?? []).map(({ AvailabilityZone = "" }) => AvailabilityZone);
  return { used: [...new Set(used)], byType };
}

function typeProblems(capacity: CapacitySpec, facts: Facts, zones: Zones): Problem[] {
  const help = "choose another `infra.compute.ec2_type` (or `ec2_types`) in config.yaml";
  const problems = capacity.instanceTypes.flatMap((type): Problem[] => {
    const offered = zones.byType.get(type);
    if (offered === undefined || !facts.instanceTypes.has(type)) {
      return [{ outcome: "failed", message: `${type} is not offered in this region`, help }];
    }
    const lacking = zones.used.filter((zone) => !offered.has(zone));
    if (lacking.length === 0) return [];
    const nowhere = lacking.length === zones.used.length;
    return [
      {
        outcome: nowhere ? "failed" : "warning",
        message: `${type} is not offered in ${lacking.join(", ")}`,
        help: nowhere ? help : "instances start in the other zones only",
      },
    ];
  });
  if (problems.some(({ outcome }) => outcome === "failed")) return problems;
  const parameter = amiParameter(capacity, facts.instanceTypes);
  if (parameter === undefined) {
    return [
      ...problems,
      {
        outcome: "failed",
        message: `no AMI fits ${capacity.instanceTypes.join(", ")} alike`,
        help: "choose types of one architecture, all with a GPU or all without, and no GPUs on arm64",
      },
    ];
  }
  if (facts.images.has(parameter)) return problems;
  return [
    ...problems,
    { outcome: "failed", message: `the AMI parameter ${parameter} does not exist here`, help },
  ];
}

/**
 * A task that is larger than the smallest type never starts one: it waits until it is given up.
 * What ECS can use of the memory varies with the AMI; 93 % less 256 MiB has been enough room for
 * all that were measured.
 */
export function sizeProblems(
  { task }: Pick<Release, "task">,
  { instanceTypes }: Pick<CapacitySpec, "instanceTypes">,
  facts: ReadonlyMap<string, InstanceFacts>,
): Problem[] {
  const { cpu, memoryGb, gpu } = task.resources;
  return instanceTypes.flatMap((type): Problem[] => {
    const has = facts.get(type);
    if (has === undefined) return [];
    const usableMib = usableMemoryMib(has);
    const beyond = [
      ...(cpu > has.vcpus ? [`${cpu} CPUs of ${has.vcpus}`] : []),
      ...(memoryGb * 1024 > usableMib
        ? [`${memoryGb * 1024} MiB of the ${usableMib} MiB that ECS can count on`]
        : []),
      ...(gpu > has.gpus ? [`${gpu} GPUs of ${has.gpus}`] : []),
    ];
    if (beyond.length === 0) return [];
    return [
      {
        outcome: "failed",
        message: `the largest step asks ${type} for ${beyond.join(" and ")}: it would wait for ever`,
        help: "choose a larger type, or let the step ask for less",
      },
    ];
  });
}
