import { DeleteSecurityGroupCommand, DescribeSecurityGroupsCommand } from "@aws-sdk/client-ec2";
import { CreateRepositoryCommand, DescribeRepositoriesCommand } from "@aws-sdk/client-ecr";
import { CreateRoleCommand, GetRoleCommand } from "@aws-sdk/client-iam";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";

import { planBootstrap } from "../../src/aws/bootstrap/bootstrap.ts";
import { readBase } from "../../src/aws/bootstrap/layer.ts";
import { listAudit } from "../../src/aws/bucket/audit-trail.ts";
import { bucketStore } from "../../src/aws/bucket/store.ts";
import { environmentName } from "../../src/core/ids.ts";
import { isEmptyPlan } from "../../src/platform/plan.ts";
import { bootstrap, bootstrapChanges } from "./rig/bootstrap.ts";
import { describeWith } from "../rig/parts.ts";
import { bootstrapped } from "./deploy-fixture.ts";
import { record, type Call } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { contextInNetwork } from "./rig/network.ts";
import { unwrap } from "./rig/unwrap.ts";

const created = [
  "create service-linked-role AWSServiceRoleForECS",
  "create service-linked-role AWSServiceRoleForAutoScaling",
  "create service-linked-role AWSServiceRoleForEC2Spot",
  "create role esteira-acme-dev-step-functions",
  "create role esteira-acme-dev-scheduler",
  "create role esteira-acme-dev-task-execution",
  "create role esteira-acme-dev-task",
  "create role esteira-acme-dev-instance",
  "create role esteira-acme-dev-notifier",
  "create instance-profile esteira-acme-dev-instance",
  "create security-group esteira-acme-dev-tasks",
  "create bucket esteira-acme-dev-123456789012",
  "create repository ml-projects",
  "create queue esteira-acme-dev-dead-letters",
  "create log-group /aws/lambda/esteira-acme-dev-notifier",
  "create function esteira-acme-dev-notifier",
  "create rule esteira-acme-dev-runs",
  "create rule esteira-acme-dev-watch",
  "create permission esteira-acme-dev-notifier for esteira-acme-dev-on-*",
  "create document s3://esteira-acme-dev-123456789012/esteira/v1/base.json",
];

describeWith(moto(), "bootstrap", (part) => {
  const server = useMoto(part);
  const contextFor = (environment = {}, more = {}) =>
    contextInNetwork(server().clients(), environment, more);

  test("plans everything, makes it, and then finds nothing to do", async () => {
    const context = await contextFor();
    expect(await bootstrapChanges(context)).toEqual(created);
    const events = await bootstrap(context);
    expect(events.filter(({ kind }) => kind === "step-finished")).toHaveLength(created.length - 1);
    expect(await bootstrapChanges(context)).toEqual([]);
    expect(isEmptyPlan(unwrap(await planBootstrap(context)).plan)).toBe(true);
    expect(await bootstrap(context)).toEqual([]);

    const entries = unwrap(await listAudit(bucketStore(context), { limit: 9 })).items;
    expect(entries).toMatchObject([
      { actor: "root", action: "bootstrap", summary: { create: 19 }, outcome: "succeeded" },
    ]);
  });

  test("reads only, until it is applied", async () => {
    const calls: Call[] = [];
    const context = await contextFor();
    await planBootstrap({ ...context, clients: record(server().clients(), calls) });
    const writes = calls.filter(({ operation }) => !/^(Get|List|Describe|Head)/.test(operation));
    expect(writes).toEqual([]);
  });

  test("gives deploys what they build on", async () => {
    const { context } = await bootstrapped(server());
    const { SecurityGroups = [] } = await context.clients.ec2.send(
      new DescribeSecurityGroupsCommand({
        Filters: [{ Name: "group-name", Values: ["esteira-acme-dev-tasks"] }],
      }),
    );
    const role = (name: string) => `arn:aws:iam::123456789012:role/esteira-acme-dev-${name}`;
    expect(unwrap(await readBase(context, { check: true }))).toEqual({
      roles: {
        step_functions: role("step-functions"),
        scheduler: role("scheduler"),
        task_execution: role("task-execution"),
        task: role("task"),
        instance: role("instance"),
        notifier: role("notifier"),
      },
      instanceProfileArn: "arn:aws:iam::123456789012:instance-profile/esteira-acme-dev-instance",
      securityGroupId: SecurityGroups[0]?.GroupId,
      vpcId: context.environment.vpcId,
      subnetIds: context.environment.subnetIds,
      bucket: {
        bucket: "esteira-acme-dev-123456789012",
        own: true,
        documents: "esteira/v1/",
        artifacts: "artifacts/",
        artifactsUri: "s3://esteira-acme-dev-123456789012/artifacts",
      },
      deadLetterQueueArn: "arn:aws:sqs:us-east-1:123456789012:esteira-acme-dev-dead-letters",
      repositoryUri: "123456789012.dkr.ecr.us-east-1.amazonaws.com/ml-projects",
      logGroups: { notifier: "/aws/lambda/esteira-acme-dev-notifier" },
      outdated: [],
      lacking: [],
      newer: false,
    });
  });

  test("deploys learn in one request what is missing, by name", async () => {
    const context = await contextFor();
    const help = "an administrator runs `esteira bootstrap -e dev`";
    expect(await readBase(context)).toEqual({
      ok: false,
      error: {
        reason: "not-found",
        message:
          "environment dev has no base layer: the bucket esteira-acme-dev-123456789012 does not exist",
        help,
      },
    });
    await bootstrap(
      await contextFor({ roles: { scheduler: "arn:aws:iam::123456789012:role/mine" } }),
    );
    const calls: Call[] = [];
    const counted = { ...context, clients: record(server().clients(), calls) };
    expect(await readBase(counted)).toEqual({
      ok: false,
      error: { reason: "not-found", message: "the base layer of dev lacks role-scheduler", help },
    });
    expect(calls).toHaveLength(1);

    await bootstrap(context);
    const base = unwrap(await readBase(context));
    await context.clients.ec2.send(
      new DeleteSecurityGroupCommand({ GroupId: base.securityGroupId }),
    );
    expect(await readBase(context, { check: true })).toEqual({
      ok: false,
      error: { reason: "not-found", message: "the base layer of dev lacks security-group", help },
    });
    expect(await bootstrapChanges(context)).toEqual([
      "create security-group esteira-acme-dev-tasks",
      "update document s3://esteira-acme-dev-123456789012/esteira/v1/base.json",
    ]);
  });

  test("gives two environments of one account a base layer each", async () => {
    const dev = await contextFor();
    const prd = await contextFor({ name: environmentName("prd"), suffix: "-prd" });
    await bootstrap(dev);
    // The account's own roles, and the repository that both name, are there.
    expect(await bootstrapChanges(prd)).toHaveLength(created.length - 4);
    await bootstrap(prd);
    expect(await bootstrapChanges(dev)).toEqual([]);
    expect(await bootstrapChanges(prd)).toEqual([]);
  });

  test("uses roles, a bucket and a registry that exist instead of making them", async () => {
    const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
    await server()
      .clients()
      .s3.send(new CreateBucketCommand({ Bucket: "ml-data" }));
    const context = await contextFor({
      roles: {
        step_functions: role("sfn"),
        scheduler: role("sched"),
        task_execution: role("exec"),
        task: role("task"),
        instance: "arn:aws:iam::123456789012:instance-profile/ecs",
        notifier: role("notify"),
      },
      artifactsUri: "s3://ml-data/artifacts",
      repository: { kind: "oci", reference: "registry.example.com/ml" },
    });
    const document = "s3://ml-data/esteira/v1/acme/dev/base.json";
    expect(await bootstrapChanges(context)).toEqual([
      ...created.slice(0, 3),
      "create security-group esteira-acme-dev-tasks",
      "create queue esteira-acme-dev-dead-letters",
      "create log-group /aws/lambda/esteira-acme-dev-notifier",
      "create function esteira-acme-dev-notifier",
      "create rule esteira-acme-dev-runs",
      "create rule esteira-acme-dev-watch",
      "create permission esteira-acme-dev-notifier for esteira-acme-dev-on-*",
      `create document ${document}`,
    ]);
    // Lambda looks whether it can take on the role.
    const RoleName = "notify";
    await context.clients.iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument:
          '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
      }),
    );
    await bootstrap(context);
    expect(unwrap(await readBase(context))).toMatchObject({
      roles: { step_functions: role("sfn"), task: role("task") },
      instanceProfileArn: "arn:aws:iam::123456789012:instance-profile/ecs",
      repositoryUri: "registry.example.com/ml",
      bucket: { artifactsUri: "s3://ml-data/artifacts" },
    });
  });

  test("puts every role under the permissions boundary", async () => {
    const boundary = "arn:aws:iam::123456789012:policy/limit";
    const { context } = await bootstrapped(server());
    const bounded = await contextFor({ permissionsBoundary: boundary });
    expect((await bootstrapChanges(bounded)).slice(0, 1)).toEqual([
      "update role esteira-acme-dev-step-functions: permissions_boundary",
    ]);
    await bootstrap(bounded);
    const { Role } = await context.clients.iam.send(
      new GetRoleCommand({ RoleName: "esteira-acme-dev-notifier" }),
    );
    expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(boundary);
  });

  test("leaves an existing repository as it is", async () => {
    const context = await contextFor();
    await context.clients.ecr.send(
      new CreateRepositoryCommand({
        repositoryName: "ml-projects",
        imageTagMutability: "IMMUTABLE",
      }),
    );
    expect(await bootstrapChanges(context)).not.toContain("create repository ml-projects");
    await bootstrap(context);
    const { repositories = [] } = await context.clients.ecr.send(
      new DescribeRepositoriesCommand({}),
    );
    expect(repositories).toMatchObject([
      { repositoryName: "ml-projects", imageTagMutability: "IMMUTABLE" },
    ]);
  });

  test("asks for what only AWS checks, as AWS wants it", async () => {
    const calls: Call[] = [];
    const context = await contextInNetwork(server().clients({ region: "eu-west-1" }), {
      region: "eu-west-1",
    });
    await bootstrap({
      ...context,
      clients: record(server().clients({ region: "eu-west-1" }), calls),
    });
    const inputOf = (name: string) => calls.find(({ operation }) => operation === name)?.input;
    // Its first region has no name there, all the others need theirs.
    expect(inputOf("CreateBucket")).toMatchObject({
      CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
    });
    expect(inputOf("CreateSecurityGroup")?.["Description"]).toMatch(
      /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/,
    );
    const owners = calls
      .filter(({ service, operation }) => service === "s3" && operation !== "CreateBucket")
      .map(({ input }) => input["ExpectedBucketOwner"]);
    expect(new Set(owners)).toEqual(new Set(["123456789012"]));

    calls.length = 0;
    await server().reset();
    await bootstrap({ ...(await contextFor()), clients: record(server().clients(), calls) });
    expect(inputOf("CreateBucket")).toEqual({ Bucket: "esteira-acme-dev-123456789012" });
  });
});
