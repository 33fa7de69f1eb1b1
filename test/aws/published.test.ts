import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";

import { rolePolicies } from "../../src/aws/iam/role-policies.ts";
import { policyScope } from "../../src/aws/iam/scope.ts";
import { lookInS3 } from "../../src/aws/watch/published.ts";
import { watchPort } from "../../src/app/schedules/watch-port.ts";
import { gatherWatch } from "../../src/platform/watch/watch.ts";
import { watchFindings } from "../../src/runs/watch/watch.ts";
import { describeWith } from "../rig/parts.ts";
import { bootstrapped, deploy, recsys } from "./deploy-fixture.ts";
import { authorizationsOf } from "./rig/authorizations.ts";
import { record, type Call } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { evaluate } from "./rig/policy.ts";
import { unwrap } from "./rig/unwrap.ts";

const hour = 3_600_000;

describeWith(moto(), "what projects publish to S3", (part) => {
  const server = useMoto(part);

  test("is watched, no matter who makes it, with a right to list that very place", async () => {
    const environment = await bootstrapped(server());
    const { context } = environment;
    const calls: Call[] = [];
    const clients = record(server().clients(), calls);
    const { s3 } = context.clients;
    await s3.send(new CreateBucketCommand({ Bucket: "lake" }));
    const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket: "lake", Key, Body: "1" }));
    const platform = await environment.open();
    const publishes = ["scores/", "daily.csv"].map((key) => ({
      uri: `s3://lake/${key}`,
      freshWithinSeconds: 26 * 3600,
    }));
    await deploy(platform, [environment.release(recsys({ publishes, schedule: undefined }))]);
    const look = async (hours: number): Promise<readonly string[]> => {
      const now = Date.now() + hours * hour;
      const timing = { ...context.timing, now: () => now };
      const later = await environment.open({ timing });
      return watchFindings(unwrap(await gatherWatch(watchPort(later), now))).map(
        ({ code, message }) => `${code} ${message.replace(/of \d{4}-.* UTC/, "of <time>")}`,
      );
    };
    expect(await look(0)).toEqual([]);
    await put("scores/dt=2026-01-30/part-0");
    await put("daily.csv.old");
    expect(await look(60)).toEqual([
      "watch/not-fresh s3://lake/scores/ of recsys must be no older than 1 d 2 h: its newest is of <time>, 2 d 12 h old",
      "watch/not-fresh s3://lake/daily.csv of recsys must be no older than 1 d 2 h: nothing is there",
    ]);
    await put("daily.csv");
    expect(await look(25)).toEqual([]);

    // The notifier lists what the projects name, and nothing else of that bucket.
    const asked = async (uri: string) => {
      calls.length = 0;
      unwrap(await lookInS3({ clients, environment: context.environment }, uri, Date.now() + hour));
      const { workspace, partition } = context;
      const document = rolePolicies.notifier(
        policyScope({
          workspace,
          partition,
          environment: context.environment,
          published: publishes.map((one) => one.uri),
        }),
      );
      const account = {
        partition,
        accountId: "123456789012",
        region: "us-east-1",
        instanceRole: "",
      };
      return calls
        .flatMap((call) => authorizationsOf(call, account))
        .map((one) => evaluate(document === undefined ? [] : [document], one));
    };
    expect(await asked("s3://lake/scores/")).toEqual(["allowed", "allowed"]);
    expect(await asked("s3://lake/daily.csv")).toEqual(["allowed"]);
    expect(new Set(await asked("s3://lake/other/"))).not.toContain("allowed");
  });

  test("the newest dates are looked at first, and no more than twenty requests are made", async () => {
    const { context } = await bootstrapped(server());
    const calls: Call[] = [];
    const clients = record(server().clients(), calls);
    const { s3 } = context.clients;
    await s3.send(new CreateBucketCommand({ Bucket: "days" }));
    for (let day = 10; day < 40; day += 1) {
      await s3.send(new PutObjectCommand({ Bucket: "days", Key: `d/dt=${day}/part`, Body: "1" }));
    }
    calls.length = 0;
    const since = (at: number) =>
      lookInS3({ clients, environment: context.environment }, "s3://days/d/", at);
    expect(unwrap(await since(0))).toEqual({ newest: expect.any(Number) as number, more: false });
    expect(calls.map(({ input }) => (input as { Prefix: string }).Prefix)).toEqual([
      "d/",
      "d/dt=39/",
    ]);
    calls.length = 0;
    expect(unwrap(await since(Date.now() + hour))).toMatchObject({ more: true });
    expect(calls).toHaveLength(20);
  });

  test("a place that can't be seen is a finding, and what to do about it", async () => {
    const environment = await bootstrapped(server());
    const platform = await environment.open();
    const publishes = [{ uri: "s3://nobodys-lake/scores/", freshWithinSeconds: 3600 }];
    await deploy(platform, [environment.release(recsys({ publishes, schedule: undefined }))]);
    const found = watchFindings(unwrap(await gatherWatch(watchPort(platform), Date.now())));
    expect(found.map(({ code, message, help }) => `${code} ${message}: ${help}`)).toEqual([
      expect.stringMatching(
        /^watch\/unseen nobody sees whether s3:\/\/nobodys-lake\/scores\/ of recsys is fresh: .*: `esteira bootstrap -e dev` gives the notifier the right to list it; who watches by hand needs s3:ListBucket there\.$/,
      ),
    ]);
  });
});
