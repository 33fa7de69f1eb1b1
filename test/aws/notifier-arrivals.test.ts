import { GetObjectCommand } from "@aws-sdk/client-s3";
import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";

import type { PolicyDocument } from "../../src/aws/iam/document.ts";
import { rolePolicies } from "../../src/aws/iam/role-policies.ts";
import { policyScope } from "../../src/aws/iam/scope.ts";
import { requestOf } from "../../src/aws/notifier/events.ts";
import { serve } from "../../src/aws/notifier/notifier.ts";
import { contextFrom, settingsOf } from "../../src/aws/notifier/settings.ts";
import { executionArn } from "../../src/aws/runs/execution.ts";
import { projectName } from "../../src/core/ids.ts";
import type { Json } from "../../src/core/json.ts";
import { describeWith } from "../rig/parts.ts";
import { deploy, recsys } from "./deploy-fixture.ts";
import { oneStep, useNotified } from "./notifier-fixture.ts";
import { authorizationsOf } from "./rig/authorizations.ts";
import { record, type Call } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { evaluate } from "./rig/policy.ts";
import { useProxy } from "./rig/proxy.ts";
import { acceleratedTiming } from "./rig/timing.ts";
import { unwrap } from "./rig/unwrap.ts";

/** What the policy doesn't allow of these calls. */
function missing(document: PolicyDocument | undefined, calls: readonly Call[]): string[] {
  const account = {
    partition: "aws",
    accountId: "123456789012",
    region: "us-east-1",
    instanceRole: "arn:aws:iam::123456789012:role/esteira-acme-dev-instance",
  };
  return calls
    .flatMap((call) => authorizationsOf(call, account))
    .filter((asked) => evaluate(document === undefined ? [] : [document], asked) !== "allowed")
    .map(({ action, resource }) => `${action} on ${resource}`);
}

describeWith(moto(), "the notifier and what arrives", (part) => {
  const server = useMoto(part, "when asked");
  const environment = useNotified(server, () => proxy(), {
    transport: "ses",
    from: "esteira@example.com",
    smtp: undefined,
  });
  const proxy = useProxy(environment);

  /** Calls the notifier in this process, with clients that note what they ask. */
  const serving = (transport: "ses" | "sns") => {
    const calls: Call[] = [];
    const { context, url } = environment();
    const timing = acceleratedTiming(100);
    const clients = record(server().clients({ endpointUrl: url, timing }), calls);
    const mail = { transport, from: "esteira@example.com", smtp: undefined };
    const settings = settingsOf({ ...context, environment: { ...context.environment, mail } });
    const lines: string[] = [];
    return {
      calls,
      lines,
      call: (event: Json, requestId = "one") =>
        serve(contextFrom(settings, clients, timing), requestOf(event), {
          requestId,
          endsAt: timing.now() + 120_000_000,
          log: (line) => lines.push(line),
        }),
    };
  };
  const policyOf = () => {
    const { workspace, partition, environment: of } = environment().context;
    return rolePolicies.notifier(policyScope({ workspace, partition, environment: of }));
  };

  test("what arrives starts its project once, alone or with others of a window, within its rights", async () => {
    const { context, environment: aws, platform } = environment();
    const schedule = (source: string, debounceSeconds?: number) =>
      ({
        enabled: true,
        on: { source, ...(debounceSeconds === undefined ? {} : { debounceSeconds }) },
        timezone: "UTC",
        overlap: "allow",
        deadline: undefined,
      }) as const;
    const of = (name: string, its: ReturnType<typeof schedule>) =>
      aws.release(
        recsys({
          ...oneStep("python score.py 0"),
          name: projectName(name),
          directory: `src/projects/${name}`,
          schedule: its,
          awaitsData: true,
        }),
      );
    await deploy(platform, [
      of("alone", schedule("s3://acme-in/alone/*.csv")),
      of("window", schedule("s3://acme-in/window/**/*.csv", 60)),
    ]);
    const function_ = serving("ses");
    const arrives = (key: string) =>
      function_.call({
        source: "aws.s3",
        time: "2026-01-31T03:00:00Z",
        detail: { bucket: { name: "acme-in" }, object: { key, sequencer: "0062E99A88DC407460" } },
      });
    unwrap(await arrives("alone/a.csv"));
    unwrap(await arrives("alone/a.csv"));
    for (let index = 0; index < 60; index += 1) {
      unwrap(await arrives(`window/2026/${String(index).padStart(2, "0")}.csv`));
    }
    // Nothing more comes for a minute; the function's time passes faster.
    const window = { project: projectName("window") };
    await expect
      .poll(
        async () => {
          unwrap(await function_.call({ esteira: "arrivals" }));
          return unwrap(await platform.runs(window, { limit: 5 })).items.length;
        },
        { timeout: 30_000 },
      )
      .toBe(1);
    unwrap(await function_.call({ esteira: "arrivals" }));
    const runs = unwrap(await platform.runs({}, { limit: 20 })).items.filter(
      ({ trigger }) => trigger === "on",
    );
    const names = runs.map(({ run }) => run).toSorted();
    expect(names).toEqual([
      expect.stringMatching(/^alone-[0-9a-f]{20}-on$/),
      "window-window-00001-on",
    ]);
    expect(function_.lines).toEqual([
      `alone: s3://acme-in/alone/a.csv started ${names[0]}`,
      "window: 60 objects started window-window-00001-on",
    ]);
    const kept = await context.clients.sfn.send(
      new DescribeExecutionCommand({
        executionArn: executionArn(context, "window", "window-window-00001-on"),
      }),
    );
    const list = "artifacts/window/window-window-00001-on/_trigger/objects.json";
    const Bucket = "esteira-acme-dev-123456789012";
    expect(JSON.parse(kept.input ?? "")).toMatchObject({
      trigger: "on",
      scheduled_time: "2026-01-31T03:00:00Z",
      on: { count: 60, list: `s3://${Bucket}/${list}` },
    });
    const found = await context.clients.s3.send(new GetObjectCommand({ Bucket, Key: list }));
    const uris = JSON.parse((await found.Body?.transformToString()) ?? "") as string[];
    expect([uris.length, uris[0]]).toEqual([60, "s3://acme-in/window/2026/00.csv"]);
    expect(missing(policyOf(), function_.calls)).toEqual([]);
  }, 120_000);
});
