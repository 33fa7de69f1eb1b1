import {
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  type RouteTable,
  type Subnet,
} from "@aws-sdk/client-ec2";

import type { Release } from "../../release/release.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { type Check, failedBy } from "../../platform/check.ts";

/** What an instance that can't reach the internet must find inside the VPC. */
const neededEndpoints = ["ecs", "ecs-agent", "ecs-telemetry", "ecr.api", "ecr.dkr", "s3", "logs"];

/**
 * That instances in the environment's subnets reach ECS, the registry and the logs: by NAT, by a
 * public address, or by endpoints.
 */
export async function checkNetwork(
  context: AwsContext,
  releases: readonly Release[],
): Promise<Check[]> {
  const { environment } = context;
  const about = { project: undefined, subject: "network" };
  const read = await callAws(environment.name, "read the subnets and their routes", async () => {
    const { ec2 } = context.clients;
    const vpc = [{ Name: "vpc-id", Values: [environment.vpcId] }];
    const [subnets, tables, endpoints] = await Promise.all([
      ec2.send(
        new DescribeSubnetsCommand({
          Filters: [{ Name: "subnet-id", Values: [...environment.subnetIds] }],
        }),
      ),
      ec2.send(new DescribeRouteTablesCommand({ Filters: vpc })),
      ec2.send(new DescribeVpcEndpointsCommand({ Filters: vpc })),
    ]);
    return {
      subnets: subnets.Subnets ?? [],
      tables: tables.RouteTables ?? [],
      endpoints: (endpoints.VpcEndpoints ?? []).map(({ ServiceName = "" }) => ServiceName),
    };
  });
  if (!read.ok) return [failedBy(about, read.error)];
  const { subnets, tables, endpoints } = read.value;
  const missing = [...neededEndpoints, ...endpointsOfSecrets(releases)].filter(
    (service) => !endpoints.some((name) => name.endsWith(`.${service}`)),
  );
  return environment.subnetIds.map((id): Check => {
    const subnet = subnets.find(({ SubnetId }) => SubnetId === id);
    if (subnet === undefined || subnet.VpcId !== environment.vpcId) {
      return {
        ...about,
        outcome: "failed",
        message:
          subnet === undefined
            ? `the subnet ${id} doesn't exist in this account and region`
            : `the subnet ${id} is in ${subnet.VpcId ?? "no VPC"}, not in ${environment.vpcId}`,
        help: `correct \`subnet_ids\` and \`vpc_id\` of ${environment.name} in esteira.yaml`,
      };
    }
    const way = wayOut(subnet, tables);
    if (way !== undefined) {
      return { ...about, outcome: "passed", message: `instances in ${id} get out by ${way}` };
    }
    if (missing.length === 0) {
      return { ...about, outcome: "passed", message: `${id} has endpoints for all that is needed` };
    }
    return {
      ...about,
      outcome: "failed",
      message: `instances in ${id} can't reach ${missing.join(", ")}: they would never join their cluster`,
      help: "give the subnet a NAT gateway, let it assign public addresses, or make VPC endpoints for these",
    };
  });
}

/** Where the agent asks for the secrets of a task before it starts. */
function endpointsOfSecrets(releases: readonly Release[]): string[] {
  const sources = releases.flatMap(({ task }) => Object.values(task.secrets));
  return [...new Set(sources.map(({ source }) => source))].toSorted();
}

function wayOut(subnet: Subnet, tables: readonly RouteTable[]): string | undefined {
  const associated = (
    match: (subnetId: string | undefined, main: boolean | undefined) => boolean,
  ) =>
    tables.find(
      ({ VpcId, Associations = [] }) =>
        VpcId === subnet.VpcId && Associations.some(({ SubnetId, Main }) => match(SubnetId, Main)),
    );
  const table =
    associated((id) => id === subnet.SubnetId) ?? associated((_id, main) => main === true);
  const route = table?.Routes?.find(
    ({ DestinationCidrBlock, State }) =>
      DestinationCidrBlock === "0.0.0.0/0" && State !== "blackhole",
  );
  if (route === undefined) return undefined;
  if (route.NatGatewayId !== undefined) return "NAT";
  if (route.TransitGatewayId !== undefined) return "a transit gateway";
  if (route.InstanceId !== undefined || route.NetworkInterfaceId !== undefined)
    return "an instance";
  // An internet gateway serves only instances with a public address.
  if (route.GatewayId?.startsWith("igw-") === true) {
    return subnet.MapPublicIpOnLaunch === true ? "public addresses" : undefined;
  }
  // A virtual private gateway, a peered network, …: where that leads is not to be seen from here.
  return "a route of the network's own";
}
