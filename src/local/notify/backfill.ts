import { hostname } from "node:os";

import { runId } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { type BackfillEnd, composeBackfillReport } from "../../runs/backfill-report.ts";
import type { Delivery } from "../../runs/delivery.ts";
import type { LocalContext } from "../context.ts";
import { noSuchRun } from "../errors.ts";
import { deliveriesOf } from "../store/deliveries.ts";
import { deployById } from "../store/deployments.ts";
import { addNotification, notificationOf } from "../store/events.ts";
import { findRun } from "../store/runs.ts";

/**
 * Reports a backfill to those whom its runs' release notifies, once: kept with the run that it
 * names, it is tried again as what is said of a single run.
 */
export async function reportBackfill(
  { store, environment, clock, language, outbox }: LocalContext,
  end: BackfillEnd,
): Promise<Result<readonly Delivery[], PlatformError>> {
  const row = findRun(store, environment, end.run);
  const deploy = row && deployById(store, row.deploy);
  if (row === undefined || deploy === undefined) return err(noSuchRun(runId(end.run), environment));
  const { release } = deploy;
  const { workspace, owners, notifications } = release;
  const timezone = release.schedule?.timezone ?? "UTC";
  const around = { language, workspace, owners, host: hostname(), timezone };
  const report = composeBackfillReport(end, environment, notifications, around);
  if (report === undefined) return ok([]);
  store.write(() => {
    if (notificationOf(store, row.id) !== undefined) return;
    addNotification(store, row.id, report, clock.now());
  });
  await outbox.deliver();
  return ok(deliveriesOf(store, row.id));
}
