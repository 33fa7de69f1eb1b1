import { ok } from "../core/result.ts";
import type { BriefDeploy, Fleet } from "../platform/roles/fleet.ts";
import type { LocalContext } from "./context.ts";
import { guarded } from "./errors.ts";
import {
  deployRows,
  lastGood,
  newestRuns,
  releaseOf,
  runsSince,
  stretches,
  writesHere,
} from "./store/fleet.ts";
import { summaryOf } from "./store/run-row.ts";

/** What is remembered of a release: it never changes, and reading 500 of them takes its time. */
type KnownRelease = Pick<BriefDeploy, "version" | "owner"> & { readonly model: string };

/** More than a workspace has: what is asked for again is read again. */
const mostKnown = 5000;

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
      guarded(layout, () =>
        ok(
          newestRuns(store, environment, projects).map((row) =>
            summaryOf(row, clock.now(), layout),
          ),
        ),
      ),
    stretches: (bounds) => guarded(layout, () => ok(stretches(store, environment, bounds))),
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
