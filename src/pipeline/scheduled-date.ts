import type { Project } from "../config/model.ts";
import type { JsonObject } from "../core/json.ts";
import { expression } from "./jsonata.ts";
import { placeholder } from "./placeholder.ts";

/** The variable that has the zone's offsets, as text. */
const OFFSETS = "zone_offsets";

/** What `$toMillis` reads on every platform: seconds and a zone are in it. */
const INSTANT = String.raw`/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-][0-2]\d:[0-5]\d)$/`;
const DATE = String.raw`/^\d{4}-\d\d-\d\d$/`;

/** The zone in which a project's scheduled dates are: its schedule's. */
export function scheduledZone(timezone: string | undefined): string {
  return timezone ?? "UTC";
}

/**
 * Variables by which `scheduledDate` finds the local date. JSONata has no time zones, so the zone's
 * offsets are a table that a deploy puts in from its time zone database
 * (`schedule/zone-offsets.ts`). In UTC there is none to put in.
 *
 * @param given the date in the run input, or an empty text, as JSONata
 */
export function dateVariables(project: Pick<Project, "schedule">, given: string): JsonObject {
  return {
    scheduled_date: given,
    ...(isUtc(project) ? {} : { [OFFSETS]: placeholder("zone_offsets") }),
  };
}

/**
 * `$scheduled_date` as every later state has it: the date of the run input, or that of
 * `$scheduled_time` in the schedule's zone. A bare start may give any text as its time: the run's
 * start counts then.
 */
export function scheduledDate(project: Pick<Project, "schedule">): JsonObject {
  const time = `$contains($scheduled_time, ${INSTANT}) ? $scheduled_time : $states.context.Execution.StartTime`;
  const local = isUtc(project)
    ? "$at"
    : `$at + 60000 * ($zone := $parse($${OFFSETS}); $zone.offset[$max([1, $count($zone.from[$ <= $at / 60000])]) - 1])`;
  return {
    scheduled_date: expression(
      `$contains($scheduled_date, ${DATE}) ? $scheduled_date : ($at := $toMillis(${time}); $substring($fromMillis(${local}), 0, 10))`,
    ),
  };
}

function isUtc({ schedule }: Pick<Project, "schedule">): boolean {
  return scheduledZone(schedule?.timezone) === "UTC";
}
