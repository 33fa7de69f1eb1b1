import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateVpnGatewayCommand,
  AssociateRouteTableCommand,
  AttachVpnGatewayCommand,
  DescribeRouteTablesCommand,
  ModifySubnetAttributeCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { DeregisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { CreateSecretCommand, DeleteSecretCommand } from "@aws-sdk/client-secrets-manager";
import { expect, test } from "vitest";

import { projectTaskPolicy } from "../../src/aws/iam/role-policies.ts";
import { policyScope } from "../../src/aws/iam/scope.ts";
import type { Project } from "../../src/config/model.ts";
import { describeWith } from "../rig/parts.ts";
import { bootstrapped, deploy, environmentAround, planned, recsys } from "./deploy-fixture.ts";
import { bootstrap } from "./rig/bootstrap.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { checks, isBad } from "./verify-checks.ts";

const trusting = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });

describeWith(moto(), "verify", (part) => {
  const server = useMoto(part);

  test("finds the base layer and the roles as bootstrap made them", async () => {
    const environment = await bootstrapped(server());
    expect(await checks(environment, "bootstrap")).toEqual([
      { outcome: "passed", message: "the base layer is there" },
    ]);
    expect(await checks(environment, "roles")).toEqual(
      [
        "states.amazonaws.com may take on esteira-acme-dev-step-functions",
        "scheduler.amazonaws.com may take on esteira-acme-dev-scheduler",
        "ecs-tasks.amazonaws.com may take on esteira-acme-dev-task-execution",
        "ecs-tasks.amazonaws.com may take on esteira-acme-dev-task",
        "ec2.amazonaws.com may take on esteira-acme-dev-instance",
      ].map((message) => ({ outcome: "passed", message })),
    );
  });

  test("says that no run can start where the deployed revision was deregistered, though another is active", async () => {
    const environment = await bootstrapped(server());
    expect(await checks(environment, "task definition")).toEqual([]);
    const platform = await environment.open();
    await deploy(platform, [environment.release(recsys())]);
    await deploy(platform, [environment.release(recsys(), "source-2")]);
    expect(await checks(environment, "task definition")).toEqual([
      { outcome: "passed", message: "the deployed revision recsys:2 is active" },
    ]);
    const { ecs } = environment.context.clients;
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: "recsys:2" }));
    expect(await checks(environment, "task definition")).toEqual([
      {
        outcome: "failed",
        message:
          "the deployed revision recsys:2 is no longer active: somebody has deregistered it, and no run can start",
        help: "`esteira deploy recsys -e dev` registers another",
      },
    ]);
    await deploy(platform, [environment.release(recsys(), "source-2")]);
    expect(await checks(environment, "task definition")).toMatchObject([{ outcome: "passed" }]);
  });

  test("says which role nobody can take on, and what else was changed by hand", async () => {
    const environment = await bootstrapped(server());
    const { iam } = environment.context.clients;
    const RoleName = "esteira-acme-dev-scheduler";
    const PolicyDocument = trusting("events.amazonaws.com");
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    await iam.send(
      new DeleteRolePolicyCommand({ RoleName: "esteira-acme-dev-task", PolicyName: "esteira" }),
    );
    const help = "an administrator runs `esteira bootstrap -e dev`";
    expect((await checks(environment, "roles")).filter(isBad)).toEqual([
      {
        outcome: "failed",
        message: `the trust policy of the role ${RoleName} doesn't let scheduler.amazonaws.com take it on`,
        help,
      },
    ]);
    expect(await checks(environment, "bootstrap")).toEqual([
      { outcome: "warning", message: `role ${RoleName} was changed by somebody: trust`, help },
      {
        outcome: "warning",
        message: "role esteira-acme-dev-task was changed by somebody: policy",
        help,
      },
    ]);
  });

  test("looks at the roles that esteira.yaml names, too", async () => {
    const { context } = await bootstrapped(server());
    const named = (name: string) => `arn:aws:iam::123456789012:role/ml/${name}`;
    const roles = { step_functions: named("sfn"), scheduler: named("absent") };
    await context.clients.iam.send(
      new CreateRoleCommand({
        RoleName: "sfn",
        Path: "/ml/",
        AssumeRolePolicyDocument: trusting("lambda.amazonaws.com"),
      }),
    );
    const own = { ...context, environment: { ...context.environment, roles } };
    await bootstrap(own);
    expect((await checks(environmentAround(own), "roles")).filter(isBad)).toEqual([
      {
        outcome: "failed",
        message: "the trust policy of the role sfn doesn't let states.amazonaws.com take it on",
        help: "correct `roles.step_functions` of dev in esteira.yaml, or the role's trust policy",
      },
      {
        outcome: "failed",
        message: "there is no role absent",
        help: "correct `roles.scheduler` of dev in esteira.yaml, or the role's trust policy",
      },
    ]);
  });

  test("says when a project's own task role came after the bootstrap, and is content once it was run again", async () => {
    const environment = await bootstrapped(server());
    const taskRoleArn = "arn:aws:iam::123456789012:role/recsys-data";
    const project = recsys({ taskRoleArn });
    expect(await checks(environment, "bootstrap", project, [taskRoleArn])).toMatchObject([
      {
        outcome: "warning",
        message:
          "role esteira-acme-dev-step-functions isn't as this Esteira makes it: policy.PassTaskRoles.Resource",
      },
    ]);
    await bootstrap(environment.context, { taskRoles: [taskRoleArn] });
    expect(await checks(environment, "bootstrap", project, [taskRoleArn])).toEqual([
      { outcome: "passed", message: "the base layer is there" },
    ]);
  });

  test("follows each subnet's way out", async () => {
    const environment = await bootstrapped(server());
    const { clients, environment: settings } = environment.context;
    const { ec2 } = clients;
    const [open = "", closed = "", office = ""] = settings.subnetIds;
    const VpcId = settings.vpcId;
    const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
    const GatewayId = InternetGateway?.InternetGatewayId;
    await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: GatewayId, VpcId }));
    const { RouteTables = [] } = await ec2.send(
      new DescribeRouteTablesCommand({ Filters: [{ Name: "vpc-id", Values: [VpcId] }] }),
    );
    const DestinationCidrBlock = "0.0.0.0/0";
    const main = RouteTables[0]?.RouteTableId;
    await ec2.send(new CreateRouteCommand({ RouteTableId: main, DestinationCidrBlock, GatewayId }));
    for (const [SubnetId, Value] of [
      [open, true],
      [closed, false],
    ] as const) {
      const MapPublicIpOnLaunch = { Value };
      await ec2.send(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch }));
    }
    const { VpnGateway } = await ec2.send(new CreateVpnGatewayCommand({ Type: "ipsec.1" }));
    const VpnGatewayId = VpnGateway?.VpnGatewayId;
    await ec2.send(new AttachVpnGatewayCommand({ VpnGatewayId, VpcId }));
    const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
    const RouteTableId = RouteTable?.RouteTableId;
    await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId: office }));
    await ec2.send(
      new CreateRouteCommand({ RouteTableId, DestinationCidrBlock, GatewayId: VpnGatewayId }),
    );

    const plain = recsys();
    const secrets = { TOKEN: { source: "secretsmanager" as const, name: "token" } };
    const project = { ...plain, runtime: { ...plain.runtime, secrets } };
    const subnetIds = [open, closed, office, "subnet-0123456789abcdef0"];
    const around = environmentAround({
      ...environment.context,
      environment: { ...settings, subnetIds },
    });
    expect((await checks(around, "network", project)).map(({ message }) => message)).toEqual([
      `instances in ${open} get out by public addresses`,
      `instances in ${closed} can't reach ecs, ecs-agent, ecs-telemetry, ecr.api, ecr.dkr, s3, logs, secretsmanager: they would never join their cluster`,
      `instances in ${office} get out by a route of the network's own`,
      "the subnet subnet-0123456789abcdef0 doesn't exist in this account and region",
    ]);
  });

  test("takes a secret that was deleted for one that isn't there, as does a deploy", async () => {
    const environment = await bootstrapped(server());
    const { secrets: client } = environment.context.clients;
    const SecretId = "/esteira/dev/recsys/token";
    await client.send(new CreateSecretCommand({ Name: SecretId, SecretString: "x" }));
    const plain = recsys();
    const secrets = { TOKEN: { source: "secretsmanager" as const, name: "token" } };
    const project = { ...plain, runtime: { ...plain.runtime, secrets } };
    expect(await checks(environment, "secrets", project)).toEqual([
      { outcome: "passed", message: `TOKEN: ${SecretId} exists` },
    ]);
    await client.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
    expect(await checks(environment, "secrets", project)).toMatchObject([
      { outcome: "failed", message: `TOKEN: there is no ${SecretId}` },
    ]);
    const plan = await planned(await environment.open(), [environment.release(project)]);
    expect(plan.projects[0]?.warnings[0]).toMatch(
      /^the secret \S+ of TOKEN doesn't exist; make it/,
    );
  });

  test("a plan says, too, that a step is too large for its instances", async () => {
    const environment = await bootstrapped(server());
    const project = recsys();
    const small = { ...project, compute: { ...project.compute, instanceTypes: ["t3.small"] } };
    const plan = await planned(await environment.open(), [environment.release(small)]);
    expect(plan.projects[0]?.warnings).toEqual([
      "the largest step asks t3.small for 8192 MiB of the 1648 MiB that ECS can count on: it would wait for ever; choose a larger type, or let the step ask for less",
    ]);
  });

  test("names what a project's own role lacks to keep outputs", async () => {
    const { iam } = server().clients();
    const environment = await bootstrapped(server());
    const RoleName = "recsys-data";
    const role = `arn:aws:iam::123456789012:role/${RoleName}`;
    await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: trusting("ecs-tasks.amazonaws.com"),
      }),
    );
    const [first] = recsys().steps as readonly [Project["steps"][number]];
    const project = recsys({ taskRoleArn: role, steps: [{ ...first, outputs: ["out/"] }] });
    const help = "attach to it what `esteira iam task-policy -e dev --project recsys` prints";
    expect(await checks(environment, "task role", project)).toEqual([
      {
        outcome: "failed",
        message:
          "recsys-data may not keep the outputs of recsys: it lacks s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload, s3:ListBucket",
        help,
      },
    ]);
    const attach = (Statement: unknown) =>
      iam.send(
        new PutRolePolicyCommand({
          RoleName,
          PolicyName: "data",
          PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
        }),
      );
    await attach([
      { Effect: "Allow", Action: ["s3:Get*", "s3:List*"], Resource: "*" },
      { Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::another-bucket/*" },
    ]);
    expect(await checks(environment, "task role", project)).toEqual([
      {
        outcome: "failed",
        message:
          "recsys-data may not keep the outputs of recsys: it lacks s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload",
        help,
      },
    ]);
    const { workspace, partition, environment: of } = environment.context;
    const scope = policyScope({ workspace, partition, environment: of });
    await attach(projectTaskPolicy(scope, "recsys").Statement);
    expect(await checks(environment, "task role", project)).toEqual([
      { outcome: "passed", message: "recsys-data may keep outputs" },
    ]);
    // Without outputs nobody needs to know.
    expect(await checks(environment, "task role", recsys({ taskRoleArn: role }))).toEqual([]);
  });
});
