import { TagResourceCommand } from "@aws-sdk/client-sfn";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { beforeEach, expect, test } from "vitest";

import { listLedgerRuns, readLedgerRun } from "../../src/aws/bucket/ledger.ts";
import { lastNotified, listUnreported } from "../../src/aws/bucket/notified.ts";
import { bucketStore } from "../../src/aws/bucket/store.ts";
import { webhookDocument } from "../../src/app/documents/webhook.ts";
import { projectName } from "../../src/core/ids.ts";
import { runInput } from "../../src/runs/input.ts";
import { webhookRig } from "../rig/notify-servers.ts";
import { describeWith } from "../rig/parts.ts";
import {
  eventOf,
  isMailTo,
  mailsIn,
  marksOf,
  oneStep,
  people,
  refusal,
  useNotified,
} from "./notifier-fixture.ts";
import { card, certificateFile, failing, failureOf } from "./notifier-webhooks.ts";
import { recsys } from "./deploy-fixture.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { useProxy } from "./rig/proxy.ts";
import { unwrap } from "./rig/unwrap.ts";

const mail = { transport: "ses", from: "esteira@example.com", smtp: undefined } as const;
describeWith(moto(), "the notifier's bundle, run by a bare Node", (part) => {
  const server = useMoto(part, "when asked");
  const environment = useNotified(server, () => proxy(), mail);
  const proxy = useProxy(environment);

  beforeEach(() => {
    proxy().sent.length = 0;
    proxy().play({});
  });

  test("a failure: mailed by SES to its people, in the ledger, noted as notified, and notified once", async () => {
    const { context, deploy, ended, notifier } = environment();
    await deploy({ ...oneStep("python score.py 3"), notifications: people });
    const run = await ended();
    await using first = await notifier();
    await using second = await notifier();
    const event = eventOf(run);
    // EventBridge delivers at least once, and two calls may go at the same time.
    const together = await Promise.all([
      first.call(event, { requestId: "one" }),
      second.call(event, { requestId: "two" }),
    ]);
    const refused = together.filter(({ ok }) => !ok);
    expect(refused).toEqual(
      refused.map(() => ({
        ok: false,
        error: `NotifierError: another call is notifying people of ${run} (it is tried again)`,
      })),
    );
    expect(await first.call(event)).toEqual({ ok: true, value: null });
    expect(mailsIn(proxy().sent)).toEqual([
      "team@example.com: [dev] recsys failed at score_model",
      "oncall@example.com: [dev] recsys failed at score_model",
    ]);
    const sent = proxy().sent.find(({ operation }) => operation === "SendEmail");
    const message = JSON.parse(sent?.body ?? "{}") as {
      readonly FromEmailAddress: string;
      readonly Content: { readonly Simple: { readonly Body: { readonly Text: object } } };
    };
    expect(message.FromEmailAddress).toBe("Esteira <esteira@example.com>");
    expect(message.Content.Simple.Body.Text).toEqual({
      Charset: "UTF-8",
      Data: expect.stringContaining("  ValueError: preço não encontrado\n") as string,
    });
    expect(await marksOf(context, run)).toEqual([
      { recipient: "team@example.com", state: "sent", attempts: 1 },
      { recipient: "oncall@example.com", state: "sent", attempts: 1 },
    ]);
    const entry = unwrap(await readLedgerRun(bucketStore(context), "recsys", run));
    expect(entry?.row).toMatchObject({ run, status: "FAILED", diagnosis: "run/exit-code" });
    expect(entry?.events.at(-1)?.type).toBe("ExecutionFailed");
    expect(first.log.at(-1)).toBe(
      `${run} FAILED: notified team@example.com; notified oncall@example.com`,
    );
  });

  test("a success after it is a recovery, sent to all who got the failure; the next one is a success", async () => {
    const { deploy, ended, notifier } = environment();
    await deploy({ ...oneStep("python score.py 0"), notifications: people });
    await using function_ = await notifier();
    for (let count = 0; count < 2; count += 1) {
      expect(await function_.call(eventOf(await ended()))).toEqual({ ok: true, value: null });
    }
    expect(mailsIn(proxy().sent)).toEqual([
      "team@example.com: [dev] recsys succeeded again",
      "oncall@example.com: [dev] recsys succeeded again",
      "team@example.com: [dev] recsys succeeded",
    ]);
  });

  test("of a project with secrets no line of the log is quoted, as the notifier can't know which repeats one", async () => {
    const { context, deploy, ended, notifier } = environment();
    await context.clients.ssm.send(
      new PutParameterCommand({
        Name: "/esteira/dev/recsys/TOKEN",
        Value: "s3cr3t-token",
        Type: "SecureString",
      }),
    );
    const secrets = { TOKEN: { source: "ssm", name: "TOKEN" } } as const;
    const runtime = { ...recsys().runtime, secrets };
    await deploy({ ...oneStep("python score.py 3"), notifications: people, runtime });
    const run = await ended();
    await using function_ = await notifier();
    expect(await function_.call(eventOf(run))).toEqual({ ok: true, value: null });
    const bodies = proxy()
      .sent.filter(({ operation }) => operation === "SendEmail")
      .map(({ body }) => body);
    expect(bodies).toHaveLength(2);
    for (const body of bodies) {
      expect(body).toContain(`esteira logs ${run}`);
      expect(body).not.toContain("ValueError");
    }
    const kept = unwrap(await lastNotified(bucketStore(context), "recsys", run));
    expect(JSON.stringify(kept)).not.toContain("ValueError");
  });

  test("who is refused for now is notified later, alone; Lambda hears of it and tries again", async () => {
    const { context, deploy, ended, notifier } = environment();
    await deploy({ ...oneStep("python score.py 3"), notifications: people });
    const run = await ended();
    await using function_ = await notifier();
    const message =
      "Email address is not verified. The following identities failed the check in region US-EAST-1: oncall@example.com";
    proxy().play({
      before: (sent) =>
        isMailTo(sent, "oncall@example.com") ? refusal("MessageRejected", message) : undefined,
    });
    const why = `SES in us-east-1 said: MessageRejected: ${message} (verify the sender's address or domain; until AWS has granted production access, recipients as well)`;
    expect(await function_.call(eventOf(run))).toEqual({
      ok: false,
      error: `NotifierError: not notified of ${run}: oncall@example.com (${why}) (it is tried again)`,
    });
    expect(await marksOf(context, run)).toEqual([
      { recipient: "team@example.com", state: "sent", attempts: 1 },
      { recipient: "oncall@example.com", state: "waiting", attempts: 1, error: why },
    ]);
    const ending = { project: "recsys", run, redriveCount: 0 };
    expect(unwrap(await listUnreported(bucketStore(context)))).toEqual([ending]);

    proxy().play({});
    proxy().sent.length = 0;
    // The hourly call notifies those whose next try is due, which it isn't yet.
    expect(await function_.call({ esteira: "watch" })).toMatchObject({ ok: true });
    expect(mailsIn(proxy().sent)).toEqual([]);
    expect(await function_.call({ esteira: "retry" })).toMatchObject({ ok: true });
    expect(mailsIn(proxy().sent)).toEqual([
      "oncall@example.com: [dev] recsys failed at score_model",
    ]);
    expect(await marksOf(context, run)).toMatchObject([
      { recipient: "team@example.com", attempts: 1 },
      { recipient: "oncall@example.com", state: "sent", attempts: 2 },
    ]);
    expect(unwrap(await listUnreported(bucketStore(context)))).toEqual([]);
  });

  test("who dies between sending and noting it notifies that one again and no other; who comes meanwhile waits", async () => {
    const { deploy, ended, notifier } = environment();
    await deploy({ ...oneStep("python score.py 3"), notifications: people });
    const run = await ended();
    {
      await using dying = await notifier();
      proxy().play({
        after: async (sent) => {
          if (!isMailTo(sent, "team@example.com")) return undefined;
          await dying.kill();
          return "cut";
        },
      });
      await expect(dying.call(eventOf(run), { requestId: "one" })).rejects.toThrow("ended");
    }
    proxy().play({});
    await using function_ = await notifier();
    expect(await function_.call(eventOf(run), { requestId: "two" })).toEqual({
      ok: false,
      error: `NotifierError: another call is notifying people of ${run} (it is tried again)`,
    });
    // Lambda's own retry of the call that died: it is certain that nobody else is at it.
    expect(await function_.call(eventOf(run), { requestId: "one" })).toMatchObject({ ok: true });
    expect(mailsIn(proxy().sent)).toEqual([
      "team@example.com: [dev] recsys failed at score_model",
      "team@example.com: [dev] recsys failed at score_model",
      "oncall@example.com: [dev] recsys failed at score_model",
    ]);
  });

  test("a stopped run is reported to nobody; a redriven one ends again, and its success is", async () => {
    const { context, deploy, notifier, platform } = environment();
    await deploy({ ...oneStep("python score.py 3"), notifications: people });
    const { script } = environment();
    // AWS redrives what was stopped; what failed is continued by a new run.
    environment().script = () => ({ lines: [], end: "waits" });
    const input = runInput({ actor: "ana" });
    const run = unwrap(await platform.start(projectName("recsys"), input, { mode: "detach" }));
    unwrap(await platform.stop(run, "ana"));
    await using function_ = await notifier();
    await function_.call(eventOf(run, { status: "ABORTED" }));
    environment().script = () => ({ lines: [], end: 0 });
    expect(unwrap(await platform.resume(run, { mode: "detach", actor: "ana" }))).toBe(run);
    await expect
      .poll(async () => unwrap(await platform.run(run)).status, { timeout: 60_000 })
      .toBe("SUCCEEDED");
    environment().script = script;
    // An event of before, late: the run has another end by now, and that is reported.
    expect(await function_.call(eventOf(run, { status: "ABORTED" }))).toMatchObject({ ok: true });
    expect(
      await function_.call(eventOf(run, { status: "SUCCEEDED", redriveCount: 1 })),
    ).toMatchObject({ ok: true });
    expect(mailsIn(proxy().sent)).toEqual(["team@example.com: [dev] recsys succeeded"]);
    const [row] = unwrap(await listLedgerRuns(bucketStore(context), "recsys", { limit: 1 })).items;
    expect(row).toMatchObject({ run, status: "SUCCEEDED", redriveCount: 1 });
  });

  test("webhooks get the message in their form, over TLS and with its certificate checked", async () => {
    const { context, deploy, ended, notifier } = environment();
    await using hook = await webhookRig((response) => response.end("ok"));
    const url = `${hook.url}/services/secret`;
    const workflow = `${hook.url}/workflows/secret`;
    environment().script = () => ({ lines: [], end: 3 });
    await deploy(failing(url, workflow));
    const run = await ended();
    {
      await using distrusting = await notifier();
      expect(await distrusting.call(eventOf(run))).toMatchObject({ ok: false });
      expect(hook.posts).toEqual([]);
    }
    await using function_ = await notifier({ certificates: certificateFile() });
    expect(await function_.call(eventOf(run))).toMatchObject({ ok: true });
    expect(hook.posts).toMatchObject([
      {
        path: "/services/secret",
        body: failureOf(run),
      },
      { path: "/workflows/secret", body: card("[dev] recsys failed at score_model") },
    ]);
    expect(webhookDocument.safeParse(hook.posts[0]?.body).error).toBeUndefined();
    expect(await marksOf(context, run)).toEqual([
      { recipient: url, state: "sent", attempts: 2 },
      { recipient: workflow, state: "sent", attempts: 2 },
    ]);
    const shown = `notified https://${new URL(url).host}/…`;
    expect(function_.log).toEqual([`${run} FAILED: ${shown}; ${shown}`]);
    // For trying: the function knows the form, and anybody may call it.
    expect(
      await function_.call({
        esteira: "test",
        project: "recsys",
        recipients: [workflow],
        actor: "ana",
      }),
    ).toMatchObject({ ok: true, value: { deliveries: [{ recipient: workflow, state: "sent" }] } });
    expect(hook.posts.slice(2)).toMatchObject([
      { path: "/workflows/secret", body: card("[dev] Esteira: a test message") },
    ]);
  });

  test("machines of others are left alone, with all that is theirs", async () => {
    const { context, deploy, ended, notifier } = environment();
    await deploy({ ...oneStep("python score.py 3"), notifications: people });
    const run = await ended();
    await using function_ = await notifier();
    const resourceArn = "arn:aws:states:us-east-1:123456789012:stateMachine:recsys-workflow";
    const own = (value: string) =>
      context.clients.sfn.send(
        new TagResourceCommand({ resourceArn, tags: [{ key: "esteira:environment", value }] }),
      );
    await own("prd");
    expect(await function_.call(eventOf(run))).toEqual({ ok: true, value: null });
    await own("dev");
    const nowhere = eventOf("gone", { stateMachineArn: `${resourceArn}-2` });
    expect(await function_.call(nowhere)).toEqual({ ok: true, value: null });
    expect(await function_.call(eventOf("gone"))).toEqual({ ok: true, value: null });
    expect(await function_.call({ source: "aws.ec2" })).toEqual({ ok: true, value: null });
    const arn = "arn:aws:states:us-east-1:123456789012:execution:recsys-workflow";
    expect(function_.log).toEqual([
      `${arn}:${run}: not of this workspace and environment`,
      `${arn}:gone: not of this workspace and environment`,
      `${arn}:gone: is gone`,
      "an event that is none of ours: nothing to do",
    ]);
    expect(await marksOf(context, run)).toBeUndefined();
    expect(mailsIn(proxy().sent)).toEqual([]);
  });
});
