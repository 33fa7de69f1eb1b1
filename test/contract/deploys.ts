import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { projectName } from "../../src/core/ids.ts";
import { isEmptyPlan, type Plan } from "../../src/platform/plan.ts";
import type { Platform } from "../../src/platform/port.ts";
import type { ContractHarness, MakeHarness } from "./harness.ts";
import { deploy, ended, input, reason, until, value } from "./tools.ts";

const schedule = {
  enabled: true,
  cron: "0 3 * * *",
  timezone: "UTC",
  overlap: "allow",
  deadline: undefined,
} as const;

export function contractOfDeploys(name: string, makeHarness: MakeHarness): void {
  describe(`${name}: plan and deploy`, () => {
    let harness: ContractHarness;
    let platform: Platform;

    beforeEach(async () => {
      harness = await makeHarness();
      platform = harness.platform;
    });
    afterEach(() => harness.close());

    const actions = (plan: Plan): string[] =>
      plan.projects.flatMap(({ project, changes }) =>
        changes.map(({ kind, action }) => `${project} ${kind} ${action}`),
      );

    test("a first deploy creates everything, a second one nothing", async () => {
      const release = await harness.release({ name: "first", steps: { a: "succeeds" }, schedule });
      const known = [release.release.project];
      const plan = value(await platform.plan([release], { known }));
      expect(plan).toMatchObject({ schema: 1, environment: platform.environment });
      expect(plan.projects).toHaveLength(1);
      expect(new Set(plan.projects[0]?.changes.map(({ action }) => action))).toEqual(
        new Set(["create"]),
      );
      expect(value(await platform.deployed(release.release.project))).toBeUndefined();

      const { summary, events } = await deploy(platform, [release]);
      expect(summary.projects).toEqual([{ project: "first", outcome: "changed" }]);
      expect(events[0]).toEqual({ kind: "project-started", project: "first" });
      expect(events.at(-1)).toMatchObject({ kind: "project-finished", outcome: "changed" });
      const begun = events.filter(({ kind }) => kind === "step-started");
      expect(begun.length).toBeGreaterThan(0);
      expect(events.filter(({ kind }) => kind === "step-finished")).toHaveLength(begun.length);

      const deployed = value(await platform.deployed(release.release.project));
      expect(deployed).toEqual({
        ...release,
        actor: "ana",
        deployedAt: expect.any(Number) as number,
        decided: expect.any(Object) as object,
      });
      expect(value(await platform.listDeployed())).toEqual([deployed]);

      for (const refresh of [false, true]) {
        const again = value(await platform.plan([release], { known, refresh }));
        expect([again, isEmptyPlan(again)]).toEqual([again, true]);
      }
      const second = await deploy(platform, [release]);
      expect(second.summary.projects).toEqual([{ project: "first", outcome: "unchanged" }]);
      expect(value(await platform.deployed(release.release.project))).toEqual(deployed);
    });

    test("a plan names the fields that change", async () => {
      const steps = { a: "succeeds" } as const;
      await deploy(platform, [await harness.release({ name: "fields", steps, schedule })]);
      const after = await harness.release({
        name: "fields",
        version: "2.0.0",
        steps,
        schedule: { ...schedule, cron: "0 4 * * *" },
      });
      const plan = value(await platform.plan([after], { known: [after.release.project] }));
      const fields = plan.projects[0]?.changes.flatMap((change) => change.fields) ?? [];
      expect(fields).toContainEqual({ path: "version", before: "1.0.0", after: "2.0.0" });
      const expressions = fields.map((field) => JSON.stringify(field.after) ?? "");
      expect(expressions.join(" ")).toContain("0 4 * * ");
      expect(plan.projects[0]?.changes.some(({ drift }) => drift)).toBe(false);
    });

    test("a project that fails doesn't stop the others", async () => {
      const bad = await harness.release({ name: "bad", steps: { a: "succeeds" }, broken: true });
      const good = await harness.release({ name: "good", steps: { a: "succeeds" } });
      const { summary } = await deploy(platform, [bad, good]);
      expect(summary.projects).toMatchObject([
        { project: "bad", outcome: "failed", error: { message: expect.any(String) as string } },
        { project: "good", outcome: "changed" },
      ]);
      expect(value(await platform.deployed(bad.release.project))).toBeUndefined();
    });

    test("a project whose folder is gone loses its schedule, and with prune itself", async () => {
      const gone = await harness.release({ name: "gone", steps: { a: "succeeds" }, schedule });
      await deploy(platform, [gone]);
      const disabling = value(await platform.plan([], { known: [] }));
      expect(disabling.projects).toMatchObject([{ project: "gone", fingerprint: undefined }]);
      expect(actions(disabling)).toContain("gone schedule update");
      expect(actions(disabling).some((action) => action.endsWith("remove"))).toBe(false);
      await deploy(platform, []);
      expect(isEmptyPlan(value(await platform.plan([], { known: [] })))).toBe(true);
      expect(value(await platform.deployed(gone.release.project))).toBeDefined();

      await deploy(platform, [], { prune: true });
      expect(value(await platform.deployed(gone.release.project))).toBeUndefined();
      expect(value(await platform.plan([], { known: [], prune: true })).projects).toEqual([]);
    });

    test("projects that are only not part of this deploy are left alone", async () => {
      const other = await harness.release({ name: "other", steps: { a: "succeeds" }, schedule });
      await deploy(platform, [other]);
      const plan = value(await platform.plan([], { known: [other.release.project], prune: true }));
      expect(plan.projects).toEqual([]);
    });

    test("destroying a project keeps its runs", async () => {
      const release = await harness.release({ name: "brief", steps: { a: "succeeds" } });
      const { project } = release.release;
      await deploy(platform, [release]);
      const run = value(await platform.start(project, input(), { mode: "follow" }));
      await until(platform, run, ended);
      expect(value(await platform.planDestroy([projectName("nobody")])).projects).toEqual([]);
      const plan = value(await platform.planDestroy([project]));
      expect(actions(plan).every((action) => action.endsWith("remove"))).toBe(true);
      const listener = (): void => undefined;
      const summary = value(await platform.apply(plan, [], { actor: "ana", listener }));
      expect(summary.projects).toEqual([{ project: "brief", outcome: "changed" }]);
      expect(value(await platform.deployed(project))).toBeUndefined();
      expect(value(await platform.run(run)).status).toBe("SUCCEEDED");
      expect(reason(await platform.start(project, input(), { mode: "follow" }))).toBe(
        "not-deployed",
      );
    });
  });
}
