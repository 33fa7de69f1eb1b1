import { CreateEmailIdentityCommand } from "@aws-sdk/client-sesv2";
import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";

import { runPolicy } from "../../src/aws/iam/deploy-policies.ts";
import { policyScope } from "../../src/aws/iam/scope.ts";
import { notifierDeliveries } from "../../src/aws/notifier/ask.ts";
import { asciiSubject, topicName } from "../../src/aws/notifier/mail.ts";
import { bucketStore } from "../../src/aws/bucket/store.ts";
import { executionArn } from "../../src/aws/runs/execution.ts";
import { projectName, runId } from "../../src/core/ids.ts";
import { runInput } from "../../src/runs/input.ts";
import { localDate } from "../../src/schedule/after.ts";
import type { Json } from "../../src/core/json.ts";
import { describeWith } from "../rig/parts.ts";
import { deploy, recsys } from "./deploy-fixture.ts";
import { eventOf, marksOf, oneStep, useNotified } from "./notifier-fixture.ts";
import { intercept, record, type Call } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { notifierServing } from "./rig/notifier-serving.ts";
import { missingRights } from "./rig/rights.ts";
import { useProxy } from "./rig/proxy.ts";
import { unwrap } from "./rig/unwrap.ts";

const people = {
  onSuccess: [],
  onFailure: [{ kind: "email", address: "Ana@example.com" }],
} as const;

describeWith(moto(), "the notifier's rights", (part) => {
  const server = useMoto(part, "when asked");
  const environment = useNotified(server, () => proxy(), {
    transport: "ses",
    from: "esteira@example.com",
    smtp: undefined,
  });
  const proxy = useProxy(environment);

  const { serving, policyOf } = notifierServing(environment, server);

  test("suffice for all that it asks, by SES, for the hourly look and for notifying again", async () => {
    const { deploy, ended, context } = environment();
    await context.clients.ses.send(
      new CreateEmailIdentityCommand({ EmailIdentity: "ana@example.com" }),
    );
    await deploy({ ...oneStep("python score.py 3"), notifications: people });
    const run = await ended();
    const { call, calls } = serving("ses");
    unwrap(await call(eventOf(run, { status: "RUNNING", redriveCount: 0 })));
    unwrap(await call(eventOf(run)));
    unwrap(await call({ esteira: "watch" }));
    unwrap(await call({ esteira: "retry", project: "recsys", run }));
    const asked = new Set(calls.map(({ service, operation }) => `${service}:${operation}`));
    expect([...asked]).toEqual(
      expect.arrayContaining([
        "ses:SendEmail",
        "states:GetExecutionHistory",
        "logs:GetLogEvents",
        "s3:PutObject",
        "s3:DeleteObject",
        "scheduler:GetSchedule",
      ]),
    );
    expect(missingRights(policyOf(), calls)).toEqual([]);
  });

  test("by SNS each address has a topic, asks for one confirmation, and waits for it", async () => {
    const { deploy, ended, context } = environment();
    await deploy({ ...oneStep("python score.py 3"), notifications: people });
    const run = await ended();
    const { call, calls, lines } = serving("sns");
    const why =
      "SNS has asked for a confirmation that has not been given yet: look for a mail of AWS Notifications";
    expect(await call(eventOf(run))).toEqual({
      ok: false,
      error: {
        reason: "unavailable",
        message: `not notified of ${run}: Ana@example.com (${why})`,
        help: "it is tried again",
      },
    });
    const asked = () => calls.filter(({ service }) => service === "sns");
    expect(asked().map(({ operation }) => operation)).toEqual([
      "CreateTopic",
      "ListSubscriptionsByTopic",
      "Subscribe",
    ]);
    expect(asked()[0]?.input).toEqual({ Name: topicName(context, "ana@example.com") });
    expect(topicName(context, "ana@example.com")).toMatch(/^esteira-acme-dev-to-[0-9a-f]{16}$/);

    // The emulator takes everybody for confirmed.
    unwrap(await call(eventOf(run), "one"));
    expect(
      asked()
        .slice(3)
        .map(({ operation }) => operation),
    ).toEqual(["CreateTopic", "ListSubscriptionsByTopic", "Publish"]);
    expect(asked().at(-1)?.input).toMatchObject({ Subject: "[dev] recsys failed at score_model" });
    expect(await marksOf(context, run)).toEqual([
      { recipient: "Ana@example.com", state: "sent", attempts: 2 },
    ]);
    expect(lines.at(-1)).toBe(`${run} FAILED: notified Ana@example.com`);
    expect(missingRights(policyOf(), calls)).toEqual([]);
  });

  test("a subject for SNS is ASCII and has a hundred characters at most", () => {
    expect(asciiSubject("[prd] previsão: ação → ok")).toBe("[prd] previsao: acao ? ok");
    expect(asciiSubject("x".repeat(300))).toHaveLength(100);
  });

  test("who runs things may ask the function, and sees in the bucket who was notified", async () => {
    const { deploy, ended, context } = environment();
    await deploy({ ...oneStep("python score.py 3"), notifications: people });
    const run = await ended();
    const notifier = serving("ses");
    unwrap(await notifier.call(eventOf(run)));
    const { workspace, partition, environment: its } = context;
    const calls: Call[] = [];
    const own = record(server().clients({ endpointUrl: environment().url }), calls);
    const clients = intercept(own, async (call) => {
      if (call.operation !== "Invoke") return undefined;
      const payload = JSON.parse(call.input["Payload"] as string) as Json;
      const done = await notifier.call(payload, "asked");
      const text = JSON.stringify(done.ok ? done.value : { errorMessage: done.error.message });
      return {
        StatusCode: 200,
        ...(done.ok ? {} : { FunctionError: "Unhandled" }),
        Payload: { transformToString: () => text },
      };
    });
    const asking = { ...context, clients };
    const deliveries = notifierDeliveries(asking, bucketStore(asking), () =>
      environment().platform.run(runId(run)),
    );
    expect(unwrap(await deliveries.ofRun(runId(run)))).toMatchObject([
      { recipient: "Ana@example.com", state: "sent" },
    ]);
    const message = { subject: "a test", body: "a test\n", id: "1" };
    const of = { project: "recsys", actor: "ana" };
    expect(
      unwrap(await deliveries.sendTest(["Ana@example.com"], { ...message, of })),
    ).toMatchObject([{ recipient: "Ana@example.com", state: "sent" }]);
    expect(await deliveries.sendTest(["Ana@example.com"], message)).toEqual({
      ok: false,
      error: {
        reason: "refused",
        message:
          "in dev a test message goes to people that a deployed project notifies, and no project is named",
        help: "name it: `esteira notify test PROJECT -e dev`",
      },
    });
    expect(unwrap(await deliveries.retry(runId(run)))).toMatchObject([{ state: "sent" }]);
    expect(unwrap(await deliveries.retry())).toEqual([]);
    expect(
      missingRights(runPolicy(policyScope({ workspace, partition, environment: its })), calls),
    ).toEqual([]);
    expect(
      calls.filter(({ operation }) => operation === "Invoke").map(({ input }) => input),
    ).toEqual(
      Array.from(
        { length: 3 },
        () => expect.objectContaining({ FunctionName: "esteira-acme-dev-notifier" }) as object,
      ),
    );
  });

  test("a success starts what follows it, once, by name and with the same bytes, within its rights", async () => {
    const { context, environment: aws, platform, ended } = environment();
    const scores = projectName("scores");
    const schedule = {
      enabled: true,
      after: { projects: ["recsys"], match: "day" },
      timezone: "America/Sao_Paulo",
      overlap: "allow",
      deadline: undefined,
    } as const;
    const follower = { ...oneStep("python score.py 0"), name: scores, schedule };
    const release = aws.release(recsys({ ...follower, directory: "src/projects/scores" }));
    const followed = aws.release(recsys(oneStep("python score.py 0")));
    const { plan } = await deploy(platform, [release, followed]);
    expect(plan.projects[0]?.changes.map(({ kind }) => kind)).not.toContain("schedule");
    expect(unwrap(await platform.schedules()).find(({ project }) => project === scores)).toEqual(
      expect.objectContaining({ state: "enabled", expression: "after(recsys)", cron: undefined }),
    );

    const run = await ended();
    const { startedAt } = unwrap(await platform.run(run));
    const date = localDate(startedAt, schedule.timezone).replaceAll("-", "");
    const function_ = serving("ses");
    unwrap(await function_.call(eventOf(run, { status: "SUCCEEDED" })));
    unwrap(await function_.call(eventOf(run, { status: "SUCCEEDED" }), "again"));
    const name = `scores-${date}-after`;
    expect(function_.lines.filter((line) => line.includes("scores"))).toEqual([
      `${run}: scores: started ${name}`,
      `${run}: scores: ${name} was started before, ${run} starts nothing`,
    ]);
    const { items } = unwrap(await platform.runs({ project: scores }, { limit: 5 }));
    expect(items.map((one) => [one.run, one.trigger])).toEqual([[name, "after"]]);
    const kept = await context.clients.sfn.send(
      new DescribeExecutionCommand({ executionArn: executionArn(context, "scores", name) }),
    );
    expect(JSON.parse(kept.input ?? "")).toEqual({
      ...runInput({ trigger: "after", actor: "after", after: { recsys: run } }),
      scheduled_time: new Date(startedAt).toISOString().replace(/\.\d+Z$/, "Z"),
    });

    // Where that failed when the run ended, a retry does it.
    unwrap(await function_.call({ esteira: "retry", project: "recsys", run }));
    expect(function_.lines.findLast((line) => line.includes("scores"))).toBe(
      `${run}: scores: ${name} was started before, ${run} starts nothing`,
    );
    expect(function_.lines.filter((line) => line.includes("scores"))).toHaveLength(3);

    // Held by hand, it waits; its schedule has nothing at EventBridge to disable.
    const held = unwrap(await platform.disableSchedule(scores, { actor: "ana" }));
    expect(held).toMatchObject({ state: "disabled", hold: { actor: "ana" } });
    expect(missingRights(policyOf(), function_.calls)).toEqual([]);
  });
});
