import { ok, type Result } from "../../core/result.ts";
import type { WatchFinding } from "../../runs/watch/facts.ts";
import { composeWatchNotification } from "../../runs/watch/notification.ts";
import { watchFindings } from "../../runs/watch/watch.ts";
import type { PlatformError } from "../port.ts";
import type { WatchDuty } from "../roles/scheduler.ts";
import { gatherWatch, type WatchPort } from "./watch.ts";

export interface WatchReport {
  /** All that there is at the moment. */
  readonly findings: readonly WatchFinding[];
  /** Those that somebody was notified of just now. */
  readonly notified: readonly WatchFinding[];
  /** What kept people of a project from being notified: they are the next time. */
  readonly errors: readonly PlatformError[];
}

/**
 * Looks once and notifies each project's people of what is new: one message a project, each finding
 * once. Anyone who can't be reached is tried at the next look. What belongs to no project, and what
 * has nobody to notify, is for those who look themselves.
 *
 * @param now milliseconds since the epoch
 */
export async function watchAndTell(
  port: WatchPort,
  duty: WatchDuty,
  now: number,
): Promise<Result<WatchReport, PlatformError>> {
  const facts = await gatherWatch(port, now);
  if (!facts.ok) return facts;
  const findings = watchFindings(facts.value);
  const notified: WatchFinding[] = [];
  const errors: PlatformError[] = [];
  for (const [project, own] of Map.groupBy(findings, (finding) => finding.project)) {
    if (project === undefined) continue;
    const sent = await notifyProject(port.environment, duty, project, own);
    if (sent.ok) notified.push(...sent.value);
    else errors.push(sent.error);
  }
  return ok({ findings, notified, errors });
}

async function notifyProject(
  environment: string,
  duty: WatchDuty,
  project: string,
  findings: readonly WatchFinding[],
): Promise<Result<readonly WatchFinding[], PlatformError>> {
  const known = await duty.notified(
    project,
    findings.map(({ key }) => key),
  );
  if (!known.ok) return known;
  const fresh = findings.filter(({ key }) => !known.value.has(key));
  const [first] = fresh;
  if (first === undefined) return ok([]);
  const recipients = await duty.recipients(project);
  if (!recipients.ok) return recipients;
  const notification = composeWatchNotification(environment, fresh, recipients.value);
  if (notification === undefined) return ok([]);
  const id = `watch-${first.key.replaceAll(/[^a-z0-9]+/gi, "-")}`;
  const reached = await duty.send(project, notification, id);
  if (!reached.ok) return reached;
  if (!reached.value) return ok([]);
  const marked = await duty.markNotified(
    project,
    fresh.map(({ key }) => key),
  );
  return marked.ok ? ok(fresh) : marked;
}
