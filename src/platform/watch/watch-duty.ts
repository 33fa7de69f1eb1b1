import { ok, type Result } from "../../core/result.ts";
import { recurringCodes, type WatchFinding } from "../../runs/watch/facts.ts";
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
 * A state that no look has found for so long was over, and is new when it is there again. Longer
 * than two looks of the notifier on AWS, which looks every hour.
 */
const overAfterMs = 3 * 3_600_000;

/** What lasts is remembered anew so often. */
const rememberedEveryMs = 45 * 60_000;

/**
 * Looks once and notifies each project's people of what is new: one message a project, each finding
 * once, and a state that was over once more when it comes again. Anyone who can't be reached is
 * tried at the next look. What belongs to no project, and what has nobody to notify, is for those
 * who look themselves.
 *
 * @param now milliseconds since the epoch
 */
export async function watchAndNotify(
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
    const sent = await notifyProject(port.environment, duty, project, own, now);
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
  now: number,
): Promise<Result<readonly WatchFinding[], PlatformError>> {
  const known = await duty.notified(
    project,
    findings.map(({ key }) => key),
  );
  if (!known.ok) return known;
  const recurs = ({ code }: WatchFinding): boolean => recurringCodes.has(code);
  const isNew = (finding: WatchFinding): boolean => {
    const at = known.value.get(finding.key);
    return at === undefined || (recurs(finding) && now - at > overAfterMs);
  };
  const fresh = findings.filter(isNew);
  const lasting = findings.filter(
    (finding) =>
      recurs(finding) &&
      !isNew(finding) &&
      now - (known.value.get(finding.key) ?? now) > rememberedEveryMs,
  );
  if (lasting.length > 0) {
    const again = await duty.markNotified(
      project,
      lasting.map(({ key }) => key),
    );
    if (!again.ok) return again;
  }
  const [first] = fresh;
  if (first === undefined) return ok([]);
  const recipients = await duty.recipients(project);
  if (!recipients.ok) return recipients;
  const notification = composeWatchNotification(environment, fresh, recipients.value);
  if (notification === undefined) return ok([]);
  const before = known.value.get(first.key);
  const id = `watch-${first.key.replaceAll(/[^a-z0-9]+/gi, "-")}${before === undefined ? "" : `-${before}`}`;
  const reached = await duty.send(project, notification, id);
  if (!reached.ok) return reached;
  if (!reached.value) return ok([]);
  const marked = await duty.markNotified(
    project,
    fresh.map(({ key }) => key),
  );
  return marked.ok ? ok(fresh) : marked;
}
