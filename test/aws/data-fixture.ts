import type { Project, ScheduleConfig } from "../../src/config/model.ts";
import { projectName } from "../../src/core/ids.ts";
import type { FingerprintedRelease } from "../../src/release/release.ts";
import type { OnRule } from "../../src/schedule/on.ts";
import { recsys, type TestEnvironment } from "./deploy-fixture.ts";

export const orders: OnRule = { source: "s3://acme-in/orders/*.csv" };

/** A schedule of objects that arrive, or of a clock where there is no rule. */
export const on = (
  rule: OnRule | undefined,
  changes: Partial<ScheduleConfig> = {},
): ScheduleConfig => ({
  enabled: true,
  ...(rule === undefined ? { cron: "0 3 * * *" } : { on: rule }),
  timezone: "UTC",
  overlap: "allow",
  deadline: undefined,
  ...changes,
});

/** The release of a project that awaits data. */
export const releaseOf = (
  environment: TestEnvironment,
  name: string,
  schedule: ScheduleConfig,
  changes: Partial<Project> = {},
): FingerprintedRelease =>
  environment.release(
    recsys({
      ...changes,
      name: projectName(name),
      directory: `src/projects/${name}`,
      schedule,
      awaitsData: true,
    }),
  );
