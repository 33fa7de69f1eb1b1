import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";

import type { AwsContext } from "../../../src/aws/sdk/context.ts";
import { awsContext, awsEnvironment } from "./context.ts";
import type { AwsEnvironment } from "../../../src/config/model.ts";
import type { Clients } from "../../../src/aws/sdk/context.ts";

/** A context whose environment is in the default network that moto gives an account. */
export async function contextInNetwork(
  clients: Clients,
  environment: Partial<AwsEnvironment> = {},
  changes: Partial<AwsContext> = {},
): Promise<AwsContext> {
  const { Subnets = [] } = await clients.ec2.send(new DescribeSubnetsCommand({}));
  return awsContext(clients, {
    environment: awsEnvironment({
      vpcId: Subnets[0]?.VpcId ?? "",
      subnetIds: Subnets.map(({ SubnetId = "" }) => SubnetId),
      ...environment,
    }),
    ...changes,
  });
}
