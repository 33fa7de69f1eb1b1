import { expect, test } from "vitest";

import { getHold, putHold } from "../../src/aws/bucket/holds.ts";
import { getRelease, listReleases, putRelease } from "../../src/aws/bucket/releases.ts";
import { bucketStore, type BucketStore } from "../../src/aws/bucket/store.ts";
import { projectName } from "../../src/core/ids.ts";
import { GENERATION } from "../../src/release/generation.ts";
import { describeWith } from "../rig/parts.ts";
import { apply, deploy, planned, recsys } from "./deploy-fixture.ts";
import { recsysDeployed } from "./recsys-deployed.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";

const project = projectName("recsys");
const bad = recsys({ version: "1.1.0" });
const next = GENERATION + 1;
const held =
  /^rolled back from 1\.1\.0 on \d{4}-\d\d-\d\d by ana: wrong cars; it is deployed again when its config or sources change$/;

describeWith(moto(), "a rollback and an upgrade of Esteira", (part) => {
  const server = useMoto(part);

  /** Deploys a good and a bad release, and rolls back from the bad one. */
  async function rolledBack() {
    const { environment, platform } = await recsysDeployed(server());
    await deploy(platform, [environment.release(bad, "source-2")]);
    const plan = unwrap(await platform.rollbacks.plan(project, { reason: "wrong cars" }));
    await apply(platform, plan);
    return { environment, platform };
  }

  test("what was rolled back stays held when another Esteira compiles it", async () => {
    const { environment, platform } = await rolledBack();
    const { authored } = environment.release(bad, "source-2");
    const store = bucketStore(environment.context);
    expect(unwrap(await getHold(store, project))?.rejected?.authored).toBe(authored);

    for (const generation of [GENERATION, next]) {
      const again = environment.release(bad, "source-2", generation);
      const plan = await planned(platform, [again]);
      expect(plan.projects[0]?.hold).toMatch(held);
      expect((await apply(platform, plan, [again])).summary.projects).toEqual([
        { project: "recsys", outcome: "held" },
      ]);
    }

    const better = environment.release(recsys({ version: "1.1.1" }), "source-3", next);
    const { summary } = await deploy(platform, [better]);
    expect(summary.projects).toEqual([{ project: "recsys", outcome: "changed" }]);
    expect(unwrap(await getHold(store, project))).toBeUndefined();
  });

  test("so it does where hold and releases are of an Esteira that didn't keep what the author wrote", async () => {
    const { environment, platform } = await rolledBack();
    const store = bucketStore(environment.context);
    await asBefore(store);

    for (const generation of [GENERATION, next]) {
      const plan = await planned(platform, [environment.release(bad, "source-2", generation)]);
      expect(plan.projects[0]?.hold).toMatch(held);
    }
    // Not what was rolled back: the release that is deployed, as another Esteira compiles it.
    const [upgrade] = (await planned(platform, [environment.release(recsys(), undefined, next)]))
      .projects;
    expect(upgrade).toMatchObject({ hold: undefined, cause: "esteira-changed" });
    for (const generation of [GENERATION, next]) {
      const changed = environment.release(bad, "source-3", generation);
      const [plan] = (await planned(platform, [changed])).projects;
      expect(plan?.hold).toBeUndefined();
      expect(plan).not.toHaveProperty("cause");
    }
  });

  test("a hold of before whose release isn't kept any more counts for that very release", async () => {
    const { environment, platform } = await rolledBack();
    const store = bucketStore(environment.context);
    await asBefore(store);
    const { fingerprint } = environment.release(bad, "source-2");
    unwrap(await store.remove(`releases/recsys/${fingerprint}.json`));
    const hold = async (generation: number) =>
      (await planned(platform, [environment.release(bad, "source-2", generation)])).projects[0]
        ?.hold;
    expect(await hold(GENERATION)).toMatch(held);
    expect(await hold(next)).toBeUndefined();
  });
});

/** Takes out of the bucket what earlier versions didn't write. */
async function asBefore(store: BucketStore): Promise<void> {
  const hold = unwrap(await getHold(store, project));
  if (hold?.rejected === undefined) throw new Error("nothing is rejected");
  const { authored: _authored, ...rejected } = hold.rejected;
  unwrap(await putHold(store, { ...hold, rejected }));
  for (const { fingerprint } of unwrap(await listReleases(store, project))) {
    const document = unwrap(await getRelease(store, project, fingerprint));
    if (document === undefined) throw new Error("a listed release is there");
    const { authored: _hash, ...before } = document;
    unwrap(await putRelease(store, before));
  }
}
