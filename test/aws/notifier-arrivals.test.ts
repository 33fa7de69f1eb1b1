import { GetObjectCommand } from "@aws-sdk/client-s3";
import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";

import { executionArn } from "../../src/aws/runs/execution.ts";
import { projectName } from "../../src/core/ids.ts";
import { describeWith } from "../rig/parts.ts";
import { on, releaseOf } from "./data-fixture.ts";
import { deploy } from "./deploy-fixture.ts";
import { oneStep, useNotified } from "./notifier-fixture.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { notifierServing } from "./rig/notifier-serving.ts";
import { missingRights } from "./rig/rights.ts";
import { useProxy } from "./rig/proxy.ts";
import { unwrap } from "./rig/unwrap.ts";

describeWith(moto(), "the notifier and what arrives", (part) => {
  const server = useMoto(part, "when asked");
  const environment = useNotified(server, () => proxy(), {
    transport: "ses",
    from: "esteira@example.com",
    smtp: undefined,
  });
  const proxy = useProxy(environment);

  const { serving, policyOf } = notifierServing(environment, server);

  test("what arrives starts its project once, alone or with others of a window, within its rights", async () => {
    const { context, environment: aws, platform } = environment();
    const step = oneStep("python score.py 0");
    await deploy(platform, [
      releaseOf(aws, "alone", on({ source: "s3://acme-in/alone/*.csv" }), step),
      releaseOf(
        aws,
        "window",
        on({ source: "s3://acme-in/window/**/*.csv", debounceSeconds: 60 }),
        step,
      ),
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
    expect(missingRights(policyOf(), function_.calls)).toEqual([]);
  }, 120_000);
});
