import { layers } from "../../core/graph.ts";
import { ok, type Result } from "../../core/result.ts";
import type { ProjectName } from "../../core/ids.ts";
import { type BackfillItem, type BackfillPort, planBackfill } from "../../platform/backfill.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { DeployedSchedule } from "../../platform/schedules.ts";
import { type AfterRule, keyOf } from "../../schedule/after.ts";

/** A project that is made up for because of those that it follows. */
export interface Downstream {
  readonly project: ProjectName;
  readonly after: AfterRule;
  readonly timezone: string;
}

/** All that follow a project, directly or not; each comes after those of them that it follows. */
export function downstreamOf(
  schedules: readonly DeployedSchedule[],
  project: ProjectName,
): readonly Downstream[] {
  const following = schedules.flatMap(({ project: name, after, timezone }): Downstream[] =>
    after === undefined ? [] : [{ project: name, after, timezone }],
  );
  const reached = new Set<string>([project]);
  for (let before = 0; before !== reached.size;) {
    before = reached.size;
    for (const { project: name, after } of following) {
      if (after.projects.some((other) => reached.has(other))) reached.add(name);
    }
  }
  const chosen = following.filter((one) => one.project !== project && reached.has(one.project));
  const names = new Set<string>(chosen.map((one) => one.project));
  const graph = new Map<string, readonly string[]>(
    chosen.map((one) => [one.project, one.after.projects.filter((other) => names.has(other))]),
  );
  return layers(graph)
    .flat()
    .flatMap((name) => chosen.find((one) => one.project === name) ?? []);
}

/**
 * The times that a project is made up for: of each date, or scheduled time, the latest for which
 * one of those that it follows has succeeded. With `match: any` each date counts.
 *
 * @param succeeded by project, times in milliseconds since the epoch
 * @returns oldest first
 */
export function downstreamTimes(
  { after, timezone }: Downstream,
  succeeded: ReadonlyMap<string, readonly number[]>,
): readonly number[] {
  const times = after.projects.flatMap((project) => succeeded.get(project) ?? []);
  const byKey = Map.groupBy(times, (time) => keyOfTime({ after, timezone }, time));
  return [...byKey.values()].map((of) => Math.max(...of)).toSorted((a, b) => a - b);
}

function keyOfTime({ after, timezone }: Pick<Downstream, "after" | "timezone">, time: number) {
  const match = after.match === "any" ? "day" : after.match;
  return keyOf({ time, scheduled: true }, match, timezone);
}

const day = 24 * 3_600_000;

/** What is to be done for these times: nothing for a date that the project has succeeded for. */
export async function planDownstream(
  port: BackfillPort,
  downstream: Downstream,
  times: readonly number[],
): Promise<Result<readonly BackfillItem[], PlatformError>> {
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return ok([]);
  const { project } = downstream;
  const planned = await planBackfill(port, project, times);
  if (!planned.ok) return planned;
  // Its own run of that date may have another time of it.
  const found = await port.succeededFires(project, first - day, last + day);
  if (!found.ok) return found;
  const done = new Map([...found.value].map(([at, run]) => [keyOfTime(downstream, at), run]));
  return ok(
    planned.value.map((item): BackfillItem => {
      const run = done.get(keyOfTime(downstream, item.at));
      return item.state === "to-run" && run !== undefined
        ? { at: item.at, state: "succeeded", run }
        : item;
    }),
  );
}
