import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CreateBucketCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

import { projectOf } from "../../src/config/fixtures/checked.ts";
import { taskEnvironment } from "../../src/release/environment.ts";
import { helperArchive } from "../../src/platform/step-helper.ts";
import { readReport } from "../../src/runs/attempt-report.ts";
import { checkSentence } from "../../src/runs/checks.ts";
import { readCheckHistory } from "../../src/app/runs/check-history.ts";
import { describeWith } from "../rig/parts.ts";
import { environmentWith } from "./images-rig.ts";
import { moto, useMoto } from "./rig/moto.ts";

const bucket = "esteira-acme-dev-123456789012";
const project = projectOf(`batch: {pipeline: {steps: [{id: train, command: "true"}]}}
checks:
  auc: "> -5%"
`);

describeWith(moto(), "checks in S3", (part) => {
  const server = useMoto(part);
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "esteira-checks-"));
    await writeFile(join(folder, "step.pyz"), helperArchive());
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** What a task of ECS would start for the step of a run. */
  const ran = async (run: string, auc: number) => {
    const sheet = JSON.parse(
      taskEnvironment(project, environmentWith("dev", "registry/ml"), "0")["ESTEIRA_OUTPUTS"] ?? "",
    ) as object;
    const command = `echo '{"auc": ${auc}}' > "$ESTEIRA_ARTIFACTS_DIR/metrics.json"`;
    const { exitCode, stderr } = await execa(
      "python3",
      ["-I", "-S", join(folder, "step.pyz"), `--attempt=${run}`, "sh", "-c", command],
      {
        cwd: folder,
        reject: false,
        env: {
          ESTEIRA_OUTPUTS: JSON.stringify({ ...sheet, endpoint: server().url }),
          ESTEIRA_STEP: "train",
          ESTEIRA_RUN_ID: run,
          ESTEIRA_ARTIFACTS_URI: `s3://${bucket}/artifacts/recsys/${run}/`,
          AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
          AWS_SECRET_ACCESS_KEY: "secret",
        },
      },
    );
    return { exitCode, last: stderr.split("\n").at(-1) };
  };
  const text = async (key: string) => {
    const got = await server()
      .clients()
      .s3.send(new GetObjectCommand({ Bucket: bucket, Key: `artifacts/recsys/${key}` }));
    return (await got.Body?.transformToString()) ?? "";
  };

  test("a step on AWS fails by the median of the runs before, which are in the bucket", async () => {
    await server()
      .clients()
      .s3.send(new CreateBucketCommand({ Bucket: bucket }));
    for (const [at, auc] of [0.8, 0.8, 0.82].entries()) {
      expect(await ran(`run-${at}`, auc)).toMatchObject({
        exitCode: 0,
        last: expect.stringMatching(/^esteira: kept 1 file/) as string,
      });
    }
    expect(await ran("run-3", 0.5)).toEqual({
      exitCode: 65,
      last: 'esteira: check failed: auc is 0.5, and "> -5%" is asked against 0.8, the median of the last 3 good runs: the limit is 0.76',
    });
    const history = readCheckHistory(await text("_checks/train.json"));
    expect(history.map(({ run, kept, checks }) => [run, kept, checks[0]?.value])).toEqual([
      ["run-0", true, 0.8],
      ["run-1", true, 0.8],
      ["run-2", true, 0.82],
      ["run-3", false, 0.5],
    ]);
    const report = readReport(await text("run-3/_outputs/train/attempts/run-3.json"));
    expect(report?.checks?.map(checkSentence)).toEqual([
      'auc is 0.5, and "> -5%" is asked against 0.8, the median of the last 3 good runs: the limit is 0.76',
    ]);
    await expect(text("run-3/_outputs/train/manifest.json")).rejects.toThrow("key");
  });
});
