import { ok } from "../core/result.ts";
import type { BriefDeploy, Fleet, StretchSum } from "../platform/roles/fleet.ts";
import type { RunSummary } from "../runs/model.ts";
import type { LocalContext } from "./context.ts";
import { guarded } from "./errors.ts";
import {
  deployRows,
  lastGood,
  newestMarks,
  releaseOf,
  runsByIds,
  runsSince,
  stretchSums,
  writesHere,
} from "./store/fleet.ts";
import { type RunRow, summaryOf } from "./store/run-row.ts";

/** What is remembered of a release: it never changes, and reading 500 of them takes its time. */
type KnownRelease = Pick<BriefDeploy, "version" | "owner"> & { readonly model: string };

/** More than a workspace has: what is asked for again is read again. */
const mostKnown = 5000;

/** A run as it was read, and the mark that says whether it has changed since. */
interface KnownRun {
  readonly mark: string;
  readonly row: RunRow;
}

/** How long the sums of nights that are over are used, in milliseconds. */
const pastMs = 60_000;
const pastAfterMs = 12 * 3_600_000;
const mostPast = 100;

/** The newest run of each project; of those that have ended only what changed is read again. */
function newestRuns(
  store: LocalContext["store"],
  environment: string,
  projects: readonly string[],
  known: Map<number, KnownRun>,
): readonly RunRow[] {
  const marks = newestMarks(store, environment, projects);
  if (known.size > mostKnown) known.clear();
  const changed = marks.filter(
    ({ id, mark, isRunning }) => isRunning || known.get(id)?.mark !== mark,
  );
  const read = runsByIds(
    store,
    changed.map(({ id }) => id),
  );
  const markOf = new Map(marks.map(({ id, mark }) => [id, mark]));
  for (const row of read) known.set(row.id, { mark: markOf.get(row.id) ?? "", row });
  return marks.flatMap(({ id }) => known.get(id)?.row ?? []);
}

/** The state of all projects on this machine at once. */
export function localFleet(context: LocalContext): Fleet {
  const { layout, store, environment, clock } = context;
  const known = new Map<string, KnownRelease>();

  const knownRelease = (fingerprint: string): KnownRelease | undefined => {
    const before = known.get(fingerprint);
    if (before !== undefined) return before;
    const release = releaseOf(store, fingerprint);
    if (release === undefined) return undefined;
    const { version, owners, model } = release;
    const found = { version, owner: owners.technical ?? owners.business, model: model.name };
    if (known.size >= mostKnown) known.clear();
    known.set(fingerprint, found);
    return found;
  };

  const runsById = new Map<number, KnownRun>();
  const sums = new Map<string, { readonly at: number; readonly sums: readonly StretchSum[] }>();
  const shown = (row: RunRow): RunSummary => summaryOf(row, clock.now(), layout);

  return {
    version: () => `${store.version()}.${writesHere(store)}`,
    deployed: () =>
      guarded(layout, () =>
        ok(
          deployRows(store, environment).flatMap(({ decided, ...row }): BriefDeploy[] => {
            const release = knownRelease(row.fingerprint);
            if (release === undefined) return [];
            const { version, owner, model } = release;

            return [{ ...row, version, owner, model: { name: model, version: decided["model"] } }];
          }),
        ),
      ),
    newestRuns: (projects) =>
      guarded(layout, () => ok(newestRuns(store, environment, projects, runsById).map(shown))),
    stretches: (bounds) =>
      guarded(layout, () => {
        const now = clock.now();
        return ok(
          bounds.slice(0, -1).flatMap((from, stretch) => {
            const to = bounds[stretch + 1] ?? from;
            const key = `${from} ${to}`;
            const before = sums.get(key);
            if (before !== undefined && now - before.at < pastMs) return before.sums;
            const found = stretchSums(store, environment, { from, to }, stretch);
            // What ended a day ago changes only where somebody resumes it.
            if (now - to > pastAfterMs) {
              if (sums.size >= mostPast) sums.clear();
              sums.set(key, { at: now, sums: found });
            }
            return found;
          }),
        );
      }),
    runsSince: (since, limit) =>
      guarded(layout, () =>
        ok(
          runsSince(store, environment, since, limit).map((row) =>
            summaryOf(row, clock.now(), layout),
          ),
        ),
      ),
    lastGood: (project, before) =>
      guarded(layout, () => {
        const row = lastGood(store, environment, project, before);
        return ok(row && summaryOf(row, clock.now(), layout));
      }),
  };
}
