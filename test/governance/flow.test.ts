import { afterAll, beforeAll, expect, test } from "vitest";

import { moto, useMoto } from "../aws/rig/moto.ts";
import { mlflow, useMlflow } from "../models/rig/mlflow.ts";
import { dockerEngine } from "../rig/docker.ts";
import { describeWith } from "../rig/parts.ts";
import { testRegistry } from "../rig/registry.ts";
import { flowTeam, projectFiles, type FlowTeam } from "./flow-team.ts";

const emulator = moto();
const modelRegistry = mlflow(3);
const engine = await dockerEngine();
const images = await testRegistry();
const parts =
  "missing" in emulator
    ? emulator
    : "missing" in modelRegistry
      ? modelRegistry
      : "missing" in engine
        ? engine
        : "missing" in images
          ? images
          : { emulator, modelRegistry, images };

// The tests build on each other, as the steps of the way do.
describeWith(
  parts,
  "a change on its way into production, by the workflows that init wrote",
  (found) => {
    const server = useMoto(() => found().emulator, "when asked");
    const models = useMlflow(() => found().modelRegistry);
    let team: FlowTeam;
    beforeAll(async () => {
      await server().reset();
      const registry = found().images.address;
      team = await flowTeam({ server: server(), models: models().url, registry });
    });
    afterAll(() => team[Symbol.asyncDispose]());

    const feature = "feature/recsys-better";

    test("two accounts get their base layer and the roles for GitHub", async () => {
      for (const account of ["dev", "prd"] as const) {
        expect(await team.administer(account, "bootstrap", "--yes")).toContain(
          `1 base layer made in ${account} in `,
        );
        await team.makeRoles(account);
      }
    });

    test("a feature's pull request is checked, and its plan says that the model is missing", async () => {
      const { git, commit } = team.repository;
      await git("switch", "--quiet", "--create", feature);
      await commit("Better", projectFiles("1.1.0", "print('better')\n"));
      await git("push", "--quiet", "origin", "HEAD");
      await models().register("recsys", [{ auc: 0.9 }]);
      const { check, plan } = await team.pullRequest(1, feature, "dev");
      const checked = await check();
      expect(checked.steps).toEqual({
        "Checkout code": "success",
        "Set up Node": "success",
        "Install Esteira": "success",
        "Check the branch": "success",
        Validate: "success",
        "Test the changed projects": "success",
      });
      expect(checked.log).toContain("1 changed project; passed: recsys.");
      const planned = await plan();
      expect(planned.steps).toMatchObject({ Plan: "success", Comment: "failure" });
      expect(planned.log).toContain(
        "✗ recsys could not be deployed: no version of the model recsys is in Staging or Production",
      );
      expect(team.commentsOf(1)).toEqual([
        expect.stringMatching(
          /^<!-- esteira:plan:acme -->\n### Plan for `dev`: \d+ to create in 1 project\n/,
        ),
      ]);
    });

    test("registered in Staging, the plan is good, and the comment is the same one", async () => {
      const promote = ["model", "promote", "recsys", "--version", "1", "--to", "Staging", "--yes"];
      await team.administer("dev", ...promote);
      const plan = await (await team.pullRequest(1, feature, "dev")).plan();
      expect(plan.log).not.toContain("error");
      expect(plan.succeeded).toBe(true);
      expect(team.commentsOf(1)).toEqual([
        expect.stringContaining("\n+ model               recsys 1  in Staging\n"),
      ]);
      expect(plan.summary).toContain("### Plan for `dev`");
      expect(await team.stateMachines("dev")).toEqual([]);
    });

    test("merged, it is deployed to dev and nowhere else, without its schedule", async () => {
      await team.repository.merge(feature, "dev");
      const build = await team.push("dev");
      expect(build.log).toContain("1 project deployed to dev in ");
      expect(build.succeeded).toBe(true);
      expect(build.summary).toMatch(
        /^### ✓ Deploy to `dev`: 1 deployed in [^]*\n\| `recsys` \| 1\.1\.0 \| ✓ deployed \| \d+/,
      );
      expect(await team.stateMachines("dev")).toEqual(["recsys-workflow"]);
      expect(await team.stateMachines("prd")).toEqual([]);
      expect(await team.scheduleState("dev")).toBe("DISABLED");
    });

    test("a feature can't go to master, and what goes there needs its model in Production", async () => {
      const straight = await (await team.pullRequest(2, feature, "master")).check();
      expect(straight.steps).toMatchObject({ "Check the branch": "failure", Validate: "success" });
      expect(straight.log).toContain(
        `master takes only from dev; ${feature} is on its way into it`,
      );
      const { check, plan } = await team.pullRequest(3, "dev", "master");
      const checked = await check();
      expect(checked.log).toContain("✓ dev may go into master.");
      expect(checked.succeeded).toBe(true);
      const planned = await plan();
      expect(planned.succeeded).toBe(false);
      expect(planned.log).toContain("no version of the model recsys is in Production");
    });

    test("promoted and merged, it is deployed to prd from the image of dev, with its schedule", async () => {
      const promote = [
        "model",
        "promote",
        "recsys",
        "--version",
        "1",
        "--to",
        "Production",
        "--yes",
      ];
      await team.administer("prd", ...promote);
      expect((await (await team.pullRequest(3, "dev", "master")).plan()).succeeded).toBe(true);
      expect(team.commentsOf(3)).toEqual([expect.stringContaining("will be copied from dev")]);
      await team.repository.merge("dev", "master");
      const build = await team.push("master");
      expect(build.log).toContain("1 project deployed to prd in ");
      expect(build.succeeded).toBe(true);
      expect(await team.stateMachines("prd")).toEqual(["recsys-workflow"]);
      expect(await team.scheduleState("prd")).toBe("ENABLED");
      const digest = await team.digest("prd", "recsys-1.1.0");
      expect(digest).toMatch(/^sha256:/);
      expect(digest).toBe(await team.digest("dev", "recsys-1.1.0"));
    });

    test("once more, everything is proven unchanged", async () => {
      const build = await team.push("master");
      expect(build.log).toContain("✓ prd is up to date: nothing to change in 1 project.");
      expect(build.summary).toContain("| `recsys` | 1.1.0 | = unchanged |");
    });

    test("other content under the version that prd has stops at the branch's rules, and at the plan, which asks the registry", async () => {
      const { git, commit } = team.repository;
      await git("switch", "--quiet", "dev");
      await git("pull", "--quiet", "--ff-only", "origin", "dev");
      await commit("Other", projectFiles("1.1.0", "print('other')\n"));
      await git("push", "--quiet", "origin", "dev");
      const { check, plan } = await team.pullRequest(4, "dev", "master");
      expect((await check()).log).toContain(
        "a version is released once; recsys 1.1.0 is in master",
      );
      const planned = await plan();
      expect(planned.steps).toMatchObject({ Plan: "success", Comment: "failure" });
      const taken =
        "version 1.1.0 of recsys exists in the registry of prd, built from other sources";
      expect(planned.log).toContain(`✗ recsys could not be deployed: ${taken}`);
      expect(team.commentsOf(4)).toEqual([
        expect.stringContaining("<b>recsys</b>: ✗ can't be deployed</summary>"),
      ]);
      expect(team.commentsOf(4)[0]?.replaceAll(/\s+/g, " ")).toContain(taken);
      expect(team.github.problems).toEqual([]);
    });
  },
);
