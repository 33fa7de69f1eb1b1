import type { AwsContext, Clients } from "../../../src/aws/sdk/context.ts";
import type { AwsEnvironment } from "../../../src/config/model.ts";
import { environmentName } from "../../../src/core/ids.ts";
import { defaultAccount } from "./moto.ts";
import { acceleratedTiming } from "./timing.ts";

/** An environment of the workspace `acme` in moto's own account, changed where the test says so. */
export function awsEnvironment(changes: Partial<AwsEnvironment> = {}): AwsEnvironment {
  return {
    platform: "aws",
    name: environmentName("dev"),
    schedules: "as_configured",
    mlflow: undefined,
    mail: undefined,
    accountId: defaultAccount,
    region: "us-east-1",
    vpcId: "vpc-0",
    subnetIds: ["subnet-0"],
    repository: { kind: "ecr", name: "ml-projects" },
    suffix: "",
    artifactsUri: undefined,
    roles: {},
    permissionsBoundary: undefined,
    logRetentionDays: 30,
    endpointUrl: undefined,
    promoteFrom: undefined,
    ...changes,
  };
}

/** A context as the command line makes it, for these clients and this environment. */
export function awsContext(clients: Clients, changes: Partial<AwsContext> = {}): AwsContext {
  return {
    clients,
    environment: awsEnvironment(),
    workspace: "acme",
    partition: "aws",
    timing: acceleratedTiming(1000),
    actor: "arn:aws:iam::123456789012:user/test",
    ...changes,
  };
}
