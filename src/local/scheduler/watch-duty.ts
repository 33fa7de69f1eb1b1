import { projectName } from "../../core/ids.ts";
import { ok } from "../../core/result.ts";
import { stalePublishes } from "../../platform/watch/published.ts";
import { LOCAL_START_GRACE_MS } from "../../platform/watch/watch.ts";
import type { LocalContext } from "../context.ts";
import { guarded } from "../errors.ts";
import { allDeployed, deployedNow } from "../store/deployments.ts";
import { waitingFires } from "../store/fires.ts";
import { addNotifiedFindings, notifiedFindings } from "../store/notified-findings.ts";
import { lookAtFiles } from "./published.ts";
import type { OwnWatching } from "../../platform/watch/own-watching.ts";
import type { WatchDuty } from "../../platform/roles/scheduler.ts";

/** Fires that `up` was too busy for are not missed ones. */
export function localWatching({ layout, store, environment, clock }: LocalContext): OwnWatching {
  return {
    startGraceMs: LOCAL_START_GRACE_MS,
    stale: () =>
      guarded(layout, async () =>
        ok(
          await stalePublishes(allDeployed(store, environment), clock.now(), (uri, since) =>
            guarded(layout, () => lookAtFiles(layout.root, uri, since)),
          ),
        ),
      ),
    queued: () => guarded(layout, () => ok(waitingFires(store, environment, clock.now()))),
  };
}

/** Notifies people of this machine's projects of what watching finds. */
export function localWatchDuty(context: LocalContext): WatchDuty {
  const { layout, store, environment, clock, outbox } = context;
  return {
    notified: (project) => guarded(layout, () => ok(notifiedFindings(store, environment, project))),
    markNotified: (project, keys) =>
      guarded(layout, () =>
        ok(store.write(() => addNotifiedFindings(store, environment, project, keys, clock.now()))),
      ),
    recipients: (project) =>
      guarded(layout, () => {
        const deploy = deployedNow(store, environment, projectName(project));
        return ok(deploy?.release.notifications.onFailure ?? []);
      }),
    send: (_project, notification, id) =>
      guarded(layout, async () => {
        const sent = await outbox.sendNow(notification, id);
        return ok(sent.some(({ state }) => state === "sent"));
      }),
  };
}
