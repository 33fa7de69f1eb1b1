import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { projectName } from "../../src/core/ids.ts";
import type { RoleName } from "../../src/platform/roles/roles.ts";
import type { ContractHarness, Differences, MakeHarness } from "./harness.ts";
import { value } from "./tools.ts";

const everyRole: Readonly<Record<RoleName, true>> = {
  driver: true,
  outbox: true,
  scheduler: true,
  tests: true,
  savedPlans: true,
  rollbacks: true,
  retained: true,
  garbage: true,
  verification: true,
  capacity: true,
  pools: true,
  runSearch: true,
  secrets: true,
  fleet: true,
  fleetIndex: true,
  attemptLogs: true,
  artifacts: true,
  trials: true,
  runImages: true,
  heldSteps: true,
  workingCopy: true,
};

export function contractOfRoles(
  name: string,
  makeHarness: MakeHarness,
  { kind, roles }: Differences,
): void {
  describe(`${name}: roles`, () => {
    let harness: ContractHarness;

    beforeEach(async () => {
      harness = await makeHarness();
    });
    afterEach(() => harness.close());

    test("has those of its kind and no others", () => {
      const { platform } = harness;
      expect(platform.kind).toBe(kind);
      const has = (Object.keys(everyRole) as RoleName[]).filter(
        (role) => platform[role] !== undefined,
      );
      expect(has.toSorted()).toEqual(roles.toSorted());
    });

    test("an act beside the platform is in its audit trail", async () => {
      const { platform } = harness;
      const act = { actor: "ana", action: "protect-branch", subject: "master of acme/ml" } as const;
      value(await platform.recordAct(act));
      const { items } = value(await platform.audit({ limit: 10 }));
      expect(items[0]).toMatchObject(act);
    });

    test("knows no release of a project that was never deployed", async () => {
      expect(value(await harness.platform.releases(projectName("nobody")))).toEqual([]);
    });
  });
}
