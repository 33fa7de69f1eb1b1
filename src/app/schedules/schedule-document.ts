import { inZone } from "../../schedule/zone-time.ts";
import type { DocumentOf } from "../documents/documents.ts";
import type { ScheduleView } from "./schedule-view.ts";

/** A schedule as `--json` gives it; times in milliseconds since the epoch. */
export function scheduleDocument({
  schedule,
  words,
  next,
  why,
}: ScheduleView): DocumentOf<"schedule-list">["schedules"][number] {
  const { project, name, state, configured, cron, expression, timezone, overlap, deadline, hold } =
    schedule;
  return {
    project,
    name,
    state,
    disabledBy: why,
    hold: hold && { actor: hold.actor, at: hold.at, reason: hold.reason ?? null },
    configured,
    cron,
    expression,
    words,
    timezone,
    overlap,
    deadline,
    next: next?.map((at) => ({ at, local: inZone(at, timezone) })),
  };
}
