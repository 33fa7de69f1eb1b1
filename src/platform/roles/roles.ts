import type { ArtifactStore } from "./artifacts.ts";
import type { AttemptLogs } from "./attempt-logs.ts";
import type { Capacity } from "./capacity.ts";
import type { Outbox } from "./deliveries.ts";
import type { Driver } from "./driver.ts";
import type { Fleet } from "./fleet.ts";
import type { FleetIndex } from "./fleet-index.ts";
import type { GarbageCollection } from "./garbage.ts";
import type { HeldSteps } from "./held-steps.ts";
import type { Pools } from "./pools.ts";
import type { Retained } from "./retained.ts";
import type { Rollbacks } from "./rollbacks.ts";
import type { RunImages } from "./run-images.ts";
import type { RunSearch } from "./run-search.ts";
import type { SavedPlans } from "./saved-plans.ts";
import type { SecretStore } from "./secrets.ts";
import type { Scheduler } from "./scheduler.ts";
import type { ProjectTests } from "./tests.ts";
import type { StepTrials } from "./trials.ts";
import type { WorkingCopy } from "./working-copy.ts";
import type { Verification } from "./verification.ts";

/**
 * What only some platforms can do. A role is there where its platform can: asking for it is the one
 * way to find out.
 */
export interface OptionalRoles {
  readonly driver?: Driver;
  readonly outbox?: Outbox;
  readonly scheduler?: Scheduler;
  readonly tests?: ProjectTests;
  readonly savedPlans?: SavedPlans;
  readonly rollbacks?: Rollbacks;
  readonly retained?: Retained;
  readonly garbage?: GarbageCollection;
  readonly verification?: Verification;
  readonly capacity?: Capacity;
  readonly pools?: Pools;
  readonly runSearch?: RunSearch;
  readonly secrets?: SecretStore;
  readonly fleet?: Fleet;
  readonly fleetIndex?: FleetIndex;
  readonly artifacts?: ArtifactStore;
  readonly attemptLogs?: AttemptLogs;
  readonly trials?: StepTrials;
  readonly runImages?: RunImages;
  readonly heldSteps?: HeldSteps;
  readonly workingCopy?: WorkingCopy;
}

export type RoleName = keyof OptionalRoles;

/**
 * The roles of each kind of platform: what is known of an environment that nobody has opened. The
 * contract tests hold both platforms to it.
 */
export const rolesOfKind: Readonly<Record<"aws" | "local", readonly RoleName[]>> = {
  aws: [
    "savedPlans",
    "rollbacks",
    "retained",
    "garbage",
    "verification",
    "capacity",
    "pools",
    "runSearch",
    "runImages",
    "secrets",
    "artifacts",
    "fleetIndex",
    "attemptLogs",
  ],
  local: [
    "artifacts",
    "attemptLogs",
    "driver",
    "fleet",
    "outbox",
    "pools",
    "scheduler",
    "secrets",
    "tests",
    "trials",
    "heldSteps",
    "workingCopy",
  ],
};
