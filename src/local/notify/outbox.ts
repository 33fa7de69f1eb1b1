import type { Clock } from "../../core/clock.ts";
import { afterTry, isWebhook, type Delivery, type Sending } from "../../runs/delivery.ts";
import type { Notification } from "../../runs/model.ts";
import { webhookPayload } from "../../runs/webhook/payload.ts";
import {
  claimDue,
  putBackDelivery,
  settleDelivery,
  type DueDelivery,
} from "../store/deliveries.ts";
import type { Store } from "../store/store.ts";
import type { MailServer, MailSending } from "./mail.ts";

/** Notifies people of runs that have ended, from what the store keeps for them. */
export interface Outbox {
  /**
   * Tries all that is due, once. Resolves when it was tried, which takes 25 seconds at most; who
   * calls meanwhile waits for a round that begins after the call. Whatever happens to a message, no
   * run is changed by it.
   */
  deliver(): Promise<void>;
  /**
   * Sends one message that is about no run, at once and once, and keeps nothing of it.
   *
   * @param id names it among all messages there ever were
   */
  sendNow(message: Notification, id: string): Promise<readonly Delivery[]>;
  /** Waits for a round that goes. */
  close(): Promise<void>;
}

export interface OutboxOptions {
  readonly store: Store;
  readonly environment: string;
  readonly clock: Clock;
  /** Undefined: the environment has no transport for mail. */
  readonly openMail: () => Promise<MailServer | undefined>;
  readonly webhook: { readonly timeoutMs: number; readonly ca?: string };
  /** Milliseconds that a round may take. */
  readonly limitMs?: number;
}

/** Longer than any round: who holds a message by then is dead. */
const leaseMs = 120_000;

export function openOutbox(options: OutboxOptions): Outbox {
  const { store, environment, clock } = options;
  let going: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let closed = false;

  const round = async (): Promise<void> => {
    if (closed) return;
    const due = claimDue(store, environment, clock.now(), leaseMs);
    if (due.length === 0) return;
    const settle: Settle = (one, sending) => {
      if (sending === "untried") putBackDelivery(store, one, clock.now());
      else settleDelivery(store, one, outcomeOf(one, sending, clock.now()));
    };
    await sendAll(due, options, settle);
  };

  const begin = (): Promise<void> => {
    const begun = round().finally(() => {
      if (going === begun) going = undefined;
    });
    going = begun;
    return begun;
  };

  return {
    deliver() {
      if (going === undefined) return begin();
      next ??= going
        .catch(() => undefined)
        .then(() => {
          next = undefined;
          return begin();
        });
      return next;
    },
    async sendNow(message, id) {
      const at = clock.now();
      const { recipients } = message;
      const mails = recipients.filter((recipient) => !isWebhook(recipient));
      const notification = { ...message, recipients: mails };
      const due = recipients.map((recipient): DueDelivery => ({
        runRow: 0,
        run: id,
        recipient,
        attempts: 1,
        notification,
        composedAt: at,
      }));
      const delivered: Delivery[] = [];
      await sendAll(due, options, (one, sending) => {
        if (sending === "untried") return;
        const after = outcomeOf(one, sending, clock.now());
        delivered.push(
          after.state === "waiting" ? { ...after, state: "failed", nextTry: undefined } : after,
        );
      });
      return delivered;
    },
    async close() {
      closed = true;
      await (next ?? going)?.catch(() => undefined);
    },
  };
}

type Settle = (one: DueDelivery, sending: Sending | "nobody" | "untried") => void;

function outcomeOf(one: DueDelivery, sending: Sending | "nobody", now: number): Delivery {
  if (sending !== "nobody") return afterTry(one, one.attempts, sending, now);
  return {
    recipient: one.recipient,
    state: "untold",
    attempts: 0,
    nextTry: undefined,
    sentAt: undefined,
    error: "no mail transport is configured",
  };
}

async function sendAll(
  due: readonly DueDelivery[],
  options: OutboxOptions,
  settle: Settle,
): Promise<void> {
  const limit = AbortSignal.timeout(options.limitMs ?? 20_000);
  await Promise.all([
    sendMails(
      due.filter(({ recipient }) => !isWebhook(recipient)),
      options,
      limit,
      settle,
    ),
    ...due
      .filter(({ recipient }) => isWebhook(recipient))
      .map(async (one) => {
        const payload = webhookPayload(one.recipient, one.notification);
        const { postWebhook } = await import("../../platform/watch/webhook.ts");
        settle(
          one,
          await postWebhook(one.recipient, payload, { ...options.webhook, signal: limit }),
        );
      }),
  ]);
}

/**
 * One after the other over one connection. What there is no time left for is put back; the one that
 * was being sent then stays claimed, and is due again by itself.
 */
async function sendMails(
  due: readonly DueDelivery[],
  options: OutboxOptions,
  limit: AbortSignal,
  settle: Settle,
): Promise<void> {
  if (due.length === 0) return;
  const server = await options.openMail();
  if (server === undefined) {
    for (const one of due) settle(one, "nobody");
    return;
  }
  const { promise: aborted, resolve: abort } = Promise.withResolvers<undefined>();
  const atLimit = (): void => abort(undefined);
  limit.addEventListener("abort", atLimit, { once: true });
  /** Those over whom the connection ended, and how: nothing else of theirs is tried. */
  const troubled = new Map<string, MailSending>();
  let down: MailSending | undefined;
  try {
    for (const [index, one] of due.entries()) {
      const known = down ?? troubled.get(one.recipient);
      if (known !== undefined) {
        settle(one, known);
        continue;
      }
      if (limit.aborted) {
        settle(one, "untried");
        continue;
      }
      const sending = await Promise.race([server.send(mailOf(one)), aborted]);
      if (sending === undefined) continue;
      settle(one, sending);
      if (sending.down === true) down = sending;
      if (sending.lost !== true || index === due.length - 1) continue;
      troubled.set(one.recipient, sending);
      // The connection ended over this recipient, or there is none for anybody.
      down = await Promise.race([server.trouble(), aborted]);
    }
  } finally {
    limit.removeEventListener("abort", atLimit);
    server.close();
  }
}

function mailOf({ run, recipient, notification, composedAt }: DueDelivery) {
  return {
    recipient,
    audience: notification.recipients.filter((one) => !isWebhook(one)),
    notification,
    id: `${run}.${notification.outcome}`,
    composedAt,
  };
}
