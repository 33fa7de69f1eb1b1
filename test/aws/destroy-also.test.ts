import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";

import type { AwsContext } from "../../src/aws/sdk/context.ts";
import type { Plan } from "../../src/platform/plan.ts";
import { environmentName, projectName } from "../../src/core/ids.ts";
import { describeWith } from "../rig/parts.ts";
import {
  apply,
  bootstrapped,
  deploy,
  environmentAround,
  recsys,
  type TestEnvironment,
  changeLines,
} from "./deploy-fixture.ts";
import { bootstrapChanges, bootstrap } from "./rig/bootstrap.ts";
import { intercept } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";

const project = projectName("recsys");
const Bucket = "esteira-acme-dev-123456789012";

describeWith(moto(), "what destroy takes away when it is asked to", (part) => {
  const server = useMoto(part);

  /**
   * One project deployed, and what its life leaves in the bucket: artifacts, an overwritten one, a
   * deleted one, an upload that broke off.
   */
  async function lived(): Promise<TestEnvironment> {
    const environment = await bootstrapped(server());
    await deploy(await environment.open(), [environment.release(recsys())]);
    const { s3 } = environment.context.clients;
    for (const Key of ["artifacts/recsys/r1/model.bin", "artifacts/recsys/r1/old.csv"]) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: "1" }));
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: "2" }));
    }
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "artifacts/recsys/r1/old.csv" }));
    await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "artifacts/recsys/r2/big" }));
    return environment;
  }

  test("logs and images, of what is deployed and of what was", async () => {
    const environment = await lived();
    const { images, context } = environment;
    images.tags.set("recsys", ["recsys-1.0.0", "recsys-1.1.0", "src-recsys-0123456789ab"]);
    const platform = await environment.open();

    const logs = unwrap(await platform.retained.planDestroy([project], { logs: true }));
    expect(changeLines(logs).slice(-3)).toEqual([
      "remove task-definition recsys",
      "remove log-group /ecs/recsys",
      "remove log-group /aws/vendedlogs/states/recsys-workflow",
    ]);
    expect(notes(logs)).toEqual(["images and artifacts are kept"]);
    await apply(platform, logs);
    expect(await logGroups(context)).toEqual([]);
    expect(images.tags.get("recsys")).toHaveLength(3);

    // It isn't deployed any more, and its images are still there.
    expect(unwrap(await platform.planDestroy([project])).projects).toEqual([]);
    expect(unwrap(await platform.retained.projects())).toEqual(["recsys"]);
    const rest = unwrap(
      await platform.retained.planDestroy([project], { logs: true, images: true }),
    );
    expect(changeLines(rest)).toEqual(["remove images recsys"]);
    expect(notes(rest)).toEqual(["recsys-1.0.0, recsys-1.1.0 and 1 more; artifacts are kept"]);
    expect((await apply(platform, rest)).summary.projects).toEqual([
      { project: "recsys", outcome: "changed" },
    ]);
    expect(images.tags.get("recsys")).toEqual([]);
    const nothing = await platform.retained.planDestroy([project], { logs: true, images: true });
    expect(unwrap(nothing).projects).toEqual([]);
  });

  test("not the images whose tags another environment gives its own", async () => {
    const environment = await lived();
    const { cleanUp: _shared, ...shared } = environment.images;
    const platform = await environment.open({ images: () => shared });
    const plan = unwrap(await platform.retained.planDestroy([project], { images: true }));
    expect(plan.projects[0]?.warnings).toEqual([
      "its images have the tags of another environment's too and are left alone",
    ]);
    expect(changeLines(plan)).not.toContain("remove images recsys");
  });

  test("the bucket, after everything else, with every version in it; bootstrap then begins anew", async () => {
    const environment = await lived();
    const { context } = environment;
    const platform = await environment.open();
    const plan = unwrap(await platform.retained.planDestroy([project], { bucket: true }));
    expect(plan.projects.map(({ project }) => project)).toEqual(["recsys", "base layer"]);
    expect(changeLines(plan, "base layer")).toEqual([`remove bucket ${Bucket}`]);
    const { summary, events } = await apply(platform, plan);

    expect(summary.projects).toEqual([
      { project: "recsys", outcome: "changed" },
      { project: "base layer", outcome: "changed" },
    ]);
    const finished = events.flatMap((event) =>
      event.kind === "step-finished" ? [event.resource] : [],
    );
    expect(finished.at(-1)).toBe(`bucket ${Bucket}`);
    expect((await context.clients.s3.send(new ListBucketsCommand())).Buckets).toEqual([]);
    // Roles, security group and queue stay: the next bootstrap takes them as they are.
    expect(await bootstrapChanges(context)).toEqual([
      `create bucket ${Bucket}`,
      `create document s3://${Bucket}/esteira/v1/base.json`,
    ]);
    await bootstrap(context);
    const again = await deploy(await environment.open(), [environment.release(recsys())]);
    expect(again.summary.projects).toEqual([{ project: "recsys", outcome: "changed" }]);
  });

  test("the bucket, cut at any request of it: run again it continues", async () => {
    const environment = await lived();
    const { context } = environment;
    const wanted = [
      "ListMultipartUploads",
      "AbortMultipartUpload",
      "ListObjectVersions",
      "DeleteObjects",
      "DeleteBucket",
    ];
    for (const cut of wanted) {
      const clients = intercept(server().clients(), ({ operation }) => {
        if (operation === cut) throw Object.assign(new Error("the disk is on fire"), { name: cut });
        return undefined;
      });
      const broken = await environmentAround({ ...context, clients }).open();
      const plan = unwrap(await broken.retained.planDestroy([project], { bucket: true }));
      const { summary } = await apply(broken, plan);
      expect(summary.projects.at(-1)).toMatchObject({
        project: "base layer",
        outcome: "failed",
        error: { resource: `bucket ${Bucket}` },
      });
    }
    const platform = await environment.open();
    const { summary } = await apply(
      platform,
      unwrap(await platform.retained.planDestroy([project], { bucket: true })),
    );
    expect(summary.projects).toEqual([{ project: "base layer", outcome: "changed" }]);
    expect((await context.clients.s3.send(new ListBucketsCommand())).Buckets).toEqual([]);
  });

  test("the bucket, although its lease is renewed while the lease's versions are deleted", async () => {
    const environment = await lived();
    const { s3 } = environment.context.clients;
    let renewals = 0;
    const clients = intercept(server().clients(), async ({ operation }) => {
      if (operation === "DeleteBucket" && (renewals += 1) <= 2) {
        await s3.send(new PutObjectCommand({ Bucket, Key: "esteira/v1/lease.json", Body: "{}" }));
      }
      return undefined;
    });
    const platform = await environmentAround({ ...environment.context, clients }).open();
    const plan = unwrap(await platform.retained.planDestroy([project], { bucket: true }));
    const { summary } = await apply(platform, plan);
    expect(summary.projects.at(-1)).toEqual({ project: "base layer", outcome: "changed" });
    expect(renewals).toBe(3);
    expect((await s3.send(new ListBucketsCommand())).Buckets).toEqual([]);
  });

  test("the bucket stays where something else couldn't be removed", async () => {
    const environment = await lived();
    const clients = intercept(server().clients(), ({ operation }) => {
      if (operation === "DeleteLaunchTemplate") throw new Error("no");
      return undefined;
    });
    const platform = await environmentAround({ ...environment.context, clients }).open();
    const plan = unwrap(await platform.retained.planDestroy([project], { bucket: true }));
    const { summary } = await apply(platform, plan);
    expect(summary.projects[1]).toEqual({
      project: "base layer",
      outcome: "failed",
      error: {
        reason: "refused",
        message: `the bucket ${Bucket} is kept: not everything else could be removed`,
        help: "fix that and run it again",
      },
    });
    await environment.context.clients.s3.send(new HeadBucketCommand({ Bucket }));
  });

  test("never a bucket that Esteira didn't make for this environment", async () => {
    const { context } = await bootstrapped(server());
    const { s3 } = context.clients;
    await s3.send(new CreateBucketCommand({ Bucket: "data-lake" }));
    const named = { ...context.environment, artifactsUri: "s3://data-lake/ml" };
    const own = await environmentAround({ ...context, environment: named }).open();
    expect(await own.retained.planDestroy([], { bucket: true })).toEqual({
      ok: false,
      error: {
        reason: "refused",
        message:
          "the bucket data-lake is one that `artifacts_uri` names: Esteira didn't make it and doesn't delete it",
        help: "leave --bucket out; what Esteira keeps there is below esteira/v1/acme/dev/ and ml/",
        resource: "bucket data-lake",
      },
    });

    const stg = { ...context.environment, name: environmentName("stg") };
    const other = await environmentAround({ ...context, environment: stg }).open();
    await s3.send(new CreateBucketCommand({ Bucket: "esteira-acme-stg-123456789012" }));
    expect(await other.retained.planDestroy([], { bucket: true })).toMatchObject({
      ok: false,
      error: {
        reason: "refused",
        message: "the bucket esteira-acme-stg-123456789012 doesn't bear Esteira's tags",
      },
    });
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions.length).toBeGreaterThan(0);
  });
});

function notes({ projects }: Plan): string[] {
  return (projects[0]?.changes ?? []).flatMap(({ note }) => note ?? []);
}

async function logGroups({ clients }: AwsContext): Promise<string[]> {
  const { logGroups = [] } = await clients.logs.send(new DescribeLogGroupsCommand({}));
  return logGroups
    .map(({ logGroupName = "" }) => logGroupName)
    .filter((name) => name.includes("recsys"));
}
