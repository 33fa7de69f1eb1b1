import { fingerprintOf } from "../core/json.ts";
import { shownAddress } from "../core/shown-address.ts";

/** How far the notification of a run has come for one recipient. */
export interface Delivery {
  /** An address, or the URL of a webhook: `shownRecipient` says it without what is secret in it. */
  readonly recipient: string;
  /**
   * `waiting`: not notified yet, tried again at `nextTry`. `sent`: notified. `failed`: given up.
   * `untold`: there is no way to tell them, because the environment has no mail transport.
   */
  readonly state: "waiting" | "sent" | "failed" | "untold";
  readonly attempts: number;
  /** Milliseconds since the epoch; of `waiting` only. */
  readonly nextTry: number | undefined;
  /** When it was sent, milliseconds since the epoch. */
  readonly sentAt: number | undefined;
  /** One line: why the last try failed. */
  readonly error: string | undefined;
}

/** What came of one try. */
export type Sending =
  | { readonly kind: "sent" }
  /** It makes no sense to try again: the address doesn't exist, the webhook is gone. */
  | { readonly kind: "refused"; readonly why: string }
  /** @param afterMs the other side asked for this much patience */
  | { readonly kind: "later"; readonly why: string; readonly afterMs?: number };

const minute = 60_000;

/**
 * Waits between tries, in milliseconds. The first is what servers that make strangers wait
 * (greylisting) ask for; all together they last a day.
 */
const waits = [1, 5, 15, 30, 60, 120, 240, 480, 480].map((minutes) => minutes * minute);

/**
 * The state of a recipient after a try.
 *
 * @param attempts tries by now, this one included
 */
export function afterTry(
  delivery: Pick<Delivery, "recipient">,
  attempts: number,
  sending: Sending,
  now: number,
): Delivery {
  const { recipient } = delivery;
  const nobody = { recipient, attempts, nextTry: undefined, sentAt: undefined };
  switch (sending.kind) {
    case "sent":
      return { ...nobody, state: "sent", sentAt: now, error: undefined };
    case "refused":
      return { ...nobody, state: "failed", error: sending.why };
    case "later": {
      const wait = waits[attempts - 1];
      if (wait === undefined) return { ...nobody, state: "failed", error: sending.why };
      const nextTry = now + Math.max(wait, sending.afterMs ?? 0);
      return { ...nobody, state: "waiting", nextTry, error: sending.why };
    }
  }
}

/** A webhook is named by its URL; everything else is an address. */
export function isWebhook(recipient: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(recipient);
}

/** A recipient as it may be shown: who knows a webhook's path can post to it. */
export function shownRecipient(recipient: string): string {
  return isWebhook(recipient) ? shownAddress(recipient) : recipient;
}

/**
 * Recipients as a list shows them, in their order: webhooks that look alike, because what differs
 * in them is secret, each get the beginning of a hash of theirs.
 */
export function shownRecipients(recipients: readonly string[]): readonly string[] {
  const alike = new Map<string, Set<string>>();
  for (const recipient of recipients) {
    const shown = shownRecipient(recipient);
    alike.set(shown, (alike.get(shown) ?? new Set()).add(recipient));
  }
  return recipients.map((recipient) => {
    const shown = shownRecipient(recipient);
    const one = (alike.get(shown)?.size ?? 0) < 2;
    return one ? shown : `${shown} (#${fingerprintOf(recipient).slice(0, 6)})`;
  });
}

/** What another machine answered, as one line that fits into a message. */
export function oneLine(text: string, longest = 200): string {
  const line = text.replaceAll(/[\p{Cc}\s]+/gu, " ").trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1).toWellFormed()}…`;
}
