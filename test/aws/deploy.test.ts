import { GetResourcesCommand } from "@aws-sdk/client-resource-groups-tagging-api";
import { expect, test } from "vitest";

import { isEmptyPlan } from "../../src/platform/plan.ts";
import { describeWith } from "../rig/parts.ts";
import {
  bootstrapped,
  deploy,
  environmentAround,
  planned,
  recsys,
  told,
} from "./deploy-fixture.ts";
import { intercept } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";

describeWith(moto(), "deploying to AWS", (part) => {
  const server = useMoto(part);

  test("makes everything of a release, in the order in which each needs the other, and nothing the second time", async () => {
    const environment = await bootstrapped(server());
    const platform = await environment.open();
    const release = environment.release(recsys());

    const { plan, summary, events } = await deploy(platform, [release]);

    expect(told(plan)).toEqual([
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
    ).toEqual(told(plan).map((line) => line.replace("create ", "")));

    const again = await planned(platform, [release]);
    expect(isEmptyPlan(again)).toBe(true);
    const closely = await planned(platform, [release], { refresh: true });
    expect(told(closely)).toEqual([]);
    expect(isEmptyPlan(closely)).toBe(true);
  });

  test("takes no old mark for the present one: what is looked up of all projects at once lags", async () => {
    const environment = await bootstrapped(server());
    const first = environment.release(recsys());
    const second = environment.release(recsys({ description: "other" }));
    await deploy(await environment.open(), [first]);
    const stale = await environment.context.clients.tagging.send(new GetResourcesCommand({}));
    await deploy(await environment.open(), [second]);

    // Reverted a minute later; the look-up still tells of the first deploy.
    const { clients } = environment.context;
    intercept(clients, ({ operation }) => (operation === "GetResources" ? stale : undefined));
    const around = environmentAround({ ...environment.context, clients });
    const platform = await around.open({ images: () => environment.images });
    const { plan, summary } = await deploy(platform, [first]);
    expect(told(plan)).toEqual(["update release recsys 1.0.0: description, fingerprint"]);
    expect(summary.projects).toEqual([{ project: "recsys", outcome: "changed" }]);
    expect(told((await deploy(platform, [first])).plan)).toEqual([]);
  });
});
