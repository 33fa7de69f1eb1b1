import { expect, test } from "vitest";

import { systemTiming } from "../../src/aws/sdk/timing.ts";
import { projectName } from "../../src/core/ids.ts";
import type { Plan } from "../../src/platform/plan.ts";
import { describeWith } from "../rig/parts.ts";
import { bootstrapped, changeLines, deploy, planned, recsys } from "./deploy-fixture.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";

describeWith(moto(), "deploys that meet", (part) => {
  const server = useMoto(part);

  test("two deploys at once of the same content: the second finds nothing left to change", async () => {
    const environment = await bootstrapped(server());
    const release = environment.release(recsys());
    // A lease lives by the bucket's clock as well, which nobody hurries.
    const timing = systemTiming;
    const platforms = [await environment.open({ timing }), await environment.open({ timing })];
    const replanned: Plan[] = [];
    const plans = await Promise.all(platforms.map((platform) => planned(platform, [release])));
    const applied = await Promise.all(
      platforms.map((platform, index) =>
        platform.apply(plans[index] as Plan, [release], {
          actor: "ana",
          listener: () => undefined,
          replanned: (plan) => replanned.push(plan),
        }),
      ),
    );
    const outcomes = applied.flatMap((one) => unwrap(one).projects.map(({ outcome }) => outcome));
    expect(outcomes.toSorted()).toEqual(["changed", "unchanged"]);
    expect(replanned.map((plan) => changeLines(plan))).toEqual([[]]);
  });

  test("a plan that was made again removes nothing that nobody has seen", async () => {
    const environment = await bootstrapped(server());
    const release = environment.release(recsys());
    const other = environment.release(recsys({ name: projectName("other") }));
    const [slow, fast] = [await environment.open(), await environment.open()];
    const options = { known: [projectName("recsys")], prune: true };
    const plan = unwrap(await slow.plan([release], options));
    await deploy(fast, [other]);
    expect(await slow.apply(plan, [release], { actor: "ana", listener: () => undefined })).toEqual({
      ok: false,
      error: {
        reason: "conflict",
        message: "the environment dev has changed since the plan was made: other",
        help: "plan again with `esteira plan -e dev`, and apply that",
      },
    });
  });
});
