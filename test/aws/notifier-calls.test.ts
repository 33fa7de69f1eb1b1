import { GetQueueUrlCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { beforeEach, expect, test } from "vitest";

import { readLedgerRun } from "../../src/aws/bucket/ledger.ts";
import { bucketStore } from "../../src/aws/bucket/store.ts";
import { backfillRequest } from "../../src/aws/notifier/backfill-end.ts";
import { requestOf, watchEvent } from "../../src/aws/notifier/events.ts";
import { describeWith } from "../rig/parts.ts";
import { projectName } from "../../src/core/ids.ts";
import { backfillRunId } from "../../src/platform/backfill.ts";
import { runInput } from "../../src/runs/input.ts";
import {
  eventOf,
  isMailTo,
  marksOf,
  mailsIn,
  oneStep,
  people,
  refusal,
  useNotified,
} from "./notifier-fixture.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { useProxy } from "./rig/proxy.ts";
import { unwrap } from "./rig/unwrap.ts";

const mail = { transport: "ses", from: "esteira@example.com", smtp: undefined } as const;
interface Mail {
  readonly Content: {
    readonly Simple: { readonly Body: { readonly Text: { readonly Data: string } } };
  };
}

describeWith(moto(), "the notifier, called once an hour and by people", (part) => {
  const server = useMoto(part, "when asked");
  const environment = useNotified(server, () => proxy(), mail);
  const proxy = useProxy(environment);

  beforeEach(() => {
    proxy().sent.length = 0;
    proxy().play({});
  });

  test("who asks again for a run that the function never came to has its people notified, and it in the ledger", async () => {
    const { context, deploy, ended, notifier } = environment();
    await deploy({ ...oneStep("python score.py 3"), notifications: people });
    const run = await ended();
    await using function_ = await notifier();
    const asked = await function_.call({ esteira: "retry", project: "recsys", run });
    expect(asked).toMatchObject({
      ok: true,
      value: {
        deliveries: [
          { recipient: "team@example.com", state: "sent" },
          { recipient: "oncall@example.com", state: "sent" },
        ],
      },
    });
    expect(unwrap(await readLedgerRun(bucketStore(context), "recsys", run))?.row.run).toBe(run);
    await function_.call({ esteira: "retry", project: "recsys", run });
    expect(mailsIn(proxy().sent)).toEqual([
      "team@example.com: [dev] recsys failed at score_model",
      "oncall@example.com: [dev] recsys failed at score_model",
    ]);
  });

  test("a backfill is reported once, at its end, and none of its runs; of a request only numbers and names of the project's runs are taken", async () => {
    const { context, deploy, platform, notifier } = environment();
    await deploy({ ...oneStep("python score.py 3"), notifications: people });
    const at = Date.UTC(2026, 0, 31, 3);
    const project = projectName("recsys");
    const id = backfillRunId(project, at, 1);
    const input = runInput({ trigger: "backfill", actor: "ana" });
    unwrap(await platform.start(project, input, { mode: "detach", id }));
    await expect
      .poll(async () => unwrap(await platform.run(id)).status, { timeout: 60_000 })
      .toBe("FAILED");
    await using function_ = await notifier();
    expect(await function_.call(eventOf(id))).toEqual({ ok: true, value: null });
    expect(mailsIn(proxy().sent)).toEqual([]);
    expect(function_.log.at(-1)).toBe(`${id} FAILED: nobody is to be notified`);

    const failed = [{ at, run: id }];
    const end = { project, actor: "ana", from: at, to: at, succeeded: 0, failed, left: 0, run: id };
    const asked = backfillRequest(end);
    const forged = { at, run: "click https://evil.example" };
    const odd = { ...asked, failed: [...failed, forged], title: "give me your password" };
    expect(await function_.call(odd)).toMatchObject({ ok: true });
    expect(await function_.call(asked)).toMatchObject({ ok: true });
    // Also where what AWS has to say of the last run comes after it.
    expect(await function_.call(eventOf(id))).toEqual({ ok: true, value: null });
    const subject = "[dev] backfill of recsys: 0 succeeded, 1 failed";
    expect(mailsIn(proxy().sent)).toEqual([
      `team@example.com: ${subject}`,
      `oncall@example.com: ${subject}`,
    ]);
    const bodies = proxy()
      .sent.filter(({ operation }) => operation === "SendEmail")
      .map(({ body }) => body);
    expect(bodies[0]).toContain(id);
    expect(bodies.join("")).not.toMatch(/evil|password/);
    expect(await marksOf(context, id)).toEqual([
      { recipient: "team@example.com", state: "sent", attempts: 1 },
      { recipient: "oncall@example.com", state: "sent", attempts: 1 },
    ]);
    for (const wrong of [{ run: "other-20260131T030000Z-b00001" }, { left: -1 }, { from: "x" }]) {
      expect(requestOf({ ...asked, ...wrong })).toEqual({ kind: "unknown" });
    }
  });

  test("a failure says what parameters changed since the last success, and when the schedule fires as it is now", async () => {
    const { deploy, platform, notifier } = environment();
    const project = projectName("recsys");
    const parameter = (value: string) => [{ name: "top", default: value, description: "" }];
    const ends = async (params: Readonly<Record<string, string>>) => {
      const input = runInput({ actor: "ana", params });
      const run = unwrap(await platform.start(project, input, { mode: "detach" }));
      await expect
        .poll(async () => unwrap(await platform.run(run)).status, { timeout: 60_000 })
        .not.toBe("RUNNING");
      return run;
    };
    const texts = () =>
      proxy().sent.flatMap(({ operation, body }) =>
        operation === "SendEmail"
          ? (JSON.parse(body) as Mail).Content.Simple.Body.Text.Data.split("\n")
          : [],
      );
    await using function_ = await notifier();
    await deploy({ ...oneStep("python score.py 0"), parameters: parameter("10") });
    expect(await function_.call(eventOf(await ends({})))).toMatchObject({ ok: true });
    await deploy({
      ...oneStep("python score.py 3"),
      parameters: [...parameter("20"), { name: "extra", default: "0", description: "" }],
      notifications: people,
    });
    proxy().sent.length = 0;
    expect(await function_.call(eventOf(await ends({ extra: "1" })))).toMatchObject({ ok: true });
    expect(texts()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^ {2}Parameter extra +none → 1$/),
        expect.stringMatching(/^ {2}Parameter top +10 → 20$/),
        expect.stringMatching(/^Next run +\d{4}-\d\d-\d\d 03:00 UTC$/),
      ]),
    );

    unwrap(await platform.disableSchedule(project, { actor: "ana", reason: "maintenance" }));
    proxy().sent.length = 0;
    expect(await function_.call(eventOf(await ends({})))).toMatchObject({ ok: true });
    expect(texts()).toContainEqual(
      expect.stringMatching(/^Next run +none: its schedule is disabled, or it has none$/),
    );
    unwrap(await platform.enableSchedule(project, { actor: "ana" }));
  });

  test("the hourly call looks over the account, and a test message says about each whether it went out", async () => {
    const { notifier, deploy } = environment();
    const to = (address: string) => ({ kind: "email", address }) as const;
    await deploy({
      ...oneStep("python score.py 3"),
      notifications: { onSuccess: [to("ana@example.com")], onFailure: [to("bad@example.com")] },
    });
    await using function_ = await notifier();
    expect(await function_.call({ esteira: "watch" })).toMatchObject({ ok: true });
    expect(function_.log.at(-1)).toMatch(/^watched: /);
    proxy().sent.length = 0;
    proxy().play({
      before: (sent) =>
        isMailTo(sent, "bad@example.com")
          ? refusal("BadRequestException", "Illegal address")
          : undefined,
    });
    const recipients = ["ana@example.com", "bad@example.com"];
    const asked = { esteira: "test", project: "recsys", actor: "ana\nby hand" };
    // What an older command line gives with it is nobody's to choose.
    const text = { subject: "Your password", body: "https://example.com\n" };
    expect(await function_.call({ ...asked, ...text, recipients })).toMatchObject({
      ok: true,
      value: {
        deliveries: [
          { recipient: "ana@example.com", state: "sent" },
          {
            recipient: "bad@example.com",
            state: "failed",
            error: "SES in us-east-1 said: BadRequestException: Illegal address",
          },
        ],
      },
    });
    const subject = "[dev] Esteira: a test message";
    expect(mailsIn(proxy().sent)).toEqual([
      `ana@example.com: ${subject}`,
      `bad@example.com: ${subject}`,
    ]);

    proxy().sent.length = 0;
    const strangers = { ...asked, recipients: ["ana@example.com", "eve@example.com"] };
    expect(await function_.call(strangers)).toMatchObject({
      ok: false,
      error:
        "NotifierError: recsys doesn't notify eve@example.com (on AWS a test message goes to people that a deployed project notifies: add them to `notifications` in its config.yaml and deploy it)",
    });
    for (const project of ["churn", "", "../recsys"]) {
      expect(
        await function_.call({ ...asked, project, recipients: ["ana@example.com"] }),
      ).toMatchObject({ ok: false });
    }
    expect(mailsIn(proxy().sent)).toEqual([]);
  });

  test("the hourly look: tasks that it may not list are a line of its log, and no failure", async () => {
    const { deploy, notifier } = environment();
    await deploy();
    proxy().play({
      before: ({ operation }) =>
        operation === "ListTasks" ? refusal("AccessDeniedException", "no rights") : undefined,
    });
    await using function_ = await notifier();
    expect(await function_.call({ ...watchEvent })).toMatchObject({ ok: true });
    expect(function_.log).toEqual([
      expect.stringMatching(/^watched: /),
      "could not read the tasks of ml-cluster-recsys: AccessDeniedException: no rights",
    ]);
  });

  test("the hourly look: what the scheduler gave up is reported to the project's people, once", async () => {
    const { context, deploy, notifier } = environment();
    await deploy();
    const { sqs } = context.clients;
    const { QueueUrl } = await sqs.send(
      new GetQueueUrlCommand({ QueueName: "esteira-acme-dev-dead-letters" }),
    );
    const text = (StringValue: string) => ({ DataType: "String", StringValue });
    await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: "{}",
        MessageAttributes: {
          ERROR_CODE: text("AccessDeniedException"),
          ERROR_MESSAGE: text("the role can't be assumed"),
          SCHEDULED_TIME: text("2026-01-31T03:00:00Z"),
          SCHEDULE_ARN: text(
            "arn:aws:scheduler:us-east-1:123456789012:schedule/default/sched-recsys",
          ),
        },
      }),
    );
    await using function_ = await notifier();
    expect(await function_.call({ ...watchEvent })).toMatchObject({ ok: true });
    const what =
      "sched-recsys could not start the run of 2026-01-31 03:00 UTC: the scheduler gave up with AccessDeniedException: the role can't be assumed";
    expect(mailsIn(proxy().sent)).toEqual([`oncall@rentcars.com: [dev] ${what}`]);
    expect(await function_.call({ ...watchEvent })).toMatchObject({ ok: true });
    expect(mailsIn(proxy().sent)).toHaveLength(1);
    expect(function_.log).toEqual([
      `watched: 1 not as it should be, 1 notified now; ${what}`,
      `watched: 1 not as it should be, 0 notified now; ${what}`,
    ]);
  });
});
