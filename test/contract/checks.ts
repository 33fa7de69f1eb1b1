import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { byMetric, checkHistory } from "../../src/app/runs/check-history.ts";
import { readRun } from "../../src/app/runs/read-run.ts";
import type { RunReading } from "../../src/app/runs/read-run.ts";
import { projectName, type RunId } from "../../src/core/ids.ts";
import { judgeChecks } from "../../src/model-registry/gate.ts";
import { openMlflow } from "../../src/model-registry/mlflow.ts";
import { checkSentence, checksOf } from "../../src/runs/checks.ts";
import { mlflow, useMlflow } from "../models/rig/mlflow.ts";
import { describeWith } from "../rig/parts.ts";
import type { ContractHarness, MakeHarness } from "./harness.ts";
import { deploy, ended, input, until, value } from "./tools.ts";

/** Metrics are checked alike where the steps run, and what they said is history. */
export function contractOfChecks(name: string, makeHarness: MakeHarness): void {
  describe(`${name}: checks`, () => {
    let harness: ContractHarness;

    beforeAll(async () => {
      harness = await makeHarness();
      const { platform } = harness;
      const steps = { measure: "measures", publish: "succeeds" } as const;
      await deploy(platform, [
        await harness.release({ name: "limited", steps, checks: { rows: ">= 10_000" } }),
        await harness.release({
          name: "compared",
          steps,
          checks: { auc: "> -5%", loss: { rule: "< +5%", otherwise: "warn" } },
        }),
      ]);
    });
    afterAll(() => harness.close());

    /** A run of steps that measure this, when it has ended. */
    const ran = async (project: string, metrics: object): Promise<RunReading> => {
      const { platform } = harness;
      const given = input({ params: { metrics: JSON.stringify(metrics) } });
      const run = value(await platform.start(projectName(project), given, { mode: "follow" }));
      return reading(run);
    };
    const reading = async (run: RunId): Promise<RunReading> => {
      const { platform } = harness;
      const summary = await until(platform, run, ended);
      const read = await readRun(platform, summary, Date.now());
      if (!read.ok) throw new Error(read.error.message);
      return read.value;
    };
    const stepsOf = ({ view }: RunReading) => view.steps.map(({ id, status }) => [id, status]);
    /** As `status` has them. */
    const said = ({ view }: RunReading) =>
      checksOf(view.steps).map((one) => [
        one.passed ? "met" : `not met: ${one.otherwise}`,
        checkSentence(one),
      ]);
    const kept = async ({ run }: RunReading): Promise<readonly string[]> => {
      const listed = await harness.platform.artifacts?.list(run, 100);
      return listed === undefined ? [] : value(listed).map(({ key }) => key);
    };
    const manifest = "_outputs/measure/manifest.json";

    test("a value beyond its limit fails the step: nothing of it is kept, and no step comes after", async () => {
      const bad = await ran("limited", { rows: 120 });
      const sentence = 'rows is 120, and ">= 10_000" is asked';
      expect(stepsOf(bad)).toEqual([
        ["measure", "failed"],
        ["publish", "pending"],
      ]);
      expect(bad.view.steps[0]?.attempts[0]?.exitCode).toBe(65);
      expect(bad.diagnosis).toMatchObject({
        code: "run/check-failed",
        message: `measure left what its checks refuse: ${sentence}`,
      });
      expect(said(bad)).toEqual([["not met: fail", sentence]]);
      expect(await kept(bad)).not.toContain(manifest);

      const resumed = value(
        await harness.platform.resume(bad.run.run as RunId, { mode: "follow", actor: "ana" }),
      );
      expect(stepsOf(await reading(resumed))[1]).toEqual(["publish", "pending"]);

      const good = await ran("limited", { rows: 12_000 });
      expect(good.view.status).toBe("SUCCEEDED");
      expect(await kept(good)).toContain(manifest);
    });

    test("a value is compared with the median of good runs; what is warned of continues", async () => {
      for (const auc of [0.8, 0.8, 0.82]) {
        expect((await ran("compared", { auc, loss: 1 })).view.status).toBe("SUCCEEDED");
      }
      const worse = await ran("compared", { auc: 0.5, loss: 1 });
      const asked =
        'auc is 0.5, and "> -5%" is asked against 0.8, the median of the last 3 good runs: the limit is 0.76';
      expect(worse.diagnosis?.message).toBe(`measure left what its checks refuse: ${asked}`);
      expect(stepsOf(worse)[1]).toEqual(["publish", "pending"]);

      const warned = await ran("compared", { auc: 0.79, loss: 2 });
      expect(warned.view.status).toBe("SUCCEEDED");
      expect(said(warned)).toEqual([
        [
          "not met: warn",
          'loss is 2, and "< +5%" is asked against 1, the median of the last 3 good runs: the limit is 1.05',
        ],
        [
          "met",
          'auc is 0.79, and "> -5%" is asked against 0.8, the median of the last 3 good runs: the limit is 0.76',
        ],
      ]);
      expect(await kept(warned)).toContain(manifest);
    });

    test("what checks said is kept over runs, with whether the step was", async () => {
      const { artifacts } = harness.platform;
      if (artifacts === undefined) throw new Error("every platform keeps artifacts");
      const history = await checkHistory(artifacts, "compared");
      if (!history.ok) throw new Error(history.error.message);
      expect(history.value.map((one) => one.kept)).toEqual([true, true, true, false, true]);
      expect(
        byMetric(history.value).map(({ step, metric, rule, runs }) => [
          step,
          metric,
          rule,
          runs.map(({ check }) => check.value),
        ]),
      ).toEqual([
        ["measure", "auc", "> -5%", [0.8, 0.8, 0.82, 0.5, 0.79]],
        ["measure", "loss", "< +5%", [1, 1, 1, 1, 2]],
      ]);
    });

    describeWith(mlflow(3), "and a model registry", (part) => {
      const server = useMlflow(part);

      /** Why the model that this run made isn't promoted. */
      const refusal = async ({ run }: RunReading, model: string): Promise<string | undefined> => {
        const { ask, url } = server();
        const found = await ask("POST", "runs/search", {
          experiment_ids: ["0"],
          filter: `tags.\`esteira.run\` = '${run.run}'`,
        });
        const [made] = (found["runs"] ?? []) as { info: { run_id: string } }[];
        if (made === undefined) throw new Error(`no run of MLflow is ${run.run}'s`);
        const { run_id } = made.info;
        await ask("POST", "registered-models/create", { name: model });
        const source = `mlflow-artifacts:/0/${run_id}/artifacts/model`;
        await ask("POST", "model-versions/create", { name: model, source, run_id });
        const patient = { sleep: (ms: number) => sleep(ms), timeoutMs: 60_000 };
        const registry = value(await openMlflow({ trackingUri: url, variables: {}, ...patient }));
        const [version] = value(await registry.versions(model)) ?? [];
        const facts = value(await registry.runs([run_id])).get(run_id);
        return version && judgeChecks(version, facts)?.message;
      };

      test("a model whose checks block it isn't promoted, and its run continues", async () => {
        const project = `blocked-${name}`;
        await deploy(harness.platform, [
          await harness.release({
            name: project,
            steps: { train: "trains", publish: "succeeds" },
            checks: { auc: { rule: ">= 0.75", otherwise: "block_promotion" } },
            mlflow: server().url,
          }),
        ]);
        const bad = await ran(project, { auc: 0.7 });
        expect(bad.view.status).toBe("SUCCEEDED");
        const sentence = 'auc is 0.7, and ">= 0.75" is asked';
        expect(said(bad)).toEqual([["not met: block_promotion", sentence]]);
        const environment = name === "aws" ? "dev" : "local";
        expect(await refusal(bad, `${project}-bad`)).toBe(
          `version 1 of the model ${project}-bad was made by run ${bad.run.run} in ${environment}, whose checks keep it from being promoted: ${sentence}`,
        );
        const good = await ran(project, { auc: 0.8 });
        expect(await refusal(good, `${project}-good`)).toBeUndefined();
      });
    });
  });
}
