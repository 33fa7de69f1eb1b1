import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Delivery } from "../../runs/delivery.ts";
import { markUnreported, readNotified, type RunEnding, writeNotified } from "../bucket/notified.ts";
import type { BucketStore } from "../bucket/store.ts";

/** Makes those wait again whom the notifier had given up. */
export async function waitAgain(
  store: BucketStore,
  ending: RunEnding,
  now: number,
): Promise<Result<void, PlatformError>> {
  for (;;) {
    const found = await readNotified(store, ending);
    if (!found.ok) return found;
    const document = found.value?.document;
    if (document === undefined) return ok(undefined);
    const given = ({ state }: Delivery): boolean => state === "failed" || state === "untold";
    if (!document.deliveries.some(given)) return ok(undefined);
    const deliveries = document.deliveries.map((one): Delivery =>
      given(one) ? { ...one, state: "waiting", attempts: 0, nextTry: now } : one,
    );
    const marked = await markUnreported(store, ending);
    if (!marked.ok) return marked;
    const written = await writeNotified(store, { ...document, deliveries }, found.value?.version);
    if (!written.ok) return written;
    if (written.value !== undefined) return ok(undefined);
  }
}
