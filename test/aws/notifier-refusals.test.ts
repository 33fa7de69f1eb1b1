import { CreateEmailIdentityCommand } from "@aws-sdk/client-sesv2";
import { GetQueueUrlCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";

import { lastNotified, listUnreported } from "../../src/aws/bucket/notified.ts";
import { bucketStore } from "../../src/aws/bucket/store.ts";
import { rolePolicies } from "../../src/aws/iam/role-policies.ts";
import { policyScope } from "../../src/aws/iam/scope.ts";
import { notifierClients } from "../../src/aws/notifier/clients.ts";
import type { NotifierRequest } from "../../src/aws/notifier/events.ts";
import { serve } from "../../src/aws/notifier/notifier.ts";
import { systemTiming } from "../../src/aws/sdk/timing.ts";
import { projectName } from "../../src/core/ids.ts";
import { runInput } from "../../src/runs/input.ts";
import { describeWith } from "../rig/parts.ts";
import { deploy, recsys } from "./deploy-fixture.ts";
import { putDeployedImages } from "./images-ecr-rig.ts";
import { authorizationsOf } from "./rig/authorizations.ts";
import { type Call, intercept, record } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { evaluate } from "./rig/policy.ts";
import { acceleratedTiming } from "./rig/timing.ts";
import { unwrap } from "./rig/unwrap.ts";
import { ended, runsEnvironment } from "./runs-fixture.ts";

const account = {
  partition: "aws",
  accountId: "123456789012",
  region: "us-east-1",
  instanceRole: "arn:aws:iam::123456789012:role/esteira-acme-dev-instance",
};
const project = projectName("recsys");
const noSpot = "Could not launch Spot Instances. InsufficientInstanceCapacity";

const thrown = (name: string): Error => Object.assign(new Error("Rate exceeded"), { name });

describeWith(moto(), "the notifier, refused", (part) => {
  const server = useMoto(part);

  test("it notifies through AWS's refusals, and looks at what waits for instances, with the rights that it has", async () => {
    let waits = false;
    let began = new Date();
    await using runs = await runsEnvironment(server(), {
      script() {
        began = new Date();
        if (waits) return { end: "waits" };
        const document = {
          StopCode: "TaskFailedToStart",
          StoppedReason: "Task failed to start",
          Containers: [{ Name: "recsys", LastStatus: "STOPPED" }],
        };
        return { takes: 50, end: { document } };
      },
    });
    const { environment, sfn } = runs;
    const platform = await runs.open();
    const steps = recsys().steps.map((step) => ({ ...step, retries: 0 }));
    await deploy(platform, [environment.release(recsys({ steps }))]);
    await putDeployedImages(server().clients(), platform);
    await runs.clients.ses.send(
      new CreateEmailIdentityCommand({ EmailIdentity: "esteira@example.com" }),
    );

    const calls: Call[] = [];
    const refusals = new Map<string, Error>();
    const clients = intercept(
      record(
        notifierClients({
          region: "us-east-1",
          endpointUrl: sfn.url,
          timing: acceleratedTiming(100),
          credentials: { accessKeyId: "AKIAESTEIRATEST", secretAccessKey: "secret" },
        }),
        calls,
      ),
      ({ operation }) => {
        const refusal = refusals.get(operation);
        if (refusal !== undefined) throw refusal;
        // The emulator launches nothing and runs no tasks: these are AWS's answers.
        if (operation === "DescribeTasks") return { tasks: [] };
        if (operation !== "DescribeScalingActivities") return undefined;
        return {
          Activities: [{ StatusCode: "Failed", StatusMessage: noSpot, StartTime: began }],
        };
      },
    );
    const mail = { transport: "ses", from: "esteira@example.com", smtp: undefined } as const;
    const context = {
      ...environment.context,
      clients,
      // What runs here would have run for long by a faster clock.
      timing: systemTiming,
      environment: { ...environment.context.environment, mail },
    };
    const log: string[] = [];
    const call = (request: NotifierRequest) =>
      serve(context, request, {
        requestId: "one",
        endsAt: systemTiming.now() + 600_000,
        log: (line) => log.push(line),
      });
    const failed = async (): Promise<NotifierRequest & { readonly kind: "run-ended" }> => {
      const run = unwrap(await platform.start(project, runInput(), { mode: "detach" }));
      expect((await ended(platform, run)).status).toBe("FAILED");
      const arn = "arn:aws:states:us-east-1:123456789012";
      const event = {
        executionArn: `${arn}:execution:recsys-workflow:${run}`,
        stateMachineArn: `${arn}:stateMachine:recsys-workflow`,
      };
      return { kind: "run-ended", event };
    };
    const runOf = ({ event }: { readonly event: { readonly executionArn: string } }) =>
      event.executionArn.split(":").at(-1) ?? "";
    const store = bucketStore(context);

    // The line of `status`, with what Auto Scaling says.
    const first = await failed();
    unwrap(await call(first));
    expect(unwrap(await lastNotified(store, "recsys", runOf(first)))).toMatchObject({
      notification: {
        body: expect.stringContaining(
          `What happened: extract_features could not begin: no instance had room for it: ${noSpot}\n`,
        ) as string,
      },
      deliveries: [{ recipient: "oncall@rentcars.com", state: "sent" }],
    });

    // Hundreds of runs end together, and AWS gives the tags of one state machine a second; and
    // nobody is notified why no instance came up.
    const second = await failed();
    refusals.set("ListTagsForResource", thrown("ThrottlingException"));
    refusals.set("DescribeScalingActivities", thrown("AccessDeniedException"));
    refusals.set("SendEmail", thrown("BadRequestException"));
    unwrap(await call(second));
    expect(unwrap(await lastNotified(store, "recsys", runOf(second)))).toMatchObject({
      deliveries: [{ recipient: "oncall@rentcars.com", state: "failed" }],
    });
    expect(unwrap(await listUnreported(store))).toEqual([]);

    // Whom it had given up and is to try again waits to be found by the hourly look, until that
    // worked.
    refusals.set("SendEmail", thrown("ServiceUnavailable"));
    const retry = { kind: "retry", run: { project: "recsys", run: runOf(second) } } as const;
    expect(unwrap(await call(retry))).toMatchObject({ deliveries: [{ state: "waiting" }] });
    expect(unwrap(await listUnreported(store))).toEqual([
      { project: "recsys", run: runOf(second), redriveCount: 0 },
    ]);
    refusals.clear();
    expect(unwrap(await call({ kind: "retry", run: undefined }))).toMatchObject({
      deliveries: [{ state: "sent", attempts: 2 }],
    });
    expect(unwrap(await listUnreported(store))).toEqual([]);

    // A machine of others that ends many runs costs no request of Step Functions.
    const before = calls.length;
    const arn = "arn:aws:states:us-east-1:123456789012";
    const event = {
      executionArn: `${arn}:execution:theirs-workflow:x`,
      stateMachineArn: `${arn}:stateMachine:theirs-workflow`,
    };
    unwrap(await call({ kind: "run-ended", event }));
    expect(calls.slice(before).map(({ operation }) => operation)).toEqual([
      "GetObject", // who has places of pools
      "ListObjectsV2",
    ]);

    // The hourly look: a failed run, one that continues, and a start that was given up.
    waits = true;
    const waiting = unwrap(await platform.start(project, runInput(), { mode: "detach" }));
    await expect
      .poll(
        async () => unwrap(await platform.events(waiting, { limit: 1000 })).items.at(-1)?.type,
        { timeout: 60_000 },
      )
      .toBe("TaskSubmitted");
    const { sqs } = runs.clients;
    const QueueName = "esteira-acme-dev-dead-letters";
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    const text = (StringValue: string) => ({ DataType: "String", StringValue });
    await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: "{}",
        MessageAttributes: {
          ERROR_CODE: text("AccessDeniedException"),
          SCHEDULED_TIME: text("2026-01-31T03:00:00Z"),
          SCHEDULE_ARN: text(
            "arn:aws:scheduler:us-east-1:123456789012:schedule/default/sched-recsys",
          ),
        },
      }),
    );
    const watching = calls.length;
    unwrap(await call({ kind: "watch" }));
    // AWS gives the tags of one state machine a second: they aren't asked for, however many
    // projects there is something to report about.
    const asked = new Set(calls.slice(watching).map(({ operation }) => operation));
    expect(asked).not.toContain("ListTagsForResource");
    expect(log.at(-1)).toMatch(
      /^watched: 1 not as it should be, 1 notified now; sched-recsys could/,
    );
    unwrap(await platform.stop(waiting, "ana"));
    // Of few messages SQS may find none at first sight, unless it is asked to wait.
    const looks = calls.filter(({ operation }) => operation === "ReceiveMessage");
    expect(looks.map(({ input }) => input["WaitTimeSeconds"])).toEqual([1, 1]);

    const document = rolePolicies.notifier(policyScope(context));
    const refused = calls
      .flatMap((one) => authorizationsOf(one, account))
      .filter((right) => document === undefined || evaluate([document], right) !== "allowed");
    expect(refused).toEqual([]);
  });
});
