import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";

import { readRun } from "../../src/app/runs/read-run.ts";
import { findRun } from "../../src/app/runs/run-reference.ts";
import { copyArtifacts } from "../../src/app/trials/copy-artifacts.ts";
import { readPolicy, runPolicy } from "../../src/aws/iam/deploy-policies.ts";
import { planPolicy } from "../../src/aws/iam/plan-policy.ts";
import { policyScope } from "../../src/aws/iam/scope.ts";
import { projectName } from "../../src/core/ids.ts";
import { runInput } from "../../src/runs/input.ts";
import { describeWith } from "../rig/parts.ts";
import { deploy, recsys } from "./deploy-fixture.ts";
import { type Call, record } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { missingRights } from "./rig/rights.ts";
import type { Script } from "./rig/sfn-tasks.ts";
import { unwrap } from "./rig/unwrap.ts";
import { ended, runsEnvironment } from "./runs-fixture.ts";

const project = projectName("recsys");
const fails: Script = ({ step }) => ({
  lines: [`${step} works`],
  end: step === "score_model" ? 1 : 0,
});

describeWith(moto(), "the policy of who reads runs", (part) => {
  const server = useMoto(part);

  test("suffices for what dev and shell take from a run of prd, and for all that is read of it; the plan policy doesn't", async () => {
    await using runs = await runsEnvironment(server(), { script: fails });
    const release = recsys({ steps: recsys().steps.map((step) => ({ ...step, retries: 0 })) });
    const platform = await runs.open();
    await deploy(platform, [runs.environment.release(release)]);
    const run = unwrap(await platform.start(project, runInput(), { mode: "follow" }));
    const summary = await ended(platform, run);
    const scope = policyScope(runs.environment.context);
    const { bucket, artifacts } = scope.location;
    const Key = `${artifacts}recsys/${run}/_outputs/prepare/01-a/work/out.txt`;
    await runs.clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "prepared" }));

    const calls: Call[] = [];
    const clients = record(server().clients({ sfnUrl: runs.sfn.url }), calls);
    const folder = await mkdtemp(join(tmpdir(), "esteira-read-"));
    // A machine that has read nothing of it yet.
    const reader = await runs.open({ clients, cacheDirectory: join(folder, "cache") });
    try {
      const found = await findRun(reader, run, [project]);
      expect(found).toMatchObject({ ok: true, value: { run, status: "FAILED" } });
      expect(await readRun(reader, summary, Date.now())).toMatchObject({ ok: true });
      if (reader.artifacts === undefined) throw new Error("AWS keeps artifacts");
      expect(await copyArtifacts(reader.artifacts, summary, join(folder, "copy"))).toMatchObject({
        ok: true,
      });
      const copy = join(folder, "copy/_outputs/prepare/01-a/work/out.txt");
      expect(await readFile(copy, "utf8")).toBe("prepared");
    } finally {
      await rm(folder, { recursive: true });
    }
    expect(missingRights(readPolicy(scope), calls)).toEqual([]);
    expect(missingRights(runPolicy(scope), calls)).toEqual([]);
    const lacking = missingRights(planPolicy(scope), calls).join("\n");
    expect(lacking).toContain("states:GetExecutionHistory");
    expect(lacking).toContain("s3:GetObject");
    expect(lacking).toContain("s3:ListBucket");
  });
});
