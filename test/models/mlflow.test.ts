import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { execa } from "execa";
import { expect, test } from "vitest";

import type { Environment, ModelConfig } from "../../src/config/model.ts";
import { environmentName } from "../../src/core/ids.ts";
import type { Result } from "../../src/core/result.ts";
import { askForModels } from "../../src/model-registry/ask.ts";
import { namedVersion } from "../../src/model-registry/compare.ts";
import { judgeChecks, whereIs } from "../../src/model-registry/gate.ts";
import { type MlflowRegistry, openMlflow } from "../../src/model-registry/mlflow.ts";
import { promoteDecided } from "../../src/model-registry/promotion.ts";
import type { ModelVersion } from "../../src/model-registry/registry.ts";
import type { PlatformError } from "../../src/platform/port.ts";
import type { Release } from "../../src/release/release.ts";
import { describeWith } from "../rig/parts.ts";
import { countingProxy } from "./rig/http-server.ts";
import { mlflow, mlflowVersions, useMlflow } from "./rig/mlflow.ts";

async function open(url: string): Promise<MlflowRegistry> {
  const patient = { sleep: (ms: number) => sleep(ms), timeoutMs: 60_000 };
  return good(await openMlflow({ trackingUri: url, variables: {}, ...patient }));
}

function good<Value>(result: Result<Value, PlatformError>): Value {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/** `3 Staging and @champion, 2 Archived, 1 no stage` */
function textOf(versions: readonly ModelVersion[] | undefined): string {
  return (versions ?? []).map((one) => `${one.version} ${whereIs(one)}`).join(", ");
}

const production = { kind: "stage", stage: "Production" } as const;

for (const major of mlflowVersions) {
  describeWith(mlflow(major), `a real MLflow ${major}`, (part) => {
    const server = useMlflow(part);

    test("versions go through stages and aliases, and what was there before is archived or left", async () => {
      const { url, register } = server();
      const registry = await open(url);
      await register("cars", [{ auc: 0.7 }, { auc: 0.8 }, { auc: 0.9 }]);
      good(await registry.put("cars", "1", production));
      good(await registry.put("cars", "2", { kind: "stage", stage: "Staging" }));
      good(await registry.put("cars", "1", { kind: "alias", alias: "champion" }));
      expect(textOf(good(await registry.versions("cars")))).toBe(
        "3 no stage, 2 Staging, 1 Production and @champion",
      );
      good(await registry.put("cars", "2", production));
      good(await registry.put("cars", "2", { kind: "alias", alias: "champion" }));
      const versions = good(await registry.versions("cars")) ?? [];
      expect(textOf(versions)).toBe("3 no stage, 2 Production and @champion, 1 Archived");
      // Again is as good as once.
      good(await registry.put("cars", "2", production));
      expect(good(await registry.versions("cars"))?.map(({ stage }) => stage)).toEqual(
        versions.map(({ stage }) => stage),
      );
      const champion = good(namedVersion(versions, "@champion"));
      expect(good(await registry.runs([champion.run ?? ""]))).toEqual(
        new Map([
          [champion.run, { run: champion.run, metrics: { auc: 0.8 }, parameters: { k: "6" } }],
        ]),
      );
    });

    test("a model whose run isn't as its checks ask is marked, and is promoted once it is right", async () => {
      const { url, register } = server();
      const registry = await open(url);
      await register("marked", [{ auc: 0.9 }]);
      const [version] = good(await registry.versions("marked")) ?? [];
      const run = version?.run ?? "";
      const tagged = {
        project: "recsys",
        environment: "dev",
        run: "r1",
        step: "train",
        origin: "r1",
      };
      for (const [name, value] of Object.entries(tagged)) {
        const body = JSON.stringify({ run_id: run, key: `esteira.${name}`, value });
        await fetch(`${url}/api/2.0/mlflow/runs/set-tag`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body,
        });
      }
      // What the helper does when a check isn't met, and when it is.
      const mark = (reason: string) =>
        execa(
          "python3",
          [
            "-c",
            `import mlflow_marks as m; m.Marks({"MLFLOW_TRACKING_URI": "${url}"}, "r1", "evaluate").put(${reason})`,
          ],
          {
            cwd: join(import.meta.dirname, "../../src/platform/step-helper"),
            env: { PYTHONDONTWRITEBYTECODE: "1" },
          },
        );
      const refusal = async () => {
        const facts = good(await registry.runs([run])).get(run);
        return version && judgeChecks(version, facts)?.message;
      };
      await mark(`'auc is 0.7, and "> -5%" is asked'`);
      expect(await refusal()).toBe(
        'version 1 of the model marked was made by run r1 in dev, whose checks keep it from being promoted: auc is 0.7, and "> -5%" is asked',
      );
      good(await registry.put("marked", "1", { kind: "stage", stage: "Staging" }));
      const decisions = await askForModels({
        environment: prd,
        releases: [releaseOf("marked", { promoteOnDeploy: true })],
        open: () => Promise.resolve({ ok: true, value: registry }),
      }).then((all) => all.get("marked"));
      expect(decisions).toMatchObject({ version: "1", refusal: { message: await refusal() } });
      expect(decisions).not.toHaveProperty("promotion");
      await mark("None");
      expect(await refusal()).toBeUndefined();
    });

    test("what isn't there is not there, and what isn't allowed is reported in MLflow's words", async () => {
      const registry = await open(server().url);
      expect(good(await registry.versions("no-such-model"))).toBeUndefined();
      expect(good(await registry.runs(["00000000000000000000000000000000"])).size).toBe(0);
      await server().register("o'neill", []);
      expect(good(await registry.versions("o'neill"))).toEqual([]);
      expect(await registry.put("o'neill", "9", production)).toEqual({
        ok: false,
        error: {
          reason: "not-found",
          message: `MLflow at ${registry.address} has no version 9 of the model o'neill`,
          help: "`esteira model list` shows what there is",
        },
      });
      await server().register("alias", [{}]);
      expect(await registry.put("alias", "1", { kind: "alias", alias: "latest" })).toMatchObject({
        ok: false,
        error: {
          reason: "refused",
          message: expect.stringMatching(
            /refuses: 'latest' alias name .* is reserved\.$/,
          ) as string,
        },
      });
    });

    test("the last act of a deploy looks again: what moved in between is not overwritten", async () => {
      const registry = await open(server().url);
      await server().register("moving", [{}, {}, {}]);
      const decision = {
        model: "moving",
        version: "2",
        place: "Staging",
        promotion: { to: "Production", replaces: "1" },
        warnings: [],
      };
      good(await registry.put("moving", "1", production));
      good(await registry.put("moving", "2", { kind: "stage", stage: "Staging" }));
      good(await promoteDecided(registry, decision));
      good(await promoteDecided(registry, decision));
      expect(textOf(good(await registry.versions("moving")))).toBe(
        "3 no stage, 2 Production, 1 Archived",
      );
      good(await registry.put("moving", "3", production));
      expect(await promoteDecided(registry, decision)).toEqual({
        ok: false,
        error: {
          reason: "conflict",
          message:
            "the model moving has moved since the plan was made: version 3 is in Production now; version 2 was not promoted",
          help: "everything else is deployed; deploy again to go by what is there now",
        },
      });
    });

    test("many projects are asked in one request, and for their metrics in two", async () => {
      const { url, register } = server();
      const names = Array.from({ length: 6 }, (_, index) => `many-${index}`);
      for (const [index, name] of names.entries()) await register(name, [{ auc: index }]);
      const registry = await open(url);
      good(await registry.put("many-3", "1", production));
      await using counted = await countingProxy(url);
      const latest = good(await (await open(counted.url)).latest([...names, "none"]));
      expect(counted.requests()).toBe(1);
      const runs = names.map((name) => latest.get(name)?.[0]?.run ?? "");
      const facts = good(await (await open(counted.url)).runs(runs));
      expect(counted.requests()).toBe(3);
      expect(runs.map((run) => facts.get(run)?.metrics)).toEqual(
        names.map((_name, index) => ({ auc: index })),
      );
      expect([...latest].map(([name, versions]) => `${name}: ${textOf(versions)}`)).toEqual(
        names.map((name) => `${name}: 1 ${name === "many-3" ? "Production" : "no stage"}`),
      );
    });

    test("the gate answers for each project on its own", async () => {
      const { register, url } = server();
      const registry = await open(url);
      await register("good", [{ auc: 0.9 }]);
      await register("bad", [{ auc: 0.5 }]);
      await register("early", [{ auc: 0.9 }]);
      for (const name of ["good", "bad"]) good(await registry.put(name, "1", production));
      const releases = [
        releaseOf("good", { metrics: { auc: ">=0.8" } }),
        releaseOf("bad", { metrics: { auc: ">=0.8" } }),
        releaseOf("early"),
        releaseOf("without", { required: false }),
        releaseOf("absent"),
      ];
      const decisions = await askForModels({
        environment: prd,
        releases,
        open: () => Promise.resolve({ ok: true, value: registry }),
      });
      expect(
        [...decisions].map(([project, { version, refusal }]) => [
          project,
          version,
          refusal?.message,
        ]),
      ).toEqual([
        ["good", "1", undefined],
        ["bad", "1", "version 1 of the model bad has auc 0.5, which must be >=0.8"],
        [
          "early",
          undefined,
          "no version of the model early is in Production, which prd asks for; the newest, 1, is in no stage",
        ],
        [
          "absent",
          undefined,
          `there is no model absent in MLflow at ${registry.address}, and prd asks for it`,
        ],
      ]);
    });
  });
}

const prd: Environment = {
  name: environmentName("prd"),
  platform: "local",
  executor: "process",
  installer: "auto",
  unsafeHardLinks: false,
  schedules: "disabled",
  maxParallel: undefined,
  scheduling: { maxRuns: 10, missed: "skip", missedWithinHours: 24 },
  dockerNetwork: undefined,
  mail: undefined,
  mlflow: {
    trackingUri: "http://unused",
    s3EndpointUrl: undefined,
    gate: "enforce",
    unreachable: "refuse",
    accepts: { stages: ["Production"] },
  },
};

function releaseOf(project: string, change: Partial<ModelConfig> = {}): Release {
  return {
    project,
    definition: {},
    model: {
      name: project,
      required: true,
      alias: undefined,
      metrics: {},
      promoteOnDeploy: false,
      ...change,
    },
  } as Release;
}
