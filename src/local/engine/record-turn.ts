import type { HistoryEvent } from "../../core/history.ts";
import type { Outcome } from "../../states/types.ts";
import { isOfWorkingCopy } from "../../release/working-copy.ts";
import { allEvents, appendEvents } from "../store/events.ts";
import type { DrivenRun, EngineContext } from "./context.ts";
import { follow } from "./follow.ts";
import { findRun } from "../store/runs.ts";
import { endOf } from "./ending.ts";

/** What follows in a run's history. */
export interface Turn {
  readonly events: readonly HistoryEvent[];
  /** How the run ended, when these events end it. */
  readonly outcome: Outcome | undefined;
  /** What else is written together with the last event. */
  readonly records: readonly (() => void)[];
}

/**
 * Appends a turn to the history in one transaction, with the run's summary where it ends.
 *
 * @param now milliseconds since the epoch, not earlier than the last event
 * @returns false when another process owns the run: nothing more is written then
 */
export function recordTurn(
  context: EngineContext,
  owned: { readonly run: DrivenRun; readonly epoch: number },
  turn: Turn,
  now: () => number,
): boolean {
  const { store, observer } = context;
  const { run, epoch } = owned;
  const groups = groupsOf(turn.events, observer.eventByEvent === true);
  for (const [index, group] of groups.entries()) {
    const last = index === groups.length - 1;
    const kept = store.write(() => {
      const ending =
        turn.outcome === undefined || !last
          ? undefined
          : endOf(context, run, [...allEvents(store, run.id), ...group], turn.outcome, now());
      const mine = appendEvents(store, { id: run.id, epoch }, group, ending);
      if (mine && last) for (const record of turn.records) record();
      const starts = ending?.status === "SUCCEEDED" && !isOfWorkingCopy(run.deploy.release);
      if (mine && starts) followEnded(context, run.run);
      return mine;
    });
    if (!kept) return false;
    if (group.length > 0) observer.appended?.(run.run, group);
  }
  return true;
}

/** What follows the run is written with its end: no death in between can lose or double it. */
function followEnded({ store, environment }: EngineContext, run: string): void {
  const row = findRun(store, environment, run);
  if (row !== undefined) follow(store, row);
}

/**
 * What is written in one transaction each: at least one group, be it empty, so that `records` are
 * written.
 */
function groupsOf(
  events: readonly HistoryEvent[],
  eventByEvent: boolean,
): readonly (readonly HistoryEvent[])[] {
  return eventByEvent && events.length > 0 ? events.map((event) => [event]) : [events];
}
