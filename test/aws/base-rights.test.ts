import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";

import { planBootstrap } from "../../src/aws/bootstrap/bootstrap.ts";
import { readBase } from "../../src/aws/bootstrap/layer.ts";
import { listAudit } from "../../src/aws/bucket/audit-trail.ts";
import { listHolds, putHold } from "../../src/aws/bucket/holds.ts";
import { acquireLease } from "../../src/aws/bucket/lease.ts";
import { bucketStore } from "../../src/aws/bucket/store.ts";
import { awsArtifacts } from "../../src/aws/runs/artifacts.ts";
import { bucketLocation } from "../../src/aws/bucket/location.ts";
import { deployPolicy } from "../../src/aws/iam/deploy-policies.ts";
import { planPolicy } from "../../src/aws/iam/plan-policy.ts";
import { policyScope } from "../../src/aws/iam/scope.ts";
import { describeWith } from "../rig/parts.ts";
import { bootstrapped } from "./deploy-fixture.ts";
import { record, type Call } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { missingRights } from "./rig/rights.ts";
import { unwrap } from "./rig/unwrap.ts";

describeWith(moto(), "the rights of who only plans or deploys", (part) => {
  const server = useMoto(part);

  test("suffice to look at the base layer and to keep the environment's documents", async () => {
    const { context } = await bootstrapped(server());
    const { environment, workspace, partition } = context;
    const scopeOf = { workspace, partition, environment };
    const scope = policyScope(scopeOf);
    const calls: Call[] = [];
    const watched = { ...context, clients: record(server().clients(), calls) };
    const store = bucketStore(watched);

    unwrap(await planBootstrap(watched));
    unwrap(await readBase(watched, { check: true }));
    unwrap(await listHolds(store));
    unwrap(await listAudit(store, { limit: 10 }));
    expect(calls.length).toBeGreaterThan(30);
    expect(missingRights(planPolicy(scope), calls)).toEqual([]);

    calls.length = 0;
    const lease = unwrap(
      await acquireLease(store, {
        actor: "ci",
        purpose: "deploy",
        timing: context.timing,
        waitMs: 0,
      }),
    );
    unwrap(await putHold(store, { schema: 1, project: "p" }));
    unwrap(await lease.release());
    expect(missingRights(deployPolicy(scope), calls)).toEqual([]);
    expect(missingRights(planPolicy(scope), calls)).not.toEqual([]);

    // What finding old artifacts and forecasting caches asks of S3, then removing them.
    calls.length = 0;
    const location = bucketLocation(workspace, environment);
    const artifacts = awsArtifacts(watched, location);
    const entry = { project: "recsys", origin: "_cache" };
    const run = { project: "recsys", origin: "r-1" };
    for (const key of ["_cache/train/last.json", "r-1/score/list.csv"]) {
      const Key = `${location.artifacts}recsys/${key}`;
      await context.clients.s3.send(
        new PutObjectCommand({ Bucket: location.bucket, Key, Body: "{}" }),
      );
    }
    expect(unwrap(await artifacts.origins("recsys"))).toEqual(["_cache", "r-1"]);
    expect(unwrap(await artifacts.list(entry, 10))).toHaveLength(1);
    unwrap(await artifacts.find(entry, "train/last.json"));
    unwrap(await artifacts.read(entry, "train/last.json"));
    const keeping = policyScope({
      ...scopeOf,
      environment: { ...environment, keepArtifactsDays: 90 },
    });
    expect(missingRights(planPolicy(keeping), calls)).toEqual([]);
    expect(missingRights(planPolicy(scope), calls)).toHaveLength(4);
    const looks = calls.filter(({ operation }) => operation !== "ListObjectsV2");
    expect(missingRights(planPolicy(policyScope({ ...scopeOf, usesCache: true })), looks)).toEqual(
      [],
    );
    unwrap(await artifacts.remove(run));
    expect(missingRights(deployPolicy(keeping), calls)).toEqual([]);
    expect(missingRights(planPolicy(keeping), calls)).toHaveLength(1);
  });
});
