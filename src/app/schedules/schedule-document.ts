import { timeSpanText } from "../../core/time-span.ts";
import { inZone } from "../../schedule/zone-time.ts";
import type { DocumentOf } from "../documents/documents.ts";
import type { ScheduleView } from "./schedule-view.ts";

type ScheduleFields = DocumentOf<"schedule-list">["schedules"][number];

/** One schedule of an environment, as `--json` gives it. */
export function scheduleDocument(environment: string, view: ScheduleView): DocumentOf<"schedule"> {
  return { environment, ...scheduleFields(view) };
}

/**
 * The schedules of an environment, as `--json` gives them.
 *
 * @param up the process of this machine that runs them; undefined: there is none, or AWS does
 */
export function scheduleListDocument(
  environment: string,
  up: DocumentOf<"schedule-list">["up"],
  views: readonly ScheduleView[],
): DocumentOf<"schedule-list"> {
  return { environment, up, schedules: views.map(scheduleFields) };
}

/** Times in milliseconds since the epoch. */
export function scheduleFields({ schedule, words, next, why }: ScheduleView): ScheduleFields {
  const { project, name, state, configured, cron, expression, timezone, overlap, deadline, hold } =
    schedule;
  const { after, on } = schedule;
  return {
    project,
    name,
    state,
    disabledBy: why,
    hold: hold && { actor: hold.actor, at: hold.at, reason: hold.reason ?? null },
    configured,
    cron,
    expression,
    after: after && [...after.projects],
    on: on && {
      source: on.source,
      debounce: on.debounceSeconds === undefined ? null : timeSpanText(on.debounceSeconds),
    },
    words: words?.en,
    wordsInPortuguese: words?.["pt-BR"],
    timezone,
    overlap,
    deadline,
    next: next?.map((at) => ({ at, local: inZone(at, timezone) })),
  };
}
