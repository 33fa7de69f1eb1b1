import { describe, expect, test } from "vitest";

import type { ModelConfig } from "../config/model.ts";
import { chooseVersion, fieldWarnings, judgeMetrics, type ModelQuestion } from "./gate.ts";
import type { ModelVersion } from "./registry.ts";

const model: ModelConfig = {
  name: "recsys",
  required: true,
  alias: undefined,
  metrics: {},
  promoteOnDeploy: false,
};

function question(change: Partial<ModelConfig> = {}, stages = ["Production"]): ModelQuestion {
  return {
    project: "recsys",
    environment: stages.length === 1 ? "prd" : "dev",
    model: { ...model, ...change },
    accepts: { stages },
    address: "http://mlflow",
  };
}

function version(number: number, stage: string, change: Partial<ModelVersion> = {}): ModelVersion {
  return {
    model: "recsys",
    version: String(number),
    stage,
    aliases: [],
    status: "READY",
    statusMessage: undefined,
    run: `run-${number}`,
    description: "",
    createdAt: undefined,
    changedAt: undefined,
    ...change,
  };
}

/** `3 in Production`, with what a deploy would promote; or the refusal and what to do. */
function textOf(...[asked, versions]: Parameters<typeof chooseVersion>): string {
  const chosen = chooseVersion(asked, versions);
  if (!chosen.ok) return `${chosen.error.message}; ${chosen.error.help ?? ""}`;
  const { version: found, place, promotion } = chosen;
  const where = place.kind === "stage" ? place.stage : `@${place.alias}`;
  const promoted =
    promotion === undefined
      ? ""
      : `, to ${promotion.to} in place of ${promotion.replaces ?? "none"}`;
  return `${found.version} in ${where}${promoted}`;
}

describe("what an environment takes", () => {
  const all = [version(10, "None"), version(9, "Staging"), version(2, "Production")];

  test("prd demands Production, dev takes the newest of Staging and Production", () => {
    expect(textOf(question(), all)).toBe("2 in Production");
    expect(textOf(question({}, ["Staging", "Production"]), all)).toBe("9 in Staging");
    expect(
      textOf(question({}, ["Staging", "Production"]), [
        version(3, "Staging"),
        version(10, "Production"),
      ]),
    ).toBe("10 in Production");
  });

  test("an alias goes over stages; the project's own over the environment's", () => {
    const aliased = [
      version(4, "None", { aliases: ["champion"] }),
      version(3, "Production", { aliases: ["old"] }),
    ];
    const accepts = { alias: "champion" };
    expect(textOf({ ...question(), accepts }, aliased)).toBe("4 in @champion");
    expect(textOf({ ...question({ alias: "old" }), accepts }, aliased)).toBe("3 in @old");
    expect(textOf(question({ alias: "none" }), aliased)).toBe(
      "no version of the model recsys is in @none, which prd asks for; the newest, 4, is in @champion; `esteira model promote recsys --version 4 --to @none -e prd` puts it there",
    );
  });

  test("a refusal says where the newest version is, and the command that fixes it", () => {
    expect(textOf(question(), [version(2, "Staging")])).toBe(
      "no version of the model recsys is in Production, which prd asks for; the newest, 2, is in Staging; `esteira model promote recsys --version 2 --to Production -e prd` puts it there",
    );
    expect(textOf(question({}, ["Staging", "Production"]), [version(1, "None")])).toBe(
      "no version of the model recsys is in Staging or Production, which dev asks for; the newest, 1, is in no stage; `esteira model promote recsys --version 1 --to Staging -e dev` puts it there",
    );
    expect(textOf(question(), [])).toBe(
      "the model recsys has no version, and prd asks for one in Production; register one, and promote it with `esteira model promote`",
    );
    expect(textOf(question(), undefined)).toBe(
      "there is no model recsys in MLflow at http://mlflow, and prd asks for it; register it, or say in config.yaml of recsys that it has none: `model: {required: false}`",
    );
  });

  test("a version that isn't ready doesn't count; an older one that is does", () => {
    const pending = version(5, "Production", {
      status: "FAILED_REGISTRATION",
      statusMessage: "no such file",
    });
    expect(textOf(question(), [pending, version(4, "Production")])).toBe("4 in Production");
    expect(textOf(question(), [pending])).toBe(
      "version 5 of the model recsys is in Production and is not ready (FAILED_REGISTRATION: no such file); wait until its registration is done, or register it again",
    );
  });
});

describe("promote_on_deploy", () => {
  const promoting = question({ promoteOnDeploy: true });

  test("prd takes a newer version from Staging, to be promoted", () => {
    expect(textOf(promoting, [version(3, "Staging"), version(2, "Production")])).toBe(
      "3 in Staging, to Production in place of 2",
    );
    expect(textOf(promoting, [version(1, "Staging")])).toBe(
      "1 in Staging, to Production in place of none",
    );
  });

  test("what was left in Staging stays there", () => {
    expect(textOf(promoting, [version(3, "Production"), version(2, "Staging")])).toBe(
      "3 in Production",
    );
  });

  test("where Staging is accepted anyway, nothing is promoted", () => {
    const dev = question({ promoteOnDeploy: true }, ["Staging", "Production"]);
    expect(textOf(dev, [version(3, "Staging")])).toBe("3 in Staging");
    expect(fieldWarnings(dev)).toEqual([]);
  });

  test("with an alias it does nothing, and that is said", () => {
    expect(fieldWarnings(question({ promoteOnDeploy: true, alias: "champion" }))).toEqual([
      "model.promote_on_deploy does nothing in prd: it goes by an alias, and only stages are promoted by deploys",
    ]);
  });
});

describe("metrics", () => {
  const judged = (
    metrics: Record<string, string>,
    found: Record<string, number> | undefined,
    change: Partial<ModelVersion> = {},
  ): string | undefined =>
    judgeMetrics(
      question({ metrics }),
      version(3, "Production", change),
      found && { run: "run-3", metrics: found, parameters: {} },
    )?.message;

  test.each([
    [">=0.8", 0.8, true],
    [">= 0.8", 0.7999, false],
    [">0.8", 0.8, false],
    ["<1e-3", 0.0009, true],
    ["<= .5", 0.51, false],
    ["==3", 3, true],
    ["<=0", Number.NaN, false],
    [">=0", Infinity, true],
  ])("%s is met by %d: %s", (rule, value, fits) => {
    expect(judged({ auc: rule }, { auc: value }) === undefined).toBe(fits);
  });

  test("all that is wrong is said at once", () => {
    expect(judged({ auc: ">=0.8", rmse: "<2", loss: "<1" }, { auc: 0.72, loss: 0.5 })).toBe(
      "version 3 of the model recsys has auc 0.72, which must be >=0.8 and has no metric rmse, which must be <2",
    );
  });

  test("a version without a run can't be measured", () => {
    expect(judged({ auc: ">=0.8" }, undefined, { run: undefined })).toBe(
      "version 3 of the model recsys can't be measured: no run made it",
    );
    expect(judged({ auc: ">=0.8" }, undefined)).toBe(
      "version 3 of the model recsys can't be measured: its run run-3 is gone",
    );
    expect(judged({}, undefined)).toBeUndefined();
  });
});
