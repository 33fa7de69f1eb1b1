import { ok, type Result } from "../../../core/result.ts";
import type { ProjectName } from "../../../core/ids.ts";
import type { BackfillItem } from "../../../platform/backfill.ts";
import type { Exit } from "../../../app/exit-codes.ts";
import { failed, fromPlatform, type Failure } from "../../../app/failure.ts";
import {
  type Downstream,
  downstreamOf,
  downstreamTimes,
  planDownstream,
} from "../../../app/schedules/downstream.ts";
import type { PlatformSession } from "../../../app/workspace.ts";

/** How the backfill of one project ended. */
export interface Carried {
  readonly exit: Exit;
  /** Times for which it has succeeded, now or before; milliseconds since the epoch. */
  readonly succeeded: readonly number[];
}

/** All that follow the project, where the flag asks for them. */
export async function downstreamProjects(
  { platform }: Pick<PlatformSession, "platform">,
  project: ProjectName,
  wanted: boolean,
): Promise<Result<readonly Downstream[], Failure>> {
  if (!wanted) return ok([]);
  const schedules = await platform.schedules();
  if (!schedules.ok) return failed(fromPlatform(schedules.error));
  return ok(downstreamOf(schedules.value, project));
}

/**
 * Makes up for all that follow a project, one after the other, for the dates for which what they
 * follow has succeeded.
 *
 * @param carry makes up for one of them
 */
export async function carryDownstream(
  { platform }: Pick<PlatformSession, "platform">,
  first: Carried & { readonly project: ProjectName },
  downstream: readonly Downstream[],
  carry: (one: Downstream, items: readonly BackfillItem[]) => Promise<Result<Carried, Failure>>,
): Promise<Result<Exit, Failure>> {
  const succeeded = new Map<string, readonly number[]>([[first.project, first.succeeded]]);
  let { exit } = first;
  for (const one of downstream) {
    if (exit === "interrupted") break;
    const planned = await planDownstream(platform, one, downstreamTimes(one, succeeded));
    if (!planned.ok) return failed(fromPlatform(planned.error));
    if (planned.value.length === 0) continue;
    const carried = await carry(one, planned.value);
    if (!carried.ok) return carried;
    succeeded.set(one.project, carried.value.succeeded);
    if (carried.value.exit !== "ok") ({ exit } = carried.value);
  }
  return ok(exit);
}
