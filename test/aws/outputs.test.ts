import { randomBytes } from "node:crypto";

import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import type { AwsEnvironment, Step } from "../../src/config/model.ts";
import { stepId } from "../../src/core/ids.ts";
import { HELPER_VERSION } from "../../src/core/step-helper.ts";
import type { Release } from "../../src/release/release.ts";
import { dockerEngine } from "../rig/docker.ts";
import { describeWith } from "../rig/parts.ts";
import { recsys } from "./deploy-fixture.ts";
import {
  environmentWith,
  imagesOf,
  makeSources,
  type OwnRegistry,
  publish,
  registryProgram,
  removeFromEngine,
  type Sources,
  startRegistry,
} from "./images-rig.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { serveTaskCredentials, type TaskCredentials } from "./rig/task-credentials.ts";
import { unwrap } from "./rig/unwrap.ts";
import { startStep } from "./start-step.ts";

const bucket = "esteira-acme-dev-123456789012";
const engine = await dockerEngine();
const program = await registryProgram();

const [first] = recsys().steps as readonly [Step];
const steps: readonly Step[] = [
  { ...first, id: stepId("extract"), outputs: ["out/", "*.pkl"] },
  { ...first, id: stepId("train"), dependsOn: [stepId("extract")], outputs: ["model.bin"] },
  { ...first, id: stepId("cached"), dependsOn: [], outputs: ["big.bin"], cache: {} },
];

describeWith(engine, "outputs of steps in an image that Esteira built", () => {
  describeWith(program, "of its registry", (found) => {
    describeWith(moto(), "in S3", (part) => {
      const server = useMoto(part);
      let registry: OwnRegistry;
      let sources: Sources;
      let credentials: TaskCredentials;
      let image: string;
      let environment: AwsEnvironment;
      let release: Release;

      beforeAll(async () => {
        [registry, sources] = await Promise.all([startRegistry(found()), makeSources()]);
        environment = environmentWith("dev", `${registry.address}/ml/outputs`);
        await sources.write(
          "Dockerfile",
          `FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN chown 1000:1000 /app
USER 1000
ENTRYPOINT ["python", "-c", "print('mine')"]
CMD ["x"]
`,
        );
        credentials = await serveTaskCredentials();
        release = await sources.release(environment, { steps });
        const published = unwrap(
          (await publish(imagesOf(environment, [], sources), release)).result,
        );
        image = published.uri;
        await execa("docker", ["pull", "--quiet", image]);
      }, 120_000);
      afterAll(async () => {
        await removeFromEngine(`${registry.address}/ml/outputs`);
        await Promise.all([registry.stop(), sources.remove()]);
        credentials.close();
      });

      let prefix: string;
      beforeEach(async () => {
        prefix = `artifacts/recsys/run-${randomBytes(4).toString("hex")}/`;
        await server()
          .clients()
          .s3.send(new CreateBucketCommand({ Bucket: bucket }))
          .catch(() => undefined);
      });

      const started = (
        step: string,
        command: string,
        options: readonly string[] = [],
        id = "run-1",
      ) =>
        startStep({ release, image, endpoint: server().url, credentials, options }, command, {
          ESTEIRA_STEP: step,
          ESTEIRA_RUN_ID: id,
          ESTEIRA_ARTIFACTS_URI: `s3://${bucket}/${prefix}`,
        });
      const run = async (step: string, command: string) => {
        const { exitCode, all } = await started(step, command);
        return { exitCode, lines: all.replaceAll(/ in \d+\.\d s/g, " in 0.0 s").split("\n") };
      };
      const keys = async () => {
        const { Contents = [] } = await server()
          .clients()
          .s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
        return Contents.map(({ Key = "" }) => Key.slice(prefix.length));
      };
      const manifest = async (step: string) => {
        const { Body } = await server()
          .clients()
          .s3.send(
            new GetObjectCommand({
              Bucket: bucket,
              Key: `${prefix}_outputs/${step}/manifest.json`,
            }),
          );
        return JSON.parse((await Body?.transformToString()) ?? "") as {
          readonly attempt: string;
          readonly entries: readonly {
            readonly in: string;
            readonly path: string;
            readonly size?: number;
          }[];
        };
      };

      test("the image has the helper in it and is its author's otherwise", async () => {
        const { stdout } = await execa("docker", [
          "image",
          "inspect",
          "--format={{json .Config}}",
          image,
        ]);
        const config = JSON.parse(stdout) as Record<string, unknown>;
        expect(config).toMatchObject({
          User: "1000",
          Entrypoint: ["python", "-c", "print('mine')"],
          Cmd: ["x"],
          WorkingDir: "/app",
          Labels: {
            "esteira.helper": String(HELPER_VERSION),
            "esteira.source-hash": release.image.sourceHash,
          },
        });
      });

      test("what a step leaves is kept by the task's own role, and laid for the next", async () => {
        const kept = await run(
          "extract",
          "mkdir -p out/deep && echo a > out/a.txt && echo b > 'out/deep/é +&.csv' && ln -s a.txt out/latest && head -c 40000000 /dev/urandom > big.pkl && sha256sum big.pkl && echo r > $ESTEIRA_ARTIFACTS_DIR/report.html && touch junk && echo $ESTEIRA_CHECKPOINT_URI",
        );
        const sum = kept.lines.find((line) => line.endsWith("big.pkl"));
        expect(kept).toEqual({
          exitCode: 0,
          lines: [
            sum,
            `s3://${bucket}/${prefix}_checkpoints/extract/`,
            "esteira: kept 4 files (40.0 MB) in 0.0 s",
            `esteira: not kept, because the step doesn't declare it: junk (0 bytes); to keep it, add to the step in config.yaml: outputs: ["junk"]`,
          ],
        });
        expect(credentials.asked()).toBeGreaterThan(0);
        const laid = await run(
          "train",
          "sha256sum big.pkl && cat out/latest out/deep/* && ls $ESTEIRA_ARTIFACTS_DIR && touch model.bin",
        );
        expect(laid).toEqual({
          exitCode: 0,
          lines: [
            "esteira: laid 4 files (40.0 MB) of earlier steps in 0.0 s",
            sum,
            "a",
            "b",
            "report",
            "report.html",
            "esteira: kept 1 file (0 bytes) in 0.0 s",
          ],
        });
      });

      test("what an earlier run left is taken by the helper, inside S3", async () => {
        const command = "head -c 20000000 /dev/zero > big.bin; echo ran";
        const first = await started("cached", command, [], "run-1");
        expect(first.all).toContain("no run has left anything for it yet\nran");
        prefix = prefix.replace(/run-[0-9a-f]+/, (run) => `${run}-2`);
        const { all, exitCode } = await started("cached", command, [], "run-2");
        expect([exitCode, all.replace(/ in \d+\.\d s/, "")]).toEqual([
          0,
          "esteira: taken from run run-1: 1 file (20.0 MB)",
        ]);
        expect((await manifest("cached")).entries).toMatchObject([{ path: "big.bin" }]);
        expect((await keys()).filter((key) => key.endsWith("/work/big.bin"))).toHaveLength(1);
      });

      test("exit codes are the command's, and a command that fails leaves nothing", async () => {
        expect(await run("extract", "mkdir out && echo x > out/x && exit 41")).toEqual({
          exitCode: 41,
          lines: [""],
        });
        expect(await keys()).toEqual([]);
      });

      test("a signal reaches the command once, as it does without the helper", async () => {
        const name = `esteira-test-${randomBytes(4).toString("hex")}`;
        const command =
          // Once it is asked it stays a while: a second signal would be seen.
          'exec python -c \'import os, signal, sys, time; asked = []; signal.signal(signal.SIGTERM, lambda *_: (asked.append(1), os.write(1, b"asked\\n"))); os.write(1, b"up\\n"); [time.sleep(0.1) for _ in range(600) if not asked]; time.sleep(1); sys.exit(7)\'';
        const running = started("extract", command, [`--name=${name}`]);
        for await (const line of running.iterable({ from: "all" })) {
          if (line === "up") await execa("docker", ["kill", "--signal=TERM", name]);
        }
        const { exitCode, all } = await running;
        expect({ exitCode, all }).toEqual({ exitCode: 7, all: "up\nasked" });
      });

      test("killed while it sends, it leaves what was there before: all of it, or nothing", async () => {
        for (let round = 0; round < 6; round += 1) {
          const name = `esteira-test-${randomBytes(4).toString("hex")}`;
          const running = started(
            "extract",
            `mkdir out && for i in $(seq 30); do echo ${round} > out/$i; done && head -c 60000000 /dev/urandom > out/big && echo ready`,
            [`--name=${name}`],
          );
          const end = new AbortController();
          void running.then(() => end.abort());
          for await (const line of running.iterable({ from: "all" })) {
            if (line !== "ready") continue;
            // Each round with a few more files sent; the last rounds may come to their end.
            const before = (await keys()).length;
            while (!end.signal.aborted && (await keys()).length < before + 8 * round);
            await execa("docker", ["kill", name], { reject: false });
          }
          await running;
          if (!(await keys()).includes("_outputs/extract/manifest.json")) continue;
          const { attempt, entries } = await manifest("extract");
          expect(entries).toHaveLength(31);
          for (const { in: within, path, size } of entries) {
            const Key = `${prefix}_outputs/extract/${attempt}/${within}/${path}`;
            const head = await server()
              .clients()
              .s3.send(new HeadObjectCommand({ Bucket: bucket, Key }));
            expect(head.ContentLength).toBe(size);
          }
        }
        const whole = await run("extract", "mkdir out && echo whole > out/x");
        expect(whole.exitCode).toBe(0);
        const left = (await keys()).filter((key) => key.includes("/work/"));
        expect(left).toEqual([
          expect.stringMatching(/^_outputs\/extract\/[0-9a-f-]+\/work\/out\/x$/),
        ]);
      });

      test("a checkpoint outlives a lost instance and a failure, and goes when the step succeeds", async () => {
        const name = `esteira-test-${randomBytes(4).toString("hex")}`;
        const lost = started("extract", "echo $ESTEIRA_CHECKPOINT_URI && sleep 60", [
          `--name=${name}`,
        ]);
        for await (const line of lost.iterable({ from: "all" })) {
          const Key = `${line.replace(`s3://${bucket}/`, "")}state`;
          await server()
            .clients()
            .s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "epoch 7" }));
          await execa("docker", ["kill", name]);
        }
        expect((await lost).exitCode).toBe(137);
        expect(await run("extract", "echo $ESTEIRA_CHECKPOINT_URI && exit 3")).toEqual({
          exitCode: 3,
          lines: [`s3://${bucket}/${prefix}_checkpoints/extract/`],
        });
        expect(await keys()).toEqual(["_checkpoints/extract/state"]);
        expect((await run("extract", "mkdir out && echo x > out/x")).exitCode).toBe(0);
        expect((await keys()).filter((key) => key.startsWith("_checkpoints/"))).toEqual([]);
      });

      test("an image without Python is refused while it is built", async () => {
        const other = await makeSources();
        await other.write("Dockerfile", "FROM python:3.11-slim\nRUN rm -f $(which -a python3)\n");
        const without = await other.release(environment, { steps });
        const { result } = await publish(imagesOf(environment, [], other), without);
        expect(result.ok ? "" : result.error.message).toBe(
          "the steps of recsys have outputs, checks or a cache, which need Python, and the image has no python3 of 3.9 or later",
        );
        await other.remove();
      });
    });
  });
});
