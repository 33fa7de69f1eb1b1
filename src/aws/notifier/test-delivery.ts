import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { aboutNoRun } from "../../runs/about.ts";
import { addressed } from "../../runs/addressed.ts";
import { afterTry, shownRecipient, type Delivery } from "../../runs/delivery.ts";
import type { Notification } from "../../runs/model.ts";
import { composeTest } from "../../runs/test-message.ts";
import { getRelease, listReleases } from "../bucket/releases.ts";
import type { BucketStore } from "../bucket/store.ts";
import type { AwsContext } from "../sdk/context.ts";
import type { Send } from "./deliver.ts";
import type { NotifierRequest } from "./events.ts";

/**
 * Sends a message for trying to people that a deployed project notifies, and to nobody else: who
 * may call the function may not write to whom they like, nor what they like.
 */
export async function sendTest(
  { context, store, send }: { context: AwsContext; store: BucketStore; send: Send },
  { project, recipients, actor }: Extract<NotifierRequest, { readonly kind: "test" }>,
  requestId: string,
): Promise<Result<readonly Delivery[], PlatformError>> {
  const known = await notifiedBy(store, project);
  if (!known.ok) return known;
  const stranger = recipients.find((one) => !known.value.recipients.includes(one));
  if (stranger !== undefined) {
    return err({
      reason: "refused",
      message: `${project} doesn't notify ${shownRecipient(stranger)}`,
      help: "on AWS a test message goes to people that a deployed project notifies: add them to `notifications` in its config.yaml and deploy it",
    });
  }
  const environment = context.environment.name;
  const notification: Notification = {
    outcome: "success",
    ...known.value,
    recipients,
    ...composeTest({ environment, project, actor }),
    about: aboutNoRun("test", environment, project),
  };
  const delivered: Delivery[] = [];
  for (const recipient of recipients) {
    const sending = await send(recipient, notification);
    if (sending === "nobody") {
      delivered.push({
        recipient,
        state: "untold",
        attempts: 0,
        nextTry: undefined,
        sentAt: undefined,
        error: `no mail transport is configured (request ${requestId})`,
      });
      continue;
    }
    const after = afterTry({ recipient }, 1, sending, context.timing.now());
    delivered.push(
      after.state === "waiting" ? { ...after, state: "failed", nextTry: undefined } : after,
    );
  }
  return ok(delivered);
}

/** All that the project's latest deploy notifies; nobody where nothing is deployed. */
async function notifiedBy(
  store: BucketStore,
  project: string,
): Promise<Result<Pick<Notification, "recipients" | "formats">, PlatformError>> {
  const kept = await listReleases(store, project);
  if (!kept.ok) return kept;
  const [latest] = kept.value;
  if (latest === undefined) return ok(addressed([]));
  const found = await getRelease(store, project, latest.fingerprint);
  if (!found.ok) return found;
  const { onSuccess = [], onFailure = [] } = found.value?.release.notifications ?? {};
  return ok(addressed([...onSuccess, ...onFailure]));
}
