import { GetResourcesCommand } from "@aws-sdk/client-resource-groups-tagging-api";
import { expect, test } from "vitest";

import { projectName } from "../../src/core/ids.ts";
import { isEmptyPlan } from "../../src/platform/plan.ts";
import { describeWith } from "../rig/parts.ts";
import {
  bootstrapped,
  deploy,
  environmentAround,
  planned,
  recsys,
  changeLines,
} from "./deploy-fixture.ts";
import { intercept } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";

describeWith(moto(), "deploying to AWS", (part) => {
  const server = useMoto(part);

  test("makes everything of a release, in the order in which each needs the other, and nothing the second time", async () => {
    const environment = await bootstrapped(server());
    const platform = await environment.open();
    const release = environment.release(recsys());

    const { plan, summary, events } = await deploy(platform, [release]);

    expect(changeLines(plan)).toEqual([
      "create image recsys-1.0.0",
      "create log-group /ecs/recsys",
      "create log-group /aws/vendedlogs/states/recsys-workflow",
      "create cluster ml-cluster-recsys",
      "create launch-template lt-recsys",
      "create auto-scaling-group asg-recsys",
      "create capacity-provider cp-recsys",
      "create cluster-capacity ml-cluster-recsys",
      "create task-definition recsys",
      "create state-machine recsys-workflow",
      "create schedule sched-recsys",
      "create release recsys 1.0.0",
    ]);
    expect(summary).toEqual({ projects: [{ project: "recsys", outcome: "changed" }] });
    expect(
      events.flatMap((event) => (event.kind === "step-finished" ? [event.resource] : [])),
    ).toEqual(changeLines(plan).map((line) => line.replace("create ", "")));

    const again = await planned(platform, [release]);
    expect(isEmptyPlan(again)).toBe(true);
    const closely = await planned(platform, [release], { refresh: true });
    expect(changeLines(closely)).toEqual([]);
    expect(isEmptyPlan(closely)).toBe(true);
  });

  test("takes no old mark for the present one: what is looked up of all projects at once lags", async () => {
    const environment = await bootstrapped(server());
    const first = environment.release(recsys());
    const second = environment.release(recsys({ description: "other" }));
    await deploy(await environment.open(), [first]);
    const stale = await environment.context.clients.tagging.send(new GetResourcesCommand({}));
    await deploy(await environment.open(), [second]);

    // Reverted a minute later; the look-up still reports the first deploy.
    const { clients } = environment.context;
    intercept(clients, ({ operation }) => (operation === "GetResources" ? stale : undefined));
    const around = environmentAround({ ...environment.context, clients });
    const platform = await around.open({ images: () => environment.images });
    const { plan, summary } = await deploy(platform, [first]);
    expect(changeLines(plan)).toEqual(["update release recsys 1.0.0: description, fingerprint"]);
    expect(summary.projects).toEqual([{ project: "recsys", outcome: "changed" }]);
    expect(changeLines((await deploy(platform, [first])).plan)).toEqual([]);
  });

  test("enables the schedule of a project that is back at once, though its look-up lags", async () => {
    const environment = await bootstrapped(server());
    const { clients } = environment.context;
    const back = environment.release(recsys());
    const other = environment.release(recsys({ name: projectName("other") }));
    await deploy(await environment.open(), [back, other]);
    const stale = await clients.tagging.send(new GetResourcesCommand({}));
    await deploy(await environment.open(), [other]);

    intercept(clients, ({ operation }) => (operation === "GetResources" ? stale : undefined));
    const platform = await environment.open();
    expect(changeLines((await deploy(platform, [back, other])).plan)).toEqual([
      "update state-machine recsys-workflow: tags.esteira:retired",
      "update schedule sched-recsys: state, description",
    ]);
  });

  test("stops between two changes when it is asked to, says before which, and continues from there", async () => {
    const environment = await bootstrapped(server());
    const platform = await environment.open();
    const release = environment.release(recsys());
    const plan = await planned(platform, [release]);
    const abort = new AbortController();
    const summary = unwrap(
      await platform.apply(plan, [release], {
        actor: "ana",
        signal: abort.signal,
        listener(event) {
          const made = event.kind === "step-finished" ? event.resource : "";
          if (made === "launch-template lt-recsys") abort.abort();
        },
      }),
    );
    expect(summary.projects).toEqual([
      {
        project: "recsys",
        outcome: "failed",
        error: {
          reason: "interrupted",
          message: "interrupted before auto-scaling-group asg-recsys",
          help: "run it again: it continues from what exists",
          resource: "auto-scaling-group asg-recsys",
        },
      },
    ]);
    const [entry] = unwrap(await platform.audit({ limit: 1 })).items;
    expect(entry).toMatchObject({ action: "deploy", actor: "ana", outcome: "interrupted" });

    // The lease is given back: nobody waits.
    const again = await deploy(platform, [release]);
    expect(changeLines(again.plan)[0]).toBe("create auto-scaling-group asg-recsys");
    expect(again.summary.projects).toEqual([{ project: "recsys", outcome: "changed" }]);
    expect(changeLines(await planned(platform, [release], { refresh: true }))).toEqual([]);
  });
});
