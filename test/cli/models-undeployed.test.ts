import { expect, test } from "vitest";

import { openPromotionsLook } from "../../src/app/schedules/promotions-look.ts";
import { openWorkspace, openPlatform } from "../../src/app/workspace.ts";
import { unwrap } from "../aws/rig/unwrap.ts";
import { mlflow, mlflowVersions, useMlflow } from "../models/rig/mlflow.ts";
import { describeWith } from "../rig/parts.ts";
import { esteira } from "./cli.ts";
import { shown, workspaceAt } from "./models-workspace.ts";

const hour = 3_600_000;

for (const major of mlflowVersions) {
  describeWith(mlflow(major), `promotions that nobody deployed, by MLflow ${major}`, (part) => {
    const server = useMlflow(part);

    test("watch and doctor find them, until they are deployed", async () => {
      const { url, register, ask } = server();
      await register("waits", [{}, {}]);
      const put = (version: string): Promise<unknown> =>
        ask("POST", "model-versions/transition-stage", {
          name: "waits",
          version,
          stage: "Production",
          archive_existing_versions: true,
        });
      await put("1");
      await using workspace = await workspaceAt(url, "waits");
      const cwd = workspace.path;
      const watch = async (): Promise<string> =>
        (await shown(cwd, "watch --once -e prd")).replace(
          /since [-0-9]+ [:0-9]+ UTC/,
          "since <when>",
        );
      expect(await shown(cwd, "deploy -e prd recsys")).toMatch(/\[0\]$/);
      const well =
        "✓ prd: all is as it should be (0 fires of the last 24 hours, 0 runs in progress).\n[0]";
      expect(await watch()).toBe(well);

      await put("2");
      expect(await watch()).toBe(
        `✗ recsys: Production of the model waits is 2 since <when>; prd runs 1
  \`esteira deploy recsys --refresh -e prd\` gives it to the runs.

✗ prd: 1 thing not as it should be (0 fires of the last 24 hours, 0 runs in progress).
[1]`,
      );
      const { out } = await esteira(cwd, ["watch", "--once", "-e", "prd", "--json"]);
      expect(JSON.parse(out)).toMatchObject({
        registry: null,
        findings: [{ code: "watch/undeployed-model", project: "recsys" }],
      });
      expect((await shown(cwd, "doctor recsys -e prd")).replaceAll(/\s+/g, " ")).toContain(
        "version 2 of waits, Production; steps get 1: nobody has deployed it since then → `esteira deploy recsys --refresh -e prd` gives it to them.",
      );

      expect(await shown(cwd, "deploy recsys -e prd --refresh")).toMatch(/1 project deployed/);
      expect(await watch()).toBe(well);
      expect(await shown(cwd, "doctor recsys -e prd")).toMatch(
        /✓ .*version 2 of waits, Production/,
      );
    });

    test("nobody is notified before there was time for a deploy", async () => {
      const { url, register, ask } = server();
      await register("grace", [{}, {}]);
      await using workspace = await workspaceAt(url, "grace", ", alias: champion");
      const point = (version: string): Promise<unknown> =>
        ask("POST", "registered-models/alias", { name: "grace", alias: "champion", version });
      await point("1");
      expect(await shown(workspace.path, "deploy -e prd recsys")).toMatch(/\[0\]$/);
      let now = Date.now();
      const host = {
        cwd: workspace.path,
        environment: process.env,
        clock: { now: () => now },
        actor: "ana",
      };
      const opened = unwrap(await openWorkspace(host, "prd"));
      const platform = unwrap(await openPlatform(host, opened, {}));
      try {
        const promotions = openPromotionsLook(host, opened.environment, platform, 2 * hour);
        expect(await promotions.look()).toEqual([]);
        await point("2");
        now += hour;
        expect(await promotions.look()).toEqual([]);
        now += 2 * hour;
        expect(await promotions.look()).toEqual([
          {
            project: "recsys",
            model: "grace",
            place: "@champion",
            version: "2",
            since: undefined,
            runs: "1",
          },
        ]);
        expect(promotions.problem()).toBeUndefined();
      } finally {
        await platform.close();
      }
    });
  });
}

describeWith(mlflow(3), "a registry that is gone", (part) => {
  const server = useMlflow(part);

  test("is no finding, and said", async () => {
    const { url, register } = server();
    await register("gone", [{}]);
    await using workspace = await workspaceAt(url, "gone");
    const cwd = workspace.path;
    expect(await shown(cwd, "deploy recsys -e loose")).toMatch(/\[0\]$/);
    expect(await shown(cwd, "watch --once -e loose")).toBe(
      `✓ loose: all is as it should be (0 fires of the last 24 hours, 0 runs in progress).
! models were not looked at: nothing listens at 127.0.0.1:9, where MLflow should be
[0]`,
    );
  });
});
