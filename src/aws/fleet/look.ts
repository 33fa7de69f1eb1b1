import { mapConcurrently } from "../../core/concurrency.ts";
import { count } from "../../core/text.ts";
import { all, err, ok, type Result } from "../../core/result.ts";
import { lastDeploys } from "../../platform/failed-deploys.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { StandingProject } from "../../platform/roles/fleet-index.ts";
import { nightOf } from "../../schedule/nights.ts";
import { listAudit } from "../bucket/audit-trail.ts";
import { listHolds } from "../bucket/holds.ts";
import { timeLeft } from "../bucket/ledger.ts";
import { keys } from "../bucket/location.ts";
import type { BucketStore } from "../bucket/store.ts";
import { deployedReleases } from "../releases/kept.ts";
import { schedulesOf } from "../schedules.ts";
import type { AwsContext } from "../sdk/context.ts";
import { accountTruth } from "./account-truth.ts";
import { removeAll } from "./marks.ts";
import { KEPT_DAYS, placeOf, zoneOfNights } from "./place.ts";
import { changeProjects, type ProjectEntry, readProjects, standingOf } from "./projects.ts";
import { readEnded, readMarks } from "./reading.ts";
import { repairProject } from "./repair.ts";

interface Parts {
  readonly context: AwsContext;
  readonly store: BucketStore;
}

const day = 86_400_000;
/** How far back the first look goes: as many nights as the console shows, and one more. */
const firstLookMs = 15 * day;
/** How much further back than the last look a look goes: runs take their time. */
const overlapMs = day;
/** Projects that are compared at the same time; AWS lists the runs of five a second. */
const atOnce = 16;

/**
 * The hourly look at the fleet's index: compares it with what Step Functions, EventBridge and the
 * bucket say of each project, adds what is missing, and removes what is old. The index is there for
 * others once a look has come to its end.
 *
 * @param until no project is begun after it; milliseconds since the epoch
 * @returns lines for a log
 */
export async function lookAtFleet(
  parts: Parts,
  until: number,
): Promise<Result<readonly string[], PlatformError>> {
  const { context, store } = parts;
  const begun = context.timing.now();
  const before = await readProjects(store);
  if (!before.ok) return before;
  const document = before.value?.document;
  const since = document === undefined ? begun - firstLookMs : document.lookedAt - overlapMs;
  const standing = await standingProjects(parts);
  if (!standing.ok) return standing;
  const repaired = await repairProjects(parts, standing.value, since, until);
  if (!repaired.ok) return repaired;
  const { wrong, errors, left } = repaired.value;
  const lines = [
    ...(wrong === 0 ? [] : [`fleet: ${count(wrong, "run")} added to the index by this look`]),
    ...errors.map(({ message }) => `fleet: ${message}`),
  ];
  if (left > 0) return ok([...lines, `fleet: ${left} projects are left for the next look`]);
  const deploys = await lastDeploys({ audit: (page) => listAudit(store, page) });
  const written = await changeProjects(store, (last) => ({
    schema: 1,
    since: last?.since ?? since,
    lookedAt: begun,
    projects: merged(last?.projects ?? {}, standing.value, deploys, begun),
  }));
  if (!written.ok) return written;
  const tidied = await removeOld(store, begun);
  return tidied.ok ? ok(lines) : tidied;
}

/** What was read when the look began; what somebody wrote since counts more. */
function merged(
  before: Readonly<Record<string, ProjectEntry>>,
  read: readonly StandingProject[],
  deploys: Awaited<ReturnType<typeof lastDeploys>>,
  at: number,
): Record<string, ProjectEntry> {
  const projects: Record<string, ProjectEntry> = {};
  for (const one of read) {
    // The audit trail is looked through a little way: what failed before is remembered here.
    const failedDeploy = deploys.has(one.project)
      ? deploys.get(one.project)
      : before[one.project]?.failedDeploy;
    projects[one.project] = { ...one, failedDeploy, at };
  }
  for (const [project, entry] of Object.entries(before)) {
    if (entry.at > at) projects[project] = entry;
  }
  return projects;
}

/** What is deployed, as AWS has it. */
async function standingProjects({
  context,
  store,
}: Parts): Promise<Result<readonly StandingProject[], PlatformError>> {
  const [deployed, holds] = await Promise.all([
    deployedReleases({ context, store, commit: undefined }),
    listHolds(store),
  ]);
  if (!deployed.ok) return deployed;
  if (!holds.ok) return holds;
  const schedules = await schedulesOf(context, deployed.value, holds.value);
  if (!schedules.ok) return schedules;
  const bySchedule = new Map<string, (typeof schedules.value)[number]>(
    schedules.value.map((one) => [one.project, one]),
  );
  return ok(
    deployed.value.map((one) => {
      const { project } = one.release;
      return standingOf(one, bySchedule.get(project), holds.value.get(project)?.rejected);
    }),
  );
}

async function repairProjects(
  parts: Parts,
  projects: readonly StandingProject[],
  since: number,
  until: number,
): Promise<
  Result<
    { readonly wrong: number; readonly errors: readonly PlatformError[]; readonly left: number },
    PlatformError
  >
> {
  const { context, store } = parts;
  const place = placeOf(parts);
  const [marks, ended] = await Promise.all([
    readMarks(store, place),
    readEnded(store, place, {
      enough: (runs) => (runs.at(-1)?.run.startedAt ?? Infinity) < since,
    }),
  ]);
  if (!marks.ok) return marks;
  if (!ended.ok) return ended;
  const known = {
    ...marks.value,
    ended: new Map(ended.value.runs.map((one) => [one.run.run, one])),
  };
  const truth = accountTruth(parts);
  const errors: PlatformError[] = [];
  let [wrong, left] = [0, 0];
  await mapConcurrently(projects, atOnce, async ({ project, schedule }) => {
    if (context.timing.now() > until) {
      left += 1;
      return;
    }
    const zone = zoneOfNights(context, schedule?.timezone);
    const repaired = await repairProject(store, truth, known, { project, zone, since });
    if (repaired.ok) wrong += repaired.value;
    else errors.push(repaired.error);
  });
  return errors.length > 0 && errors.length === projects.length
    ? err(errors[0] as PlatformError)
    : ok({ wrong, errors, left });
}

/** As many as one look removes of each kind: a day's worth of a large fleet, within an hour. */
const mostRemoved = 1000;

/** What is older than two months is for the ledger. */
async function removeOld(store: BucketStore, now: number): Promise<Result<void, PlatformError>> {
  const oldest = now - KEPT_DAYS * day;
  const night = nightOf(oldest, "UTC");
  const page = { limit: mostRemoved };
  const old = all(
    await Promise.all([
      store.list(keys.fleetDays, page),
      store.list(keys.fleetSeens, page),
      store.list(keys.fleetRuns, page, `${keys.fleetRuns}${timeLeft(oldest)}`),
    ]),
  );
  if (!old.ok) return old;
  const [days, seens, runs] = old.value.map(({ items }) => items.map(({ key }) => key));
  const ofNights = [...(days ?? []), ...(seens ?? [])].filter(
    (key) => (key.split("/")[2] ?? "") < night,
  );
  return removeAll(store, [...ofNights, ...(runs ?? [])]);
}
