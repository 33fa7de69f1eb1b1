import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";

import { listLedgerRuns } from "../../src/aws/bucket/ledger.ts";
import { bucketStore } from "../../src/aws/bucket/store.ts";
import { rolePolicies } from "../../src/aws/iam/role-policies.ts";
import { policyScope } from "../../src/aws/iam/scope.ts";
import { requestOf } from "../../src/aws/notifier/events.ts";
import { serve } from "../../src/aws/notifier/notifier.ts";
import { contextFrom, settingsOf } from "../../src/aws/notifier/settings.ts";
import { foldRun } from "../../src/runs/fold.ts";
import type { RunId } from "../../src/core/ids.ts";
import { describeWith } from "../rig/parts.ts";
import { eventOf, oneStep, useNotified } from "./notifier-fixture.ts";
import { authorizationsOf } from "./rig/authorizations.ts";
import { intercept, record, type Call } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { evaluate } from "./rig/policy.ts";
import { useProxy } from "./rig/proxy.ts";
import { acceleratedTiming } from "./rig/timing.ts";
import { unwrap } from "./rig/unwrap.ts";

const bucket = "esteira-acme-dev-123456789012";
const mail = { transport: "ses", from: "esteira@example.com", smtp: undefined } as const;
const notifications = {
  onSuccess: [{ kind: "email", address: "esteira@example.com" }],
  onFailure: [],
} as const;

describeWith(moto(), "what a run on AWS reports", (part) => {
  const server = useMoto(part, "when asked");
  const environment = useNotified(server, () => proxy(), mail);
  const proxy = useProxy(environment);

  /** Deploys a project that keeps outputs, runs it, and lets its step have left these files. */
  const ran = async (files: Readonly<Record<string, string>>, checks?: object) => {
    const { deploy, ended, context, platform } = environment();
    const [step] = oneStep("python score.py 0").steps;
    if (step === undefined) throw new Error("no step");
    await deploy({ steps: [{ ...step, outputs: [] }], notifications });
    const run = await ended();
    const put = (key: string, Body: string) =>
      context.clients.s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: `artifacts/recsys/${run}/${key}`, Body }),
      );
    const place = "_outputs/score_model";
    const entries = Object.entries(files).map(([path, text]) => ({
      in: "artifacts",
      path,
      size: text.length,
      sha256: "0",
      mode: "644",
    }));
    for (const [path, text] of Object.entries(files)) {
      await put(`${place}/0a/artifacts/${path}`, text);
    }
    const manifest = { schema: 1, step: "score_model", run, attempt: "0a", entries };
    await put(`${place}/manifest.json`, JSON.stringify(manifest));
    const events = unwrap(await platform.events(run, { limit: 200 })).items;
    const { steps } = unwrap(await platform.releaseOf(run));
    const task = foldRun(events, steps).steps[0]?.attempts[0]?.log ?? "";
    await put(`${place}/attempts/${task}.json`, JSON.stringify({ schema: 1, checks }));
    return run;
  };

  const notified = async (run: RunId, refuse?: (key: string) => boolean) => {
    const calls: Call[] = [];
    const { context, url } = environment();
    const timing = acceleratedTiming(100);
    const clients = record(server().clients({ endpointUrl: url, timing }), calls);
    if (refuse !== undefined) {
      intercept(clients, ({ input }) => {
        const { Key = "", Prefix = "" } = input as { Key?: string; Prefix?: string };
        if (refuse(Key) || refuse(Prefix)) {
          throw Object.assign(new Error("no"), { name: "AccessDenied" });
        }
        return undefined;
      });
    }
    const settings = settingsOf({ ...context, environment: { ...context.environment, mail } });
    unwrap(
      await serve(contextFrom(settings, clients, timing), requestOf(eventOf(run)), {
        requestId: "one",
        endsAt: timing.now() + 120_000_000,
        log: () => undefined,
      }),
    );
    const sent = calls.find(({ operation }) => operation === "SendEmail")?.input as {
      Content: { Simple: { Body: { Text: { Data: string }; Html: { Data: string } } } };
    };
    const { Text, Html } = sent.Content.Simple.Body;
    return { calls, text: Text.Data, html: Html.Data };
  };

  const warned = {
    metric: "auc",
    rule: ">= 0.7",
    of: "value",
    otherwise: "warn",
    passed: false,
    value: 0.61,
    limit: 0.7,
  };

  test("is in its mail: the page that its steps made, and what checks warn of", async () => {
    const run = await ran({ "report/01.md": "# Sales\n", "scores.csv": "id\n" }, [warned]);
    const { calls, text, html } = await notified(run);
    const key = `artifacts/recsys/${run}/_report/report.html`;
    const address = `https://us-east-1.console.aws.amazon.com/s3/object/${bucket}?region=us-east-1&prefix=${encodeURIComponent(key)}`;
    expect(text).toContain(`Report  ${address}`);
    expect(html).toContain(`href="${address.replaceAll("&", "&amp;")}"`);
    expect(text).toContain('A check isn\'t met: auc is 0.61, and ">= 0.7" is asked.');
    const { s3 } = environment().context.clients;
    const page = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    expect(page.ContentType).toBe("text/html; charset=utf-8");
    expect(await page.Body?.transformToString()).toContain("<h3>Sales</h3>");

    // What it cost, for its project's budget.
    const store = bucketStore(environment().context);
    const [row] = unwrap(await listLedgerRuns(store, "recsys", { limit: 1 })).items;
    expect([row?.run, Number(row?.usd) > 0]).toEqual([run, true]);

    // With the rights that bootstrap gives it, and nothing else of what the step left.
    const { workspace, partition, environment: of } = environment().context;
    const policy = rolePolicies.notifier(policyScope({ workspace, partition, environment: of }));
    const account = {
      partition: "aws",
      accountId: "123456789012",
      region: "us-east-1",
      instanceRole: "",
    };
    const decided = (asked: readonly Call[]) =>
      asked
        .flatMap((call) => authorizationsOf(call, account))
        .filter((one) => evaluate(policy === undefined ? [] : [policy], one) !== "allowed")
        .map(({ action, resource }) => `${action} on ${resource}`);
    expect(decided(calls)).toEqual([]);
    const read = calls.find(({ operation }) => operation === "GetObject");
    const other = `artifacts/recsys/${run}/_outputs/score_model/0a/artifacts/scores.csv`;
    expect(decided([{ ...read, input: { Bucket: bucket, Key: other } } as Call])).toHaveLength(1);
  });

  test("costs nobody the mail where a base layer of before doesn't let it be read", async () => {
    const run = await ran({ "report/01.md": "# Sales\n" }, [warned]);
    const { text } = await notified(run, (key) => key.startsWith("artifacts/"));
    expect(text).toContain("recsys 1.0.0 succeeded in dev");
    expect(text).not.toContain("Report");
  });
});
