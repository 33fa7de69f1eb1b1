import type { AwsPlatform } from "../../src/aws/platform.ts";
import type { FingerprintedRelease } from "../../src/release/release.ts";
import {
  bootstrapped,
  deploy,
  environmentAround,
  recsys,
  type TestEnvironment,
} from "./deploy-fixture.ts";
import { awsContext, awsEnvironment } from "./rig/context.ts";
import type { MotoServer } from "./rig/moto.ts";
import { hastyTiming } from "./rig/timing.ts";

/**
 * An environment in which the mission's own project was deployed by ana as it is: made once, like
 * the base layer below it.
 */
export async function recsysDeployed(server: MotoServer): Promise<{
  readonly environment: TestEnvironment;
  readonly platform: AwsPlatform;
  readonly release: FingerprintedRelease;
}> {
  const network = await server.prepared("recsys deployed", async () => {
    const timing = hastyTiming;
    const first = await bootstrapped(server, {}, timing, server.clients({ timing }));
    const { summary } = await deploy(await first.open(), [first.release(recsys())]);
    const [outcome] = summary.projects;
    if (outcome?.outcome !== "changed") throw new Error(JSON.stringify(outcome));
    const { vpcId, subnetIds } = first.context.environment;
    return { vpcId, subnetIds };
  });
  const context = awsContext(server.clients(), { environment: awsEnvironment(network) });
  const environment = environmentAround(context);
  const release = environment.release(recsys());
  await environment.images.publish(release.release, { output: () => undefined });
  return { environment, platform: await environment.open(), release };
}
