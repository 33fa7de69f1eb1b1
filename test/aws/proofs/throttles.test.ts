import { expect, test } from "vitest";

import { describeWith } from "../../rig/parts.ts";
import { bootstrapped, deploy, environmentAround, manyProjects } from "../deploy-fixture.ts";
import { moto, useMoto } from "../rig/moto.ts";
import { useProxy } from "../rig/proxy.ts";
import { quotas, type Shares } from "../rig/quotas.ts";
import { acceleratedTiming } from "../rig/timing.ts";

describeWith(moto(), "a first deploy under AWS's quotas", (part) => {
  const server = useMoto(part);
  const proxy = useProxy(server);

  /**
   * Deploys as many projects behind buckets of tokens; one second is `factor` seconds for both
   * sides.
   */
  async function deployed(count: number, factor: number, shares?: Shares) {
    const environment = await bootstrapped(server());
    const timing = acceleratedTiming(factor);
    const buckets = quotas(timing, shares);
    proxy().play({ before: (sent) => buckets.refuse(sent) });
    const clients = server().clients({ timing, endpointUrl: proxy().url });
    const around = environmentAround({ ...environment.context, clients, timing });
    const { summary } = await deploy(
      await around.open(),
      manyProjects(count).map((project) => around.release(project)),
    );
    return {
      refused: buckets.refused,
      errors: summary.projects.flatMap(({ error }) => error ?? []),
      changed: summary.projects.filter(({ outcome }) => outcome === "changed").length,
    };
  }

  test("of 40 projects keeps within them by itself: nothing is refused", async () => {
    const { refused, errors, changed } = await deployed(40, 10);
    expect({ refused, errors, changed }).toEqual({ refused: [], errors: [], changed: 40 });
  });

  test("of 9 projects gets through where somebody else has used them up and takes every other token", async () => {
    const { refused, errors, changed } = await deployed(9, 20, { atFirst: 0, ours: 0.5 });
    expect({ errors, changed }).toEqual({ errors: [], changed: 9 });
    expect(new Set(refused)).toContain("ecs cluster writes");
  });
});
