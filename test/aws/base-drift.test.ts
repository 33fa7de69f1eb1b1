import { AuthorizeSecurityGroupIngressCommand } from "@aws-sdk/client-ec2";
import {
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  GetInstanceProfileCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import {
  DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";

import { applyBootstrap, planBootstrap } from "../../src/aws/bootstrap/bootstrap.ts";
import { readBase } from "../../src/aws/bootstrap/layer.ts";
import type { ApplyEvent } from "../../src/platform/port.ts";
import { environmentName } from "../../src/core/ids.ts";
import { bootstrap, bootstrapChanges } from "./rig/bootstrap.ts";
import { awsContext } from "./rig/context.ts";
import { describeWith } from "../rig/parts.ts";
import { bootstrapped } from "./deploy-fixture.ts";
import { intercept, loseAnswers, type Call } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { contextInNetwork } from "./rig/network.ts";
import { unwrap } from "./rig/unwrap.ts";

describeWith(moto(), "a base layer that isn't as it should be", (part) => {
  const server = useMoto(part);
  const contextFor = (environment = {}, more = {}) =>
    contextInNetwork(server().clients(), environment, more);

  test("a managed policy that AWS doesn't have is named at once, and not waited for", async () => {
    const absent = Object.assign(
      new Error("Policy arn:aws:iam::aws:policy/x does not exist or is not attachable."),
      { name: "NoSuchEntityException", $metadata: { httpStatusCode: 404 } },
    );
    const clients = intercept(server().clients(), ({ operation }) => {
      if (operation === "AttachRolePolicy" || operation === "GetPolicy") throw absent;
      return undefined;
    });
    const context = { ...(await contextFor()), clients };
    const events: ApplyEvent[] = [];
    const applied = await applyBootstrap(context, unwrap(await planBootstrap(context)), {
      actor: "root",
      listener: (event) => events.push(event),
    });
    expect(applied).toEqual({
      ok: false,
      error: {
        reason: "failed",
        resource: "role esteira-acme-dev-instance",
        message:
          "could not create the role esteira-acme-dev-instance: there is no managed policy arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role, which the role needs",
      },
    });
    expect(events.filter(({ kind }) => kind === "output")).toEqual([]);
  });

  test("finds what somebody changed, and fixes it", async () => {
    const { context } = await bootstrapped(server());
    const { iam, s3, ec2 } = context.clients;
    const role = { RoleName: "esteira-acme-dev-scheduler" };
    await iam.send(
      new UpdateAssumeRolePolicyCommand({
        ...role,
        PolicyDocument:
          '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"scheduler.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
      }),
    );
    await iam.send(new DeleteRolePolicyCommand({ ...role, PolicyName: "esteira" }));
    const Bucket = "esteira-acme-dev-123456789012";
    await s3.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } }),
    );
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    const { securityGroupId } = unwrap(await readBase(context));
    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: securityGroupId,
        IpPermissions: [
          { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] },
        ],
      }),
    );
    expect(await bootstrapChanges(context)).toEqual([
      "update role esteira-acme-dev-scheduler: trust, policy (drift)",
      "update security-group esteira-acme-dev-tasks: ingress (drift)",
      "update bucket esteira-acme-dev-123456789012: private, versioned (drift)",
    ]);
    await bootstrap(context);
    expect(await bootstrapChanges(context)).toEqual([]);
  });

  test("leaves alone what an administrator attached to a role, and what else is in a bucket's policy", async () => {
    const { context } = await bootstrapped(server());
    const RoleName = "esteira-acme-dev-task";
    const own =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}';
    await context.clients.iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName: "mlflow", PolicyDocument: own }),
    );
    expect(await bootstrapChanges(context)).toEqual([]);
    const { Policy } = await context.clients.s3.send(
      new GetBucketPolicyCommand({ Bucket: "esteira-acme-dev-123456789012" }),
    );
    expect(JSON.parse(Policy ?? "")).toMatchObject({
      Statement: [
        {
          Sid: "EsteiraOnlyTls",
          Effect: "Deny",
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    });
  });

  test("doesn't touch what isn't Esteira's, unless it is asked to adopt it", async () => {
    const context = await contextFor();
    await context.clients.iam.send(
      new CreateRoleCommand({
        RoleName: "esteira-acme-dev-task",
        AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}',
      }),
    );
    const plan = unwrap(await planBootstrap(context));
    const error = {
      reason: "conflict",
      message: "role esteira-acme-dev-task exists and isn't Esteira's",
      help: "look at it; `--adopt` takes it over and brings it to what the plan says",
      resource: "role esteira-acme-dev-task",
    };
    expect(plan.refused).toEqual([error]);
    const options = { actor: "root", listener: () => undefined };
    expect(await applyBootstrap(context, plan, options)).toEqual({ ok: false, error });
    const { Roles = [] } = await context.clients.iam.send(new ListRolesCommand({}));
    expect(Roles.map(({ RoleName }) => RoleName)).toEqual(["esteira-acme-dev-task"]);

    expect(await bootstrapChanges(context, { adopt: true })).toContain(
      "update role esteira-acme-dev-task: trust, policy, tags.esteira:managed-by, tags.esteira:workspace, tags.esteira:environment",
    );
    await bootstrap(context, { adopt: true });
    expect(await bootstrapChanges(context)).toEqual([]);
  });

  test("refuses another environment's, adopted or not", async () => {
    const environment = { name: environmentName("c") };
    await bootstrap(await contextFor(environment, { workspace: "a-b" }));
    const other = await contextFor({ name: environmentName("b-c") }, { workspace: "a" });
    const { refused } = unwrap(await planBootstrap(other, { adopt: true }));
    expect(refused[0]).toEqual({
      reason: "conflict",
      message:
        "role esteira-a-b-c-step-functions exists and belongs to workspace a-b, environment c",
      help: "two environments can't share it: rename the workspace or the environment in esteira.yaml",
      resource: "role esteira-a-b-c-step-functions",
    });
    expect(await readBase(other)).toMatchObject({
      ok: false,
      error: {
        message: "the bucket esteira-a-b-c-123456789012 belongs to workspace a-b, environment c",
      },
    });
  });

  test("continues where an earlier bootstrap was cut, before or after a write was served", async () => {
    let [writes, last] = [0, 0];
    const cut = ({ operation }: Call): Error | undefined => {
      if (/^(Get|List|Describe|Head)/.test(operation)) return undefined;
      writes += 1;
      if (writes < last) return undefined;
      writes = last;
      return Object.assign(new Error("the machine is gone"), { name: "AbortError" });
    };
    // Each time in the same network, and so by the same plan.
    const { environment } = await emptyAccount();
    const firsts = [
      loseAnswers(server().clients(), cut),
      intercept(server().clients(), (call) => {
        const failure = cut(call);
        if (failure !== undefined) throw failure;
        return undefined;
      }),
    ].map(async (clients) => {
      const context = awsContext(clients, { environment });
      return { context, plan: unwrap(await planBootstrap(context)) };
    });
    const [after, before] = await Promise.all(firsts);
    /** Bootstraps until the write of that number fails; says how many there were. */
    const writesOfFirst = async (number: number): Promise<number> => {
      const first = number % 2 === 0 ? after : before;
      if (first === undefined) throw new Error("there are two");
      [writes, last] = [0, number];
      const options = { actor: "root", listener: () => undefined };
      await applyBootstrap(first.context, first.plan, options);
      return writes;
    };

    const total = await writesOfFirst(Number.POSITIVE_INFINITY);
    expect(total).toBeGreaterThan(20);
    for (let number = 1; number <= total; number += 1) {
      await server().reset();
      await emptyAccount();
      expect(await writesOfFirst(number)).toBe(number);
      const context = awsContext(server().clients(), { environment });
      await bootstrap(context);
      expect(await bootstrapChanges(context)).toEqual([]);
      const { InstanceProfile } = await context.clients.iam.send(
        new GetInstanceProfileCommand({ InstanceProfileName: "esteira-acme-dev-instance" }),
      );
      expect(InstanceProfile?.Roles).toHaveLength(1);
    }

    function emptyAccount() {
      return server().prepared("an empty account", async () => {
        const { environment } = await contextFor();
        return { environment };
      });
    }
  });
});
