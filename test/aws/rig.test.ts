import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  ListRolesCommand,
} from "@aws-sdk/client-iam";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { ListStateMachinesCommand } from "@aws-sdk/client-sfn";
import { CreateQueueCommand, ListQueuesCommand } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";

import { describeWith } from "../rig/parts.ts";
import { record, type Call } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";

describeWith(moto(), "the emulator of AWS", (part) => {
  const server = useMoto(part);

  test("has accounts that don't see each other", async () => {
    const one = server().clients({ account: "111111111111" });
    const other = server().clients({ account: "222222222222" });
    await one.sqs.send(new CreateQueueCommand({ QueueName: "q" }));
    expect((await one.sts.send(new GetCallerIdentityCommand())).Account).toBe("111111111111");
    expect((await one.sqs.send(new ListQueuesCommand())).QueueUrls).toHaveLength(1);
    expect((await other.sts.send(new GetCallerIdentityCommand())).Account).toBe("222222222222");
    expect((await other.sqs.send(new ListQueuesCommand())).QueueUrls).toBeUndefined();
  });

  test("has forgotten what an earlier test made", async () => {
    const one = server().clients({ account: "111111111111" });
    expect((await one.sqs.send(new ListQueuesCommand())).QueueUrls).toBeUndefined();
  });

  test("reports what was called, with what", async () => {
    const calls: Call[] = [];
    const clients = record(server().clients(), calls);
    await clients.sqs.send(new CreateQueueCommand({ QueueName: "q" }));
    expect(calls).toEqual([
      { service: "sqs", operation: "CreateQueue", input: { QueueName: "q" } },
    ]);
  });

  test("gives an object to one of many who claim it at once", async () => {
    const { s3 } = server().clients();
    await s3.send(new CreateBucketCommand({ Bucket: "claims" }));
    for (let round = 0; round < 20; round += 1) {
      const claims = Array.from({ length: 8 }, (_, index) =>
        s3.send(
          new PutObjectCommand({
            Bucket: "claims",
            Key: `claim-${round}`,
            Body: `${index}`,
            IfNoneMatch: "*",
          }),
        ),
      );
      const ends = await Promise.allSettled(claims);
      expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    }
  });

  test("looks at policies when asked to", async () => {
    const { iam } = server().clients();
    await iam.send(new CreateUserCommand({ UserName: "deploy" }));
    const { Policy: policy } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: "only-states",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "states:ListStateMachines", Resource: "*" }],
        }),
      }),
    );
    await iam.send(new AttachUserPolicyCommand({ UserName: "deploy", PolicyArn: policy?.Arn }));
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: "deploy" }));
    await server().enforcePolicies(0);

    const user = server().clients({
      credentials: {
        accessKeyId: key?.AccessKeyId ?? "",
        secretAccessKey: key?.SecretAccessKey ?? "",
      },
    });
    expect((await user.sfn.send(new ListStateMachinesCommand())).stateMachines).toEqual([]);
    await expect(user.iam.send(new ListRolesCommand())).rejects.toThrow(
      "is not authorized to perform: iam:ListRoles",
    );
  });

  test("asks nobody for policies in the next test", async () => {
    expect((await server().clients().iam.send(new ListRolesCommand())).Roles).toEqual([]);
  });
});
