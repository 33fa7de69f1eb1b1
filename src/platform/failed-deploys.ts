import type { Platform } from "./port.ts";
import type { FailedDeploy } from "./records.ts";

/** Entries of the audit trail that are looked through: on AWS each is a request. */
const searchedEntries = 50;

/**
 * How the last deploy of projects ended, as far as the newest entries of the audit trail have it;
 * undefined for one that succeeded. Who may not read that is shown the rest all the same.
 */
export async function lastDeploys(
  platform: Pick<Platform, "audit">,
): Promise<ReadonlyMap<string, FailedDeploy | undefined>> {
  const page = await platform.audit({ limit: searchedEntries });
  const deploys = new Map<string, FailedDeploy | undefined>();
  for (const { project, action, outcome, at, actor, error } of page.ok ? page.value.items : []) {
    if (project === undefined || deploys.has(project)) continue;
    if (!/^(deploy|rollback|destroy)$/.test(action)) continue;
    const failed = outcome !== undefined && outcome !== "succeeded";
    deploys.set(project, failed ? { at, actor, error } : undefined);
  }
  return deploys;
}

/** Those of them that failed. */
export async function failedDeploys(
  platform: Pick<Platform, "audit">,
): Promise<ReadonlyMap<string, FailedDeploy>> {
  const deploys = await lastDeploys(platform);
  return new Map(
    [...deploys].flatMap(([project, failed]): [string, FailedDeploy][] =>
      failed === undefined ? [] : [[project, failed]],
    ),
  );
}
