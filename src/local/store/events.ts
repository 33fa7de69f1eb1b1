import type { ExecutionStatus, HistoryEvent } from "../../core/history.ts";
import type { Notification } from "../../runs/model.ts";
import { addDeliveries } from "./deliveries.ts";
import { beginStepHold } from "./step-holds.ts";
import type { Store } from "./store.ts";

/** How a run ended: its summary's last words, written together with its last events. */
export interface RunEnd {
  readonly status: ExecutionStatus;
  readonly endedAt: number;
  readonly skipped: boolean;
  readonly failure: string | undefined;
  readonly notification: Notification | undefined;
}

/**
 * Appends what follows in a run's history, and its end if there is one. Inside `write`. False when
 * the run has another owner by now: nothing is written then, and the caller must release it.
 */
export function appendEvents(
  store: Store,
  run: { readonly id: number; readonly epoch: number },
  events: readonly HistoryEvent[],
  end: RunEnd | undefined,
): boolean {
  const last = events.at(-1);
  const mine = store.run(
    "UPDATE runs SET event_count = coalesce(?, event_count) WHERE id = ? AND owner_epoch = ? AND status = 'RUNNING'",
    last?.id ?? null,
    run.id,
    run.epoch,
  );
  if (mine === 0) return false;
  for (const event of events) {
    store.run(
      "INSERT INTO events (run, sequence, event) VALUES (?, ?, ?)",
      run.id,
      event.id,
      JSON.stringify(event),
    );
  }
  if (end === undefined) return true;
  store.run(
    "UPDATE runs SET status = ?, ended_at = ?, skipped = ?, failure = ?, owner = NULL WHERE id = ?",
    end.status,
    end.endedAt,
    end.skipped ? 1 : 0,
    end.failure ?? null,
    run.id,
  );
  beginStepHold(store, run.id, end);
  if (end.notification !== undefined) {
    addNotification(store, run.id, end.notification, end.endedAt);
  }
  return true;
}

/**
 * Keeps what people are notified of with a run, and puts them into the outbox. Where something is
 * kept already, it stays. Inside a `write`.
 */
export function addNotification(
  store: Store,
  run: number,
  notification: Notification,
  at: number,
): void {
  store.run(
    "INSERT INTO notifications (run, notification, composed_at) VALUES (?, ?, ?) ON CONFLICT (run) DO NOTHING",
    run,
    JSON.stringify(notification),
    at,
  );
  addDeliveries(store, run, notification.recipients, at);
}

/** Oldest first, those after `after`. */
export function readEvents(
  store: Store,
  run: number,
  after: number,
  limit: number,
): HistoryEvent[] {
  return store
    .all(
      "SELECT event FROM events WHERE run = ? AND sequence > ? ORDER BY sequence LIMIT ?",
      run,
      after,
      limit,
    )
    .map((row) => JSON.parse(String(row["event"])) as HistoryEvent);
}

/** The whole history. */
export function allEvents(store: Store, run: number): HistoryEvent[] {
  return readEvents(store, run, 0, Number.MAX_SAFE_INTEGER);
}

/** The outcome's notification, composed when the run ended. */
export function notificationOf(store: Store, run: number): Notification | undefined {
  const row = store.get("SELECT notification FROM notifications WHERE run = ?", run);
  return row === undefined ? undefined : (JSON.parse(String(row["notification"])) as Notification);
}
