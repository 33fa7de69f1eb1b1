import type { MissedPolicy } from "../../platform/roles/scheduler.ts";
import type { UpNews } from "../../platform/roles/up-events.ts";
import type { LocalContext } from "../context.ts";
import { putCursor, putFire } from "../store/fires.ts";
import { type Due, dueFires, nextDue } from "./due.ts";
import { leftOut, type WaitingFire } from "./queue.ts";
import type { Entry, Timetable } from "./timetable.ts";
import type { Waiting } from "./waiting.ts";

/**
 * Writes down what is due, and until when all is seen to: from then on it survives this process.
 *
 * @param now milliseconds since the epoch
 * @returns what is to be reported
 */
export function writeDue(
  { store, environment, clock }: LocalContext,
  timetable: Timetable,
  waiting: Waiting,
  policy: MissedPolicy,
  now: number,
): readonly UpNews[] {
  const due = timetable
    .due(now)
    .map((entry): [Entry, Due] => [entry, dueFires(entry, entry.since, now, policy)]);
  if (due.length === 0) return [];
  const news: UpNews[] = [];
  const added: WaitingFire[] = [];
  store.write(() => {
    // What others wrote until now has lower numbers than what is added here: it would never be
    // found afterwards.
    waiting.takeNew();
    for (const [entry, { fires, missed, until }] of due) {
      const { project, changedAt } = entry;
      if (missed !== undefined) news.push({ kind: "missed", project, ...missed });
      for (const [index, scheduledTime] of fires.entries()) {
        const why = leftOut(entry.overlap, waiting.queue.count(project) + index);
        if (why !== undefined) {
          news.push({ kind: "left-out", project, scheduledTime, why });
          continue;
        }
        const one = putFire(store, environment, project, scheduledTime, now);
        if (one !== undefined) added.push(one);
      }
      putCursor(store, environment, project, { changedAt, until });
    }
  });
  for (const [entry, { until }] of due) {
    entry.since = until;
    entry.nextAt = nextDue(entry, until);
  }
  const since = clock.now();
  for (const one of added) waiting.add({ ...one, since });
  return news;
}
