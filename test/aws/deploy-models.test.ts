import { DescribeStateMachineCommand } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";

import type { Clients } from "../../src/aws/sdk/context.ts";
import type { MlflowConfig } from "../../src/config/services.ts";
import { projectName } from "../../src/core/ids.ts";
import { err, ok } from "../../src/core/result.ts";
import { isEmptyPlan, type ModelDecision } from "../../src/platform/plan.ts";
import type { Platform } from "../../src/platform/port.ts";
import type { FingerprintedRelease } from "../../src/release/release.ts";
import { describeWith } from "../rig/parts.ts";
import { apply, bootstrapped, planned, recsys, changeLines } from "./deploy-fixture.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";

const mlflow: MlflowConfig = {
  trackingUri: "http://mlflow.bi.rentcars.com",
  s3EndpointUrl: undefined,
  gate: "enforce",
  unreachable: "refuse",
  accepts: { stages: ["Production"] },
};

function found(version: string, change: Partial<ModelDecision> = {}): ModelDecision {
  return { model: "recsys", version, place: "Production", warnings: [], ...change };
}

/** What steps get: the values of ESTEIRA_MODEL_URI in the state machine. */
async function modelsInSteps({ sfn }: Clients): Promise<string[]> {
  const { definition = "" } = await sfn.send(
    new DescribeStateMachineCommand({
      stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:recsys-workflow",
    }),
  );
  const values = definition.matchAll(/"Name":"ESTEIRA_MODEL_URI","Value":"([^"]*)"/g);
  return [...new Set([...values].map(([, value = ""]) => value))];
}

describeWith(moto(), "models on AWS", (part) => {
  const server = useMoto(part);

  /** Deploys with what the registry says; gives the plan, how it ended, and what was promoted. */
  const deployWith = async (
    platform: Platform,
    release: FingerprintedRelease,
    model: ModelDecision,
    options: { readonly refresh?: boolean; readonly fails?: boolean } = {},
  ) => {
    const { refresh = false, fails = false } = options;
    const plan = await planned(platform, [release], { models: { recsys: model }, refresh });
    const promoted: ModelDecision[] = [];
    const { summary } = await apply(platform, plan, [release], {
      promote: (decision) => {
        promoted.push(decision);
        return Promise.resolve(
          fails ? err({ reason: "unavailable", message: "MLflow is gone" }) : ok(undefined),
        );
      },
    });
    return { plan, outcome: summary.projects[0], promoted };
  };

  test("steps and releases have the version that the deploy found; a promotion alone changes nothing", async () => {
    const environment = await bootstrapped(server(), { mlflow });
    const platform = await environment.open();
    const { clients } = environment.context;
    const release = environment.release(recsys());

    const first = await deployWith(platform, release, found("3"));
    expect(changeLines(first.plan)).toContain("create model recsys 3");
    expect(await modelsInSteps(clients)).toEqual(["models:/recsys/3"]);
    const deployed = unwrap(await platform.deployed(projectName("recsys")));
    expect(deployed?.decided).toMatchObject({ model: "3", model_uri: "models:/recsys/3" });

    const moved = await planned(platform, [release], { models: { recsys: found("4") } });
    expect(isEmptyPlan(moved)).toBe(true);
    expect(moved.projects[0]?.warnings).toEqual([
      "version 4 of the model recsys is in Production now; steps get models:/recsys/3 until the project is deployed again, which `--refresh` does without another change",
    ]);
    expect(moved.projects[0]?.changes[1]).toEqual({
      kind: "model",
      name: "recsys 3",
      action: "unchanged",
      fields: [],
      drift: false,
      note: "version 4 is in Production now",
    });

    // A registry that says nothing takes nothing away, whatever else is deployed.
    const other = environment.release(recsys({ description: "other" }));
    const lost: ModelDecision = { model: "recsys", warnings: ["it was not looked at"] };
    const during = await deployWith(platform, other, lost);
    expect(during.outcome).toEqual({ project: "recsys", outcome: "changed" });
    expect(during.plan.projects[0]?.warnings).toEqual(["it was not looked at"]);
    expect(await modelsInSteps(clients)).toEqual(["models:/recsys/3"]);

    const refreshed = await deployWith(platform, other, found("4"), { refresh: true });
    const changes = changeLines(refreshed.plan);
    expect(changes[0]).toBe("update model recsys 4: version");
    // The new version is nobody's doing.
    expect(changes.filter((line) => line.includes("(drift)"))).toEqual([]);
    expect(await modelsInSteps(clients)).toEqual(["models:/recsys/4"]);

    const back = unwrap(await platform.rollbacks.plan(projectName("recsys"), {}));
    await apply(platform, back);
    expect(await modelsInSteps(clients)).toEqual(["models:/recsys/3"]);
  });

  test("a refused project writes nothing, and what is unchanged is only warned of", async () => {
    const environment = await bootstrapped(server(), { mlflow });
    const platform = await environment.open();
    const release = environment.release(recsys());
    const refusal = {
      reason: "refused" as const,
      message: "no version of the model recsys is in Production",
      help: "promote one",
    };
    const no: ModelDecision = { model: "recsys", warnings: [], refusal };

    const refused = await deployWith(platform, release, no);
    expect(refused.outcome).toEqual({ project: "recsys", outcome: "failed", error: refusal });
    expect(refused.plan.projects[0]?.warnings).toEqual([
      "no version of the model recsys is in Production; promote one",
    ]);
    expect(refused.plan.projects[0]?.blocked).toEqual(refusal);
    expect(environment.images.published).toEqual([]);
    expect(unwrap(await platform.deployed(projectName("recsys")))).toBeUndefined();

    const reason = "MLflow is down, INC-7";
    const forced: ModelDecision = {
      model: "recsys",
      warnings: [`the model gate is off for this deploy: ${reason}`],
      without: reason,
    };
    const without = await deployWith(platform, release, forced);
    expect(without.outcome).toEqual({ project: "recsys", outcome: "changed" });
    expect(await modelsInSteps(environment.context.clients)).toEqual([""]);
    const { items } = unwrap(await platform.audit({ limit: 2 }));
    expect(items.map(({ outcome, error, reason: why }) => [outcome, error, why])).toEqual([
      ["succeeded", undefined, `without the model gate: ${reason}`],
      ["failed", refusal.message, undefined],
    ]);

    const unchanged = await deployWith(platform, release, no);
    expect(unchanged.outcome).toEqual({ project: "recsys", outcome: "unchanged" });
    expect(unchanged.plan.projects[0]?.blocked).toBeUndefined();
    expect(unchanged.plan.projects[0]?.warnings).toEqual([
      "no version of the model recsys is in Production; promote one",
    ]);
  });

  test("promote_on_deploy is the last act, is left to do where it fails, and then is all that is done", async () => {
    const environment = await bootstrapped(server(), { mlflow });
    const platform = await environment.open();
    const release = environment.release(recsys());
    const due = found("5", { place: "Staging", promotion: { to: "Production", replaces: "4" } });

    const failed = await deployWith(platform, release, due, { fails: true });
    expect(failed.outcome).toMatchObject({
      outcome: "failed",
      error: { message: "MLflow is gone" },
    });
    expect(unwrap(await platform.deployed(projectName("recsys")))?.decided["model"]).toBe("5");

    const again = await deployWith(platform, release, due);
    expect(changeLines(again.plan)).toEqual(["update model recsys 5: stage"]);
    expect(again.outcome).toEqual({ project: "recsys", outcome: "changed" });
    expect(again.promoted).toEqual([due]);
    const { items } = unwrap(await platform.audit({ limit: 10 }));
    const acts = items.filter(({ action }) => action === "promote-model");
    expect(acts.map(({ subject, outcome }) => `${outcome}: ${subject ?? ""}`)).toEqual([
      "succeeded: recsys 5 to Production, in place of 4",
      "failed: recsys 5 to Production, in place of 4",
    ]);

    const done = await deployWith(platform, release, found("5"));
    expect(done.outcome).toEqual({ project: "recsys", outcome: "unchanged" });
    expect(done.promoted).toEqual([]);
  });
});
