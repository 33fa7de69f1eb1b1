import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { afterTry, type Delivery, type Sending } from "../../runs/delivery.ts";
import type { Notification } from "../../runs/model.ts";
import {
  readNotified,
  writeNotified,
  type NotifiedDocument,
  type RunEnding,
  type StoredNotified,
} from "../bucket/notified.ts";
import type { BucketStore } from "../bucket/store.ts";

/** Notifies one recipient. `nobody`: the environment has no way to. */
export type Send = (recipient: string, notification: Notification) => Promise<Sending | "nobody">;

export interface DeliverOptions {
  readonly store: BucketStore;
  readonly send: Send;
  readonly now: () => number;
  /**
   * Names this try to notify; the same for Lambda's own retries of one event, of which no two go at
   * once.
   */
  readonly holder: string;
  /** This holder is certainly gone by then; milliseconds since the epoch. */
  readonly leaseUntil: number;
  /** What isn't sent by then is left waiting, milliseconds since the epoch. */
  readonly until: number;
  /** Only recipients whose next try is due; else all who wait. */
  readonly onlyDue?: boolean;
}

export type Delivered =
  | { readonly kind: "done"; readonly deliveries: readonly Delivery[] }
  /** Somebody else is at it. */
  | { readonly kind: "busy" };

/**
 * Notifies people of one end of a run, each once. What is known of it is in one document that
 * changes by conditional writes only, so of two that try one sends; it is written after each
 * recipient, so who dies leaves one at most of whom nobody can say whether they were notified, and
 * that one is notified again: better twice than never.
 *
 * @param compose what to send, where nothing is written down yet; undefined when there is nothing
 */
export async function deliver(
  ending: RunEnding,
  compose: () => Notification | undefined,
  options: DeliverOptions,
): Promise<Result<Delivered, PlatformError>> {
  const claimed = await claim(ending, compose, options);
  if (!claimed.ok) return claimed;
  if (claimed.value.kind !== "claimed") return ok(claimed.value);
  return sendAll(claimed.value.stored, options);
}

type Claimed = Delivered | { readonly kind: "claimed"; readonly stored: StoredNotified };

async function claim(
  ending: RunEnding,
  compose: () => Notification | undefined,
  { store, now, holder, leaseUntil }: DeliverOptions,
): Promise<Result<Claimed, PlatformError>> {
  for (;;) {
    const found = await readNotified(store, ending);
    if (!found.ok) return found;
    const at = now();
    const lease = { holder, until: leaseUntil };
    const known = found.value?.document;
    if (known !== undefined) {
      if (!known.deliveries.some(({ state }) => state === "waiting")) {
        return ok({ kind: "done", deliveries: known.deliveries });
      }
      if (known.lease !== null && known.lease.holder !== holder && known.lease.until > at) {
        return ok({ kind: "busy" });
      }
    }
    const fresh = known === undefined ? compose() : undefined;
    if (known === undefined && fresh === undefined) return ok({ kind: "done", deliveries: [] });
    const document: NotifiedDocument =
      known === undefined
        ? newDocument(ending, fresh as Notification, at, lease)
        : { ...known, lease };
    const written = await writeNotified(store, document, found.value?.version);
    if (!written.ok) return written;
    if (written.value !== undefined) return ok({ kind: "claimed", stored: written.value });
  }
}

function newDocument(
  { project, run, redriveCount }: RunEnding,
  notification: Notification,
  at: number,
  lease: NotifiedDocument["lease"],
): NotifiedDocument {
  return {
    schema: 1,
    project,
    run,
    redriveCount,
    notification,
    composedAt: at,
    lease,
    deliveries: notification.recipients.map((recipient) => ({
      recipient,
      state: "waiting",
      attempts: 0,
      nextTry: at,
      sentAt: undefined,
      error: undefined,
    })),
  };
}

async function sendAll(
  claimed: StoredNotified,
  options: DeliverOptions,
): Promise<Result<Delivered, PlatformError>> {
  const { store, send, now, holder, leaseUntil, until } = options;
  let stored = claimed;
  const todo = claimed.document.deliveries.filter(
    ({ state, nextTry = 0 }) =>
      state === "waiting" && (options.onlyDue !== true || (nextTry ?? 0) <= now()),
  );
  for (const [index, { recipient, attempts }] of todo.entries()) {
    if (now() > until) break;
    const sending = await send(recipient, stored.document.notification);
    const at = now();
    const after: Delivery =
      sending === "nobody"
        ? {
            recipient,
            state: "untold",
            attempts: 0,
            nextTry: undefined,
            sentAt: undefined,
            error: "no mail transport is configured",
          }
        : afterTry({ recipient }, attempts + 1, sending, at);
    const last = index === todo.length - 1;
    const written = await writeNotified(
      store,
      {
        ...stored.document,
        lease: last ? null : { holder, until: leaseUntil },
        deliveries: stored.document.deliveries.map((one) =>
          one.recipient === recipient ? after : one,
        ),
      },
      stored.version,
    );
    if (!written.ok) return written;
    // Somebody considered it dead, and continues.
    if (written.value === undefined) return ok({ kind: "busy" });
    stored = written.value;
  }
  if (stored.document.lease !== null) {
    const released = await writeNotified(
      store,
      { ...stored.document, lease: null },
      stored.version,
    );
    if (!released.ok) return released;
  }
  return ok({ kind: "done", deliveries: stored.document.deliveries });
}
