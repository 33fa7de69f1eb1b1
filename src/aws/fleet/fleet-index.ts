import { all, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { FleetIndex, Standing, StandingWithNights } from "../../platform/roles/fleet-index.ts";
import type { RunSummary } from "../../runs/model.ts";
import type { BucketStore } from "../bucket/store.ts";
import { runBootstrap } from "../sdk/errors.ts";
import type { AwsContext } from "../sdk/context.ts";
import { accountTruth } from "./account-truth.ts";
import { keptProjects } from "./kept.ts";
import { indexedSince } from "./list.ts";
import { placeOf, zoneOfNights } from "./place.ts";
import type { ProjectsDocument } from "./projects.ts";
import { type FleetMarks, newestRuns, readMarks, readProjectMarks } from "./reading.ts";
import { repairProject } from "./repair.ts";

interface Parts {
  readonly context: AwsContext;
  readonly store: BucketStore;
}

const day = 86_400_000;

/** The state of an environment's projects as the notifier keeps it in the bucket. */
export function fleetIndex(parts: Parts): FleetIndex {
  const read = async (
    sinceNight?: string,
  ): Promise<Result<readonly [ProjectsDocument, FleetMarks] | undefined, PlatformError>> => {
    const answers = await Promise.all([
      keptProjects(parts),
      readMarks(parts.store, placeOf(parts), sinceNight),
    ]);
    const [kept] = answers;
    // Where it isn't kept, nobody needs what there is.
    if (kept.ok && kept.value === undefined) return ok(undefined);
    const found = all(answers);
    if (!found.ok) return found;
    const [document, marks] = found.value;
    return ok(document && [document, marks]);
  };
  return {
    async standing() {
      const found = await read();
      return found.ok ? ok(found.value && standingOf(...found.value)) : found;
    },
    async nights(since) {
      const found = await read(since.replaceAll("-", ""));
      if (!found.ok || found.value === undefined) return found.ok ? ok(undefined) : found;
      const [document, marks] = found.value;
      const nights: StandingWithNights["nights"] = marks.nights;
      return ok({ ...standingOf(document, marks), nights });
    },
    runsSince: (since) => indexedSince(parts, since),
    compare: (newest) => compare(parts, newest),
    howToKeep: `${runBootstrap(parts.context.environment.name)}; its notifier keeps an index then, from the next hour on`,
  };
}

function standingOf(document: ProjectsDocument, marks: FleetMarks): Standing {
  return {
    projects: Object.values(document.projects)
      .filter(({ gone }) => gone !== true)
      .toSorted((a, b) => (a.project < b.project ? -1 : 1)),
    newest: [...newestRuns(marks).values()].map(({ run }) => run),
    open: [...marks.open.values()].map(({ run }) => run),
  };
}

/** Who has read the newest run of a project corrects the index where that says something else. */
async function compare(parts: Parts, newest: RunSummary): Promise<void> {
  const { context, store } = parts;
  const { project } = newest;
  const [kept, marks] = await Promise.all([
    keptProjects(parts),
    readProjectMarks(store, placeOf(parts), project),
  ]);
  if (!kept.ok || kept.value === undefined || !marks.ok) return;
  const known = newestRuns(marks.value).get(project)?.run;
  if (known?.run === newest.run && known.status === newest.status) return;
  const timezone = kept.value.projects[project]?.schedule?.timezone;
  // Who may not write leaves it to the hourly look.
  await repairProject(
    store,
    accountTruth(parts),
    { ...marks.value, ended: new Map() },
    { project, zone: zoneOfNights(context, timezone), since: context.timing.now() - day },
  );
}
