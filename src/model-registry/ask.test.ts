import { expect, test } from "vitest";

import type { Environment, ModelConfig } from "../config/model.ts";
import type { MlflowConfig } from "../config/services.ts";
import { environmentName } from "../core/ids.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { PlatformError } from "../platform/port.ts";
import type { Release } from "../release/release.ts";
import { askForModels } from "./ask.ts";
import type { ModelRegistry, ModelVersion } from "./registry.ts";

const gone: PlatformError = { reason: "unavailable", message: "nobody answers", help: "look" };

/** A registry that has version 1 of `recsys` in Staging; without `runs` it loses them. */
function registry(runs = true): ModelRegistry {
  const version: ModelVersion = {
    model: "recsys",
    version: "1",
    stage: "Staging",
    aliases: [],
    status: "READY",
    statusMessage: undefined,
    run: "run-1",
    description: "",
    createdAt: undefined,
    changedAt: undefined,
  };
  return {
    address: "http://mlflow",
    latest: () => Promise.resolve(ok(new Map([["recsys", [version]]]))),
    versions: () => Promise.resolve(ok([version])),
    runs: (wanted) =>
      Promise.resolve(
        runs
          ? ok(new Map(wanted.map((run) => [run, { run, metrics: { auc: 0.5 }, parameters: {} }])))
          : err(gone),
      ),
    removeAlias: () => Promise.reject(new Error("the gate takes nothing away")),
    put: () => Promise.resolve(ok(undefined)),
  };
}

/** What the gate says about recsys: the version, what stops it, what it warns of. */
async function said(
  mlflow: Partial<MlflowConfig>,
  options: {
    readonly opened?: Result<ModelRegistry, PlatformError>;
    readonly model?: Partial<ModelConfig>;
    readonly without?: string;
    readonly definition?: undefined;
  } = {},
): Promise<string> {
  const environment = {
    name: environmentName("prd"),
    mlflow: {
      trackingUri: "http://mlflow",
      s3EndpointUrl: undefined,
      gate: "enforce",
      unreachable: "refuse",
      accepts: { stages: ["Production"] },
      ...mlflow,
    },
  } as Environment;
  const model: ModelConfig = {
    name: "recsys",
    required: true,
    alias: undefined,
    metrics: {},
    promoteOnDeploy: false,
    ...options.model,
  };
  const definition = "definition" in options ? undefined : {};
  const decisions = await askForModels({
    environment,
    releases: [{ project: "recsys", definition, model } as Release],
    open: () => Promise.resolve(options.opened ?? ok(registry())),
    without: options.without,
  });
  const decision = decisions.get("recsys");
  if (decision === undefined) return "not asked";
  const { version = "none", promotion, refusal, warnings } = decision;
  const found = promotion === undefined ? version : `${version}, to be promoted`;
  return [found, `stops: ${refusal?.message ?? "nothing"}`, ...warnings].join("\n");
}

const nowhere =
  "no version of the model recsys is in Production, which prd asks for; the newest, 1, is in Staging";
const remedy = "`esteira model promote recsys --version 1 --to Production -e prd` puts it there";

test("enforce stops what isn't right, warn says it, off doesn't ask", async () => {
  expect(await said({})).toBe(`none\nstops: ${nowhere}`);
  expect(await said({ gate: "warn" })).toBe(`none\nstops: nothing\n${nowhere}; ${remedy}`);
  expect(await said({ gate: "off" })).toBe("not asked");
});

test("a project without a model, or with nothing to run, isn't asked about", async () => {
  expect(await said({}, { model: { required: false } })).toBe("not asked");
  expect(await said({}, { definition: undefined })).toBe("not asked");
});

test("silence stops where the workspace says so, and is warned of elsewhere", async () => {
  const silent = { opened: err(gone) };
  const warned = "none\nstops: nothing\nthe model was not looked at: nobody answers; look";
  expect(await said({}, silent)).toBe("none\nstops: nobody answers");
  expect(await said({ unreachable: "warn" }, silent)).toBe(warned);
  expect(await said({ gate: "warn" }, silent)).toBe(warned);
});

test("metrics that can't be read are silence, those that are too low aren't", async () => {
  const accepts = { stages: ["Staging"] };
  const model = { metrics: { auc: ">=0.8" } };
  const low = "version 1 of the model recsys has auc 0.5, which must be >=0.8";
  expect(await said({ accepts, unreachable: "warn" }, { model })).toBe(`1\nstops: ${low}`);
  expect(await said({ accepts, unreachable: "warn" }, { model, opened: ok(registry(false)) })).toBe(
    "1\nstops: nothing\nthe model was not looked at: nobody answers; look",
  );
});

test("what continues against the registry promotes nothing: that would outlast the deploy", async () => {
  const model = { promoteOnDeploy: true, metrics: { auc: ">=0.8" } };
  const low = "version 1 of the model recsys has auc 0.5, which must be >=0.8";
  const better = "register a better version, or correct model.metrics in config.yaml";
  const unpromoted = "version 1 of the model recsys is not promoted to Production";
  expect(await said({}, { model })).toBe(`1\nstops: ${low}`);
  expect(await said({}, { model, without: "INC-7" })).toBe(
    `1\nstops: nothing\nthe model gate is off for this deploy: INC-7\n${low}; ${better}\n${unpromoted}`,
  );
  expect(await said({ gate: "warn" }, { model })).toBe(
    `1\nstops: nothing\n${low}; ${better}\n${unpromoted}`,
  );
  expect(await said({}, { model: { ...model, metrics: {} } })).toBe(
    "1, to be promoted\nstops: nothing",
  );
});

test("a reason continues without the gate, and what it would have said is still reported", async () => {
  expect(await said({}, { without: "INC-7" })).toBe(
    `none\nstops: nothing\nthe model gate is off for this deploy: INC-7\n${nowhere}; ${remedy}`,
  );
});
