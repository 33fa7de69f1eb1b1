import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { WatchPort } from "../../platform/watch/watch.ts";
import { watchAndNotify } from "../../platform/watch/watch-duty.ts";
import type { Sending } from "../../runs/delivery.ts";
import type { Notification } from "../../runs/model.ts";
import type { BucketStore } from "../bucket/store.ts";
import { lostInEcr } from "../images/lost-images.ts";
import type { AwsContext } from "../sdk/context.ts";
import { deployedReleases } from "../releases/kept.ts";
import { platformRuns } from "../runs/platform-runs.ts";
import { awsSchedules } from "../schedules.ts";
import { notifiedInBucket } from "./notified-findings.ts";
import { accountWatching } from "./watching.ts";
import type { WatchDuty } from "../../platform/roles/scheduler.ts";

/** What the hourly look works with: clients, the bucket, and a way to notify somebody. */
export interface WatchParts {
  readonly context: AwsContext;
  readonly store: BucketStore;
  /** `nobody`: the environment has no way to. */
  readonly send: (recipient: string, notification: Notification) => Promise<Sending | "nobody">;
}

/**
 * Looks once for what should have happened in an account and did not, and notifies each project's
 * people of what is new.
 *
 * @returns a line for a log
 */
export async function watchAccount(parts: WatchParts): Promise<Result<string, PlatformError>> {
  const looked = await watchAndNotify(
    accountPort(parts),
    accountDuty(parts),
    parts.context.timing.now(),
  );
  if (!looked.ok) return looked;
  const { findings, notified, errors } = looked.value;
  const lines = [
    `watched: ${findings.length} not as it should be, ${notified.length} notified now`,
    ...findings.map(({ message }) => message),
    ...errors.map(({ message }) => `not notified: ${message}`),
  ];
  return ok(lines.join("; "));
}

function accountPort({ context, store }: WatchParts): WatchPort {
  const session = { context, store, commit: undefined };
  const { runs, events, releaseOf } = platformRuns(session, undefined);
  return {
    environment: context.environment.name,
    schedules: awsSchedules(session).schedules,
    runs,
    events,
    releaseOf,
    ...accountWatching(context, store, lostInEcr(context)),
  };
}

function accountDuty({ context, store, send }: WatchParts): WatchDuty {
  // Of all projects at once, when there is somebody to notify: AWS gives the tags of one state
  // machine a second.
  let releases: ReturnType<typeof deployedReleases> | undefined;
  return {
    ...notifiedInBucket(store),
    async recipients(project) {
      releases ??= deployedReleases({ context, store, commit: undefined });
      const deployed = await releases;
      if (!deployed.ok) return deployed;
      const found = deployed.value.find(({ release }) => release.project === project);
      return ok(found?.release.notifications.onFailure ?? []);
    },
    async send(_project, notification) {
      const outcomes = await Promise.all(
        notification.recipients.map((recipient) => send(recipient, notification)),
      );
      return ok(outcomes.some((one) => one !== "nobody" && one.kind === "sent"));
    },
  };
}
