import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { CreateQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";

import { keys } from "../../src/aws/bucket/location.ts";
import { bucketStore } from "../../src/aws/bucket/store.ts";
import { readDeadLetters } from "../../src/aws/watch/dead-letters.ts";
import { notifiedInBucket } from "../../src/aws/watch/notified-findings.ts";
import { waitingSince } from "../../src/aws/watch/waiting.ts";
import { environmentName } from "../../src/core/ids.ts";
import { describeWith } from "../rig/parts.ts";
import { awsContext, awsEnvironment } from "./rig/context.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";

describeWith(moto(), "watching over an account", (part) => {
  const server = useMoto(part);

  test("the dead-letter queue is looked into and left as it is", async () => {
    const clients = server().clients();
    const context = awsContext(clients, { environment: awsEnvironment({ suffix: "-dev" }) });
    const store = bucketStore(context);
    expect(unwrap(await readDeadLetters(context, store))).toEqual({ starts: [], unreported: [] });

    const { QueueUrl = "" } = await clients.sqs.send(
      new CreateQueueCommand({ QueueName: "esteira-acme-dev-dead-letters" }),
    );
    const send = (attributes: Readonly<Record<string, string>>) =>
      clients.sqs.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody: "{}",
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, StringValue]) => [
              name,
              { DataType: "String", StringValue },
            ]),
          ),
        }),
      );
    const schedule = (name: string) =>
      `arn:aws:scheduler:us-east-1:123456789012:schedule/default/${name}`;
    // As https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html shows
    // them.
    for (let day = 1; day <= 11; day += 1) {
      await send({
        ERROR_CODE: "AWS.StepFunctions.AccessDeniedException",
        ERROR_MESSAGE: "not authorized to perform: states:StartExecution",
        EXECUTION_ID: "ad06616e51cdf74a",
        EXHAUSTED_RETRY_CONDITION: "MaximumRetryAttempts",
        IS_PAYLOAD_TRUNCATED: "false",
        RETRY_ATTEMPTS: "3",
        SCHEDULED_TIME: `2026-11-${String(day).padStart(2, "0")}T03:00:00Z`,
        SCHEDULE_ARN: schedule("sched-recsys-dev"),
        TARGET_ARN: "arn:aws:states:us-east-1:123456789012:stateMachine:recsys-dev-workflow",
      });
    }
    await send({ SCHEDULE_ARN: schedule("theirs") });
    await send({ RULE_ARN: "arn:aws:events:us-east-1:123456789012:rule/other" });

    const once = unwrap(await readDeadLetters(context, store)).starts;
    expect(once).toHaveLength(12);
    expect(once.find(({ scheduledTime }) => scheduledTime === Date.UTC(2026, 10, 1, 3))).toEqual({
      id: expect.any(String) as string,
      project: "recsys",
      schedule: "sched-recsys-dev",
      scheduledTime: Date.UTC(2026, 10, 1, 3),
      error:
        "AWS.StepFunctions.AccessDeniedException: not authorized to perform: states:StartExecution",
    });
    expect(once.find(({ project }) => project === undefined)).toMatchObject({
      schedule: "theirs",
      scheduledTime: undefined,
      error: "an error that it doesn't name",
    });
    const again = unwrap(await readDeadLetters(context, store)).starts;
    expect(new Set(again.map(({ id }) => id))).toEqual(new Set(once.map(({ id }) => id)));
  });

  test("ends of runs that nobody was notified of lie there too, until the notifier has come to them", async () => {
    const clients = server().clients();
    const environment = awsEnvironment({ name: environmentName("prd"), suffix: "-prd" });
    const context = awsContext(clients, { environment });
    const store = bucketStore(context);
    await clients.s3.send(new CreateBucketCommand({ Bucket: store.location.bucket }));
    const { QueueUrl = "" } = await clients.sqs.send(
      new CreateQueueCommand({ QueueName: "esteira-acme-prd-dead-letters" }),
    );
    const event = (machine: string, run: string) => ({
      source: "aws.states",
      time: "2026-11-25T03:10:00Z",
      detail: {
        executionArn: `arn:aws:states:us-east-1:123456789012:execution:${machine}:${run}`,
        stateMachineArn: `arn:aws:states:us-east-1:123456789012:stateMachine:${machine}`,
      },
    });
    const send = (body: unknown, attributes: Readonly<Record<string, string>> = {}) =>
      clients.sqs.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody: typeof body === "string" ? body : JSON.stringify(body),
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, StringValue]) => [
              name,
              { DataType: "String", StringValue },
            ]),
          ),
        }),
      );
    // As https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html has it, and then
    // as https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html has it.
    await send(event("recsys-prd-workflow", "run-1"), {
      RULE_ARN: "arn:aws:events:us-east-1:123456789012:rule/esteira-acme-prd-runs",
      ERROR_CODE: "NO_PERMISSIONS",
      ERROR_MESSAGE: "Lambda refused",
    });
    await send({
      version: "1.0",
      timestamp: "2026-11-25T03:15:00.000Z",
      requestContext: { condition: "RetriesExhausted", approximateInvokeCount: 3 },
      requestPayload: event("recsys-prd-workflow", "run-2"),
      responseContext: { statusCode: 200, functionError: "Unhandled" },
      responsePayload: { errorType: "NotifierError", errorMessage: "no rights" },
    });
    await send({ requestPayload: event("recsys-dev-workflow", "run-3") });
    await send({ requestPayload: { esteira: "watch" } });
    await send("not JSON");

    const read = unwrap(await readDeadLetters(context, store));
    expect(read.starts).toEqual([]);
    expect(read.unreported.toSorted((a, b) => (a.run < b.run ? -1 : 1))).toEqual([
      {
        id: expect.any(String) as string,
        project: "recsys",
        run: "run-1",
        at: Date.UTC(2026, 10, 25, 3, 10),
        error: "NO_PERMISSIONS: Lambda refused",
      },
      {
        id: expect.any(String) as string,
        project: "recsys",
        run: "run-2",
        at: Date.UTC(2026, 10, 25, 3, 15),
        error: "no rights",
      },
    ]);

    unwrap(await store.put(keys.ledgerHistory("recsys", "run-1"), JSON.stringify({ schema: 1 })));
    const since = unwrap(await readDeadLetters(context, store)).unreported;
    expect(since.map(({ run }) => run)).toEqual(["run-2"]);
  });

  test("a task waits for an instance while ECS calls it PROVISIONING", async () => {
    const asked: unknown[] = [];
    const tasks = [
      { lastStatus: "RUNNING", createdAt: 1_795_600_000 },
      { lastStatus: "PROVISIONING", createdAt: 1_795_600_300 },
      { lastStatus: "PROVISIONING", createdAt: 1_795_600_200.5 },
    ];
    // ECS as it answers
    // (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html): the
    // emulator's tasks run at once.
    const ecs = createServer((request, response) => {
      let body = "";
      request.on("data", (part: Buffer) => (body += String(part)));
      request.on("end", () => {
        asked.push(request.headers["x-amz-target"], JSON.parse(body));
        response.setHeader("content-type", "application/x-amz-json-1.1");
        response.end(JSON.stringify({ tasks: asked.length > 2 ? tasks.slice(0, 1) : tasks }));
      });
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => ecs.once("listening", resolve));
    const endpointUrl = `http://127.0.0.1:${(ecs.address() as AddressInfo).port}`;
    const context = awsContext(server().clients({ endpointUrl }));
    expect(unwrap(await waitingSince(context, "recsys", ["a", "b", "c"]))).toBe(1_795_600_200_500);
    expect(asked).toEqual([
      "AmazonEC2ContainerServiceV20141113.DescribeTasks",
      { cluster: "ml-cluster-recsys", tasks: ["a", "b", "c"] },
    ]);
    expect(unwrap(await waitingSince(context, "recsys", ["a"]))).toBeUndefined();
    ecs.close();
    expect(
      unwrap(await waitingSince(awsContext(server().clients()), "never-deployed", ["a"])),
    ).toBeUndefined();
  });

  test("findings of places with the longest and with similar names are remembered each", async () => {
    const clients = server().clients();
    await clients.s3.send(new CreateBucketCommand({ Bucket: "esteira-acme-dev-123456789012" }));
    const { notified, markNotified } = notifiedInBucket(bucketStore(awsContext(clients)));
    const longest = `not-fresh/recsys/s3://lake/${"ã/".repeat(340)}/1769828400000`;
    const similar = ["unseen/recsys/s3://lake/a.b/", "unseen/recsys/s3://lake/a/b/"];
    unwrap(await markNotified("recsys", [longest, similar[0] ?? ""]));
    const found = unwrap(await notified("recsys", [longest, ...similar]));
    expect([...found.keys()]).toEqual([longest, similar[0]]);
  });

  test("what people were notified is remembered in the bucket", async () => {
    const clients = server().clients();
    await clients.s3.send(new CreateBucketCommand({ Bucket: "esteira-acme-dev-123456789012" }));
    const { notified, markNotified } = notifiedInBucket(bucketStore(awsContext(clients)));
    const keys = ["missed/recsys/after-0", "stuck/recsys/recsys-1/17"];
    const known = async (project: string) => unwrap(await notified(project, keys));
    expect(await known("recsys")).toEqual(new Map());
    const before = Date.now() - 1000;
    unwrap(await markNotified("recsys", keys.slice(0, 1)));
    unwrap(await markNotified("recsys", keys.slice(0, 1)));
    expect([...(await known("recsys")).keys()]).toEqual(keys.slice(0, 1));
    expect((await known("recsys")).get(keys[0] ?? "")).toBeGreaterThan(before);
    expect(await known("other")).toEqual(new Map());
  });
});
