import { DescribeTaskDefinitionCommand, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { GetScheduleCommand } from "@aws-sdk/client-scheduler";
import { DescribeStateMachineCommand } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";

import type { Clients } from "../../src/aws/sdk/context.ts";
import { isEmptyPlan } from "../../src/platform/plan.ts";
import { projectName } from "../../src/core/ids.ts";
import { describeWith } from "../rig/parts.ts";
import { apply, bootstrapped, deploy, planned, recsys, changeLines } from "./deploy-fixture.ts";
import { recsysDeployed } from "./recsys-deployed.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";

const project = projectName("recsys");
const machine = "arn:aws:states:us-east-1:123456789012:stateMachine:recsys-workflow";

const first = recsys();
const second = recsys({
  version: "1.1.0",
  schedule: {
    enabled: true,
    cron: "30 6 * * *",
    timezone: "UTC",
    overlap: "allow",
    deadline: undefined,
  },
  steps: first.steps.slice(0, 1),
  runtime: { ...first.runtime, environmentVariables: { MODE: "new" } },
});

/** What runs, and when. */
async function running({ sfn, scheduler, ecs }: Clients) {
  const { definition = "" } = await sfn.send(
    new DescribeStateMachineCommand({ stateMachineArn: machine }),
  );
  const { ScheduleExpression } = await scheduler.send(
    new GetScheduleCommand({ Name: "sched-recsys" }),
  );
  const taskDefinition = /"TaskDefinition":"([^"]+)"/.exec(definition)?.[1];
  const { taskDefinition: task } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition }),
  );
  return { definition, ScheduleExpression, taskDefinition, task: task?.containerDefinitions };
}

describeWith(moto(), "releases on AWS", (part) => {
  const server = useMoto(part);

  test("a rollback restores the release before, and deploys leave it so until the project changes", async () => {
    const environment = await bootstrapped(server());
    const platform = await environment.open();
    const { clients } = environment.context;
    const old = environment.release(first, "source-1");
    const bad = environment.release(second, "source-2");
    await deploy(platform, [old]);
    const before = await running(clients);
    await deploy(platform, [bad]);

    const plan = unwrap(await platform.rollbacks.plan(project, { reason: "wrong cars" }));
    expect(changeLines(plan)).toEqual([
      expect.stringMatching(/^update state-machine recsys-workflow: definition\./),
      "update schedule sched-recsys: expression",
      "update release recsys 1.0.0: version, source, fingerprint",
    ]);
    const { summary } = await apply(platform, plan);

    expect(summary.projects).toEqual([{ project: "recsys", outcome: "changed" }]);
    expect(await running(clients)).toEqual(before);
    expect(before.taskDefinition).toMatch(/recsys:1$/);
    expect(environment.images.published).toEqual(["recsys-1.0.0", "recsys-1.1.0"]);
    const kept = unwrap(await platform.releases(project));
    expect(
      kept.map(({ document, current, rejected }) => [document.release.version, current, rejected]),
    ).toEqual([
      ["1.1.0", false, true],
      ["1.0.0", true, false],
    ]);
    expect(unwrap(await platform.deployed(project))?.fingerprint).toBe(old.fingerprint);

    const held = await planned(platform, [bad]);
    expect(isEmptyPlan(held)).toBe(true);
    expect(held.projects[0]?.hold).toMatch(
      /^rolled back from 1\.1\.0 on \d{4}-\d\d-\d\d by ana: wrong cars; it is deployed again when its config or sources change$/,
    );
    expect((await apply(platform, held)).summary.projects).toEqual([
      { project: "recsys", outcome: "held" },
    ]);
    expect(await running(clients)).toEqual(before);

    const better = environment.release({ ...second, version: "1.1.1" }, "source-3");
    const forward = await deploy(platform, [better]);
    expect(forward.summary.projects).toEqual([{ project: "recsys", outcome: "changed" }]);
    expect(unwrap(await platform.releases(project)).map(({ rejected }) => rejected)).toEqual([
      false,
      false,
      false,
    ]);
  });

  test("a rollback can name its version, and says when there is nothing to go back to", async () => {
    const environment = await bootstrapped(server());
    const platform = await environment.open();
    expect(await platform.rollbacks.plan(project, {})).toEqual({
      ok: false,
      error: {
        reason: "not-deployed",
        message: "recsys is not deployed to dev",
        help: "`esteira releases recsys -e dev` lists what is kept",
      },
    });
    await deploy(platform, [environment.release(first)]);
    expect(await platform.rollbacks.plan(project, {})).toEqual({
      ok: false,
      error: {
        reason: "not-found",
        message: "no release of recsys from before 1.0.0 is kept",
        help: "`esteira releases recsys -e dev` lists what is kept",
      },
    });
    await deploy(platform, [environment.release(second, "source-2")]);
    await deploy(platform, [environment.release({ ...second, version: "1.2.0" }, "source-3")]);

    const plan = unwrap(await platform.rollbacks.plan(project, { to: "1.0.0" }));
    await apply(platform, plan);
    expect(unwrap(await platform.deployed(project))?.release.version).toBe("1.0.0");
    expect(await platform.rollbacks.plan(project, { to: "9.9.9" })).toMatchObject({
      ok: false,
      error: { message: "no release 9.9.9 of recsys is kept besides the current one" },
    });
  });

  test("each deploy, rollback and destroy is in the audit trail", async () => {
    const environment = await bootstrapped(server());
    const platform = await environment.open();
    await deploy(platform, [environment.release(first)]);
    await deploy(platform, [environment.release(second, "source-2")]);
    await apply(platform, unwrap(await platform.rollbacks.plan(project, {})));
    await apply(platform, unwrap(await platform.planDestroy([project])));

    const { items } = unwrap(await platform.audit({ limit: 4 }));
    expect(
      items.map(({ action, actor, project, commit, outcome, summary }) => ({
        action,
        actor,
        project,
        commit,
        outcome,
        summary,
      })),
    ).toEqual([
      {
        action: "destroy",
        actor: "ana",
        project: "recsys",
        commit: "0123abc",
        outcome: "succeeded",
        summary: { remove: 8 },
      },
      {
        action: "rollback",
        actor: "ana",
        project: "recsys",
        commit: "0123abc",
        outcome: "succeeded",
        summary: { unchanged: 9, update: 3 },
      },
      {
        action: "deploy",
        actor: "ana",
        project: "recsys",
        commit: "0123abc",
        outcome: "succeeded",
        summary: { create: 1, unchanged: 7, update: 4 },
      },
      {
        action: "deploy",
        actor: "ana",
        project: "recsys",
        commit: "0123abc",
        outcome: "succeeded",
        summary: { create: 12 },
      },
    ]);
  });

  test("gc removes what no kept release names, and nothing that runs", async () => {
    const environment = await bootstrapped(server());
    const platform = await environment.open();
    for (const version of ["1.0.0", "1.0.1", "1.0.2", "1.0.3"]) {
      await deploy(platform, [environment.release(recsys({ version }), `source-${version}`)]);
    }
    const kept = unwrap(await platform.releases(project)).map(({ document }) => document);
    const options = { keep: 1, actor: "ana", dryRun: false };
    const expected = [
      { project: "recsys", kind: "release", name: `1.0.1 ${kept[2]?.fingerprint.slice(0, 12)}` },
      { project: "recsys", kind: "release", name: `1.0.0 ${kept[3]?.fingerprint.slice(0, 12)}` },
      ...[2, 1].map((revision) => ({
        project: "recsys",
        kind: "task-definition",
        name: `arn:aws:ecs:us-east-1:123456789012:task-definition/recsys:${revision}`,
      })),
    ];

    const would = unwrap(await platform.garbage.collect([project], { ...options, dryRun: true }));
    expect([...would].toSorted(byName)).toEqual([...expected].toSorted(byName));
    expect(unwrap(await platform.releases(project))).toHaveLength(4);

    expect(unwrap(await platform.garbage.collect([project], options))).toEqual(would);
    expect(unwrap(await platform.garbage.collect([project], options))).toEqual([]);
    expect(
      unwrap(await platform.releases(project)).map(({ document }) => document.release.version),
    ).toEqual(["1.0.3", "1.0.2"]);
    await apply(platform, unwrap(await platform.rollbacks.plan(project, {})));
    expect((await running(environment.context.clients)).taskDefinition).toMatch(/recsys:3$/);
  });

  test("gc keeps the image of a deploy that was cut off before its release was written", async () => {
    const { environment, platform } = await recsysDeployed(server());
    const digest = `sha256:${"a".repeat(64)}`;
    await environment.context.clients.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: "recsys",
        containerDefinitions: [{ name: "recsys", image: `ml-projects@${digest}`, memory: 64 }],
      }),
    );
    unwrap(await platform.garbage.collect([project], { keep: 0, actor: "ana", dryRun: false }));
    expect([...environment.images.kept]).toContain(digest);
  });
});

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
