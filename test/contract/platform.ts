import { contractOfArrivals } from "./arrivals.ts";
import { contractOfBackfills } from "./backfills.ts";
import { contractOfChecks } from "./checks.ts";
import { contractOfDeploys } from "./deploys.ts";
import { contractOfFollows } from "./follows.ts";
import type { Differences, MakeHarness } from "./harness.ts";
import { contractOfPools } from "./pools.ts";
import { contractOfRoles } from "./roles.ts";
import { contractOfRuns } from "./runs.ts";
import { contractOfSchedules } from "./schedules.ts";
import { contractOfStops } from "./stops.ts";
import { contractOfUpgrades } from "./upgrades.ts";

/**
 * What every platform does alike. Each implementation calls this with a way to make an empty
 * environment.
 */
export function platformContract(
  name: string,
  makeHarness: MakeHarness,
  differences: Differences,
): void {
  contractOfRoles(name, makeHarness, differences);
  contractOfDeploys(name, makeHarness);
  contractOfRuns(name, makeHarness);
  contractOfSchedules(name, makeHarness);
  contractOfArrivals(name, makeHarness);
  contractOfFollows(name, makeHarness);
  contractOfBackfills(name, makeHarness);
  contractOfPools(name, makeHarness);
  contractOfChecks(name, makeHarness);
  contractOfUpgrades(name, makeHarness);
  contractOfStops(name, makeHarness, differences);
}
