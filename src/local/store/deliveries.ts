import type { Delivery } from "../../runs/delivery.ts";
import type { Notification } from "../../runs/model.ts";
import type { Row, Store } from "./store.ts";

/** Somebody who is to be notified of a run now. */
export interface DueDelivery {
  /** Row of `runs`. */
  readonly runRow: number;
  readonly run: string;
  readonly recipient: string;
  /**
   * Tries by now, the one that begins included: who records its outcome names it, so that a late
   * answer changes nothing.
   */
  readonly attempts: number;
  readonly notification: Notification;
  readonly composedAt: number;
}

/**
 * Puts everybody who is to be notified of a run's end into the outbox. Inside the `write` that ends
 * the run.
 */
export function addDeliveries(
  store: Store,
  run: number,
  recipients: readonly string[],
  at: number,
): void {
  for (const recipient of recipients) {
    store.run(
      "INSERT INTO deliveries (run, recipient, state, next_try) VALUES (?, ?, 'waiting', ?) ON CONFLICT DO NOTHING",
      run,
      recipient,
      at,
    );
  }
}

/** Those of one round. */
const mostAtOnce = 100;

/**
 * Takes what is due out of the outbox, for this process to send: the first of each recipient and
 * project before the second of any, so that many for one keep nobody waiting. A process that dies
 * over it has not lost it: after `leaseMs` it is due again.
 */
export function claimDue(
  store: Store,
  environment: string,
  now: number,
  leaseMs: number,
): DueDelivery[] {
  const due = `SELECT d.run, r.run AS name, d.recipient, d.attempts, n.notification, n.composed_at
      FROM deliveries d JOIN runs r ON r.id = d.run JOIN notifications n ON n.run = d.run
      WHERE d.state IN ('waiting', 'sending') AND d.next_try <= ? AND r.environment = ?
      ORDER BY row_number() OVER (PARTITION BY d.recipient, r.project ORDER BY d.next_try, d.rowid), d.next_try, d.rowid LIMIT ?`;
  // Most looks find nothing: they need no transaction.
  if (store.get(due, now, environment, 1) === undefined) return [];
  return store.write(() =>
    store.all(due, now, environment, mostAtOnce).map((row) => {
      const attempts = Number(row["attempts"]) + 1;
      const runRow = Number(row["run"]);
      const recipient = String(row["recipient"]);
      store.run(
        "UPDATE deliveries SET state = 'sending', attempts = ?, next_try = ? WHERE run = ? AND recipient = ?",
        attempts,
        now + leaseMs,
        runRow,
        recipient,
      );
      return {
        runRow,
        run: String(row["name"]),
        recipient,
        attempts,
        notification: JSON.parse(String(row["notification"])) as Notification,
        composedAt: Number(row["composed_at"]),
      };
    }),
  );
}

/** Puts back what was taken and not tried: it is due as before, and that was no try. */
export function putBackDelivery(store: Store, due: DueDelivery, now: number): void {
  store.write(() =>
    store.run(
      `UPDATE deliveries SET state = 'waiting', attempts = attempts - 1, next_try = ?
        WHERE run = ? AND recipient = ? AND attempts = ? AND state = 'sending'`,
      now,
      due.runRow,
      due.recipient,
      due.attempts,
    ),
  );
}

/** Records what came of a try; nothing when somebody else has begun another since. */
export function settleDelivery(store: Store, due: DueDelivery, after: Delivery): void {
  store.write(() =>
    store.run(
      `UPDATE deliveries SET state = ?, attempts = ?, next_try = coalesce(?, next_try), sent_at = ?, error = ?
        WHERE run = ? AND recipient = ? AND attempts = ? AND state = 'sending'`,
      after.state,
      after.attempts,
      after.nextTry ?? null,
      after.sentAt ?? null,
      after.error ?? null,
      due.runRow,
      due.recipient,
      due.attempts,
    ),
  );
}

/**
 * Makes all that waits due at once, and of a run that is named what was given up. Gives the rows
 * that are due by it.
 */
export function hurryDeliveries(
  store: Store,
  environment: string,
  now: number,
  run: number | undefined,
): number[] {
  const [which, value] =
    run === undefined
      ? ["state = 'waiting' AND run IN (SELECT id FROM runs WHERE environment = ?)", environment]
      : ["state NOT IN ('sent', 'sending') AND run = ?", run];
  return store.write(() => {
    const rows = store
      .all(`SELECT rowid AS id FROM deliveries WHERE ${which} ORDER BY rowid`, value)
      .map((row) => Number(row["id"]));
    const again = run === undefined ? "" : ", attempts = 0";
    for (const row of rows) {
      store.run(
        `UPDATE deliveries SET state = 'waiting', next_try = min(next_try, ?)${again} WHERE rowid = ?`,
        now,
        row,
      );
    }
    return rows;
  });
}

/** The recipient of a row, and how far its notification has come. */
export function deliveryAt(store: Store, row: number): Delivery {
  const found = store.get("SELECT * FROM deliveries WHERE rowid = ?", row);
  if (found === undefined) throw new Error("a delivery vanished");
  return deliveryOf(found);
}

/** Who is to be notified of a run, in the order of its notification; none when nobody is. */
export function deliveriesOf(store: Store, run: number): Delivery[] {
  return store
    .all("SELECT * FROM deliveries WHERE run = ? ORDER BY rowid", run)
    .map((row) => deliveryOf(row));
}

function deliveryOf(row: Row): Delivery {
  // What is being sent right now is as good as waiting, to all but who sends it.
  const stored = String(row["state"]) as Delivery["state"] | "sending";
  const state = stored === "sending" ? "waiting" : stored;
  const sentAt = row["sent_at"];
  const error = row["error"];
  return {
    recipient: String(row["recipient"]),
    state,
    attempts: Number(row["attempts"]),
    nextTry: state === "waiting" ? Number(row["next_try"]) : undefined,
    sentAt: typeof sentAt === "number" ? sentAt : undefined,
    error: typeof error === "string" ? error : undefined,
  };
}
