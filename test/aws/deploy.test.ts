import { expect, test } from "vitest";

import { isEmptyPlan } from "../../src/platform/plan.ts";
import { describeWith } from "../rig/parts.ts";
import { bootstrapped, deploy, planned, recsys, told } from "./deploy-fixture.ts";
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
});
