import {
  DeleteRuleCommand,
  ListTargetsByRuleCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

import { planBootstrap } from "../../src/aws/bootstrap/bootstrap.ts";
import {
  type BaseDocument,
  readBaseDocument,
  stepHashes,
  writeBaseDocument,
} from "../../src/aws/bootstrap/document.ts";
import {
  baseFeatures,
  type BaseFeature,
  newestGeneration,
} from "../../src/aws/bootstrap/generations.ts";
import { readBase } from "../../src/aws/bootstrap/layer.ts";
import { baseSteps } from "../../src/aws/bootstrap/steps.ts";
import { policyScope } from "../../src/aws/iam/scope.ts";
import type { AwsContext } from "../../src/aws/sdk/context.ts";
import { projectName } from "../../src/core/ids.ts";
import { describeWith } from "../rig/parts.ts";
import { bootstrapped, deploy, environmentAround, recsys } from "./deploy-fixture.ts";
import { bootstrap, bootstrapChanges } from "./rig/bootstrap.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { contextInNetwork } from "./rig/network.ts";
import { unwrap } from "./rig/unwrap.ts";

const firstGeneration = new URL("../fixtures/upgrade/bucket.json", import.meta.url);
type Objects = Readonly<Record<"esteira/v1/base.json", BaseDocument>>;

/** What a later Esteira might add: a right of a role that is there, which some projects use. */
const feature: BaseFeature = {
  generation: 2,
  name: "steps that share a disk",
  steps: [],
  rights: "lets the tasks' role mount the environment's file system",
  neededBy: ({ description }) => description === "shares a disk",
};
const features = [feature];
/** The first Esteira, which knew of no feature. */
const first = { features: [] };
const later = { base: (context: AwsContext) => readBase(context, { check: true, features }) };

describeWith(moto(), "a base layer and an Esteira of different ages", (part) => {
  const server = useMoto(part);

  const withSharing = (environment: ReturnType<typeof environmentAround>) => {
    const of = (name: string, description: string) =>
      environment.release(recsys({ name: projectName(name), description }));
    return [of("plain", "needs nothing new"), of("sharing", "shares a disk")];
  };

  test("an old base layer keeps only those projects from a new Esteira that use what it lacks", async () => {
    const environment = await bootstrapped(server());
    const { context } = environment;
    // As it was written before generations were counted.
    const found = unwrap(await readBaseDocument(context));
    if (typeof found !== "object") throw new Error("there is no base.json");
    const { generation, ...old } = found.document;
    expect(generation).toBe(newestGeneration(baseFeatures));
    unwrap(await writeBaseDocument(context, old));
    expect(await bootstrapChanges(context, first)).toEqual([]);

    const releases = withSharing(environment);
    const platform = await environment.open(later);
    const { plan, summary } = await deploy(platform, releases);
    const error = {
      reason: "refused",
      message:
        "sharing uses steps that share a disk, which the base layer of dev lacks: an older Esteira made it",
      help: "an administrator runs `esteira bootstrap -e dev`, which lets the tasks' role mount the environment's file system",
    };
    expect(
      plan.projects.map(({ project, blocked, warnings }) => [project, blocked, warnings]),
    ).toEqual([
      ["plain", undefined, []],
      ["sharing", error, [`${error.message}; ${error.help}`]],
    ]);
    expect(summary.projects).toEqual([
      { project: "plain", outcome: "changed" },
      { project: "sharing", outcome: "failed", error },
    ]);
    const checks = unwrap(await platform.verification.verify(releases));
    expect(
      checks.filter(({ subject, project }) => subject === "bootstrap" && project !== undefined),
    ).toEqual([
      {
        project: "sharing",
        subject: "bootstrap",
        outcome: "failed",
        message: error.message,
        help: error.help,
      },
    ]);

    expect(await bootstrapChanges(context, { features })).toEqual([
      "update document s3://esteira-acme-dev-123456789012/esteira/v1/base.json: generation",
    ]);
    await bootstrap(context, { features });
    const after = await deploy(await environment.open(later), releases);
    expect(after.summary.projects).toEqual([
      { project: "plain", outcome: "unchanged" },
      { project: "sharing", outcome: "changed" },
    ]);
  });

  test("an old Esteira deploys on a new base layer, and doesn't take it back", async () => {
    const context = await contextInNetwork(server().clients());
    await bootstrap(context, { features });
    const found = unwrap(await readBaseDocument(context));
    if (typeof found !== "object") throw new Error("there is no base.json");
    const newer = {
      ...found.document,
      steps: { ...found.document.steps, "file-system": "0123456789abcdef" },
    };
    unwrap(await writeBaseDocument(context, newer));

    const environment = environmentAround(context);
    const platform = await environment.open({
      base: (account) => readBase(account, { check: true, ...first }),
    });
    const releases = withSharing(environment);
    const { summary } = await deploy(platform, releases);
    expect(summary.projects).toEqual([
      { project: "plain", outcome: "changed" },
      { project: "sharing", outcome: "changed" },
    ]);
    const checks = unwrap(await platform.verification.verify(releases));
    expect(checks.filter(({ subject }) => subject === "bootstrap")).toEqual([
      {
        project: undefined,
        subject: "bootstrap",
        outcome: "passed",
        message: "the base layer is there; a newer Esteira made it, and deploys work",
      },
    ]);

    expect(await planBootstrap(context, first)).toEqual({
      ok: false,
      error: {
        reason: "refused",
        message:
          "the base layer of dev was made by a newer Esteira: it is of generation 2, this one makes generation 1",
        help: "run `esteira bootstrap` with the newest version that anybody uses; deploys work with this one",
      },
    });
    expect(unwrap(await readBaseDocument(context))).toMatchObject({ document: newer });
  });

  test("a resource that only some projects use is a warning where nobody needs it", async () => {
    const environment = await bootstrapped(server());
    const { context } = environment;
    const { eventBridge } = context.clients;
    const Rule = "esteira-acme-dev-watch";
    const { Targets = [] } = await eventBridge.send(new ListTargetsByRuleCommand({ Rule }));
    const Ids = Targets.flatMap(({ Id }) => Id ?? []);
    await eventBridge.send(new RemoveTargetsCommand({ Rule, Ids }));
    await eventBridge.send(new DeleteRuleCommand({ Name: Rule }));
    const found = unwrap(await readBaseDocument(context));
    if (typeof found !== "object") throw new Error("there is no base.json");
    const { "notifier-watch-rule": _rule, ...steps } = found.document.steps;
    unwrap(await writeBaseDocument(context, { ...found.document, steps }));

    const generation = newestGeneration(baseFeatures);
    const added = [{ ...feature, generation, steps: ["notifier-watch-rule"] }];
    const platform = await environment.open({
      base: (account) => readBase(account, { check: true, features: added }),
    });
    const checks = unwrap(await platform.verification.verify([environment.release(recsys())]));
    expect(checks.filter(({ subject }) => subject === "bootstrap")).toEqual([
      {
        project: undefined,
        subject: "bootstrap",
        outcome: "warning",
        message: "there is no rule esteira-acme-dev-watch",
        help: "an administrator runs `esteira bootstrap -e dev`",
      },
    ]);
  });

  // Fails where the base layer was changed: then `baseFeatures` gets a row of the next generation,
  // and the hashes of what it adds or changes are written over the first's here. What only lets a
  // role do less needs no row.
  test("bootstrap makes the first generation, and what was changed since", async () => {
    const changed = {
      // More items than a run's history holds, of the second generation; fewer documents; tasks
      // that nobody waits for, task definitions and images, which only the function of the same
      // bootstrap looks at: no project uses these rights, so they have no row. Runs that follow
      // others and places of pools, of the third. The index of the fleet, of the fourth, and runs
      // that begin, which only it hears of. Runs that data starts, of the fifth.
      "role-notifier": "58e069b13765ebe9",
      "notifier-data-permission": "a78875aa59ff6330",
      "dead-letter-queue": "721a1f0962b45528",
      "notifier-runs-rule": "76b73d71afe8f030",
      "role-step-functions": "7d4cd72ec2adb7eb",
      // Fewer documents.
      "role-task": "4aba11eb67c26953",
    };
    const context = await contextInNetwork(server().clients());
    const { workspace, partition, environment } = context;
    const scope = policyScope({ workspace, partition, environment });
    const objects = JSON.parse(await readFile(firstGeneration, "utf8")) as Objects;
    const comparable = (hashes: Readonly<Record<string, string>>) => {
      // One is of this network, the other of the notifier's bundle, which each build makes anew.
      const { "security-group": network, "notifier-function": code, ...rest } = hashes;
      expect([network, code]).toEqual([expect.any(String), expect.any(String)]);
      return rest;
    };
    expect(comparable(stepHashes(baseSteps(scope, context)))).toEqual(
      comparable({ ...objects["esteira/v1/base.json"].steps, ...changed }),
    );
  });
});
