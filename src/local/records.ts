import { ok } from "../core/result.ts";
import type { Platform } from "../platform/port.ts";
import type { ReleaseRecord } from "../platform/records.ts";
import type { LocalContext } from "./context.ts";
import { guarded } from "./errors.ts";
import { audit, auditTrail } from "./store/audit.ts";
import { deployedNow, deploysOf } from "./store/deployments.ts";

/** What the store knows of the past: releases and the audit trail. */
export function localRecords(
  context: LocalContext,
): Pick<Platform, "releases" | "recordAct" | "audit"> {
  const { layout, store, environment, clock } = context;
  return {
    releases: (project) =>
      guarded(layout, () => {
        const current = deployedNow(store, environment, project)?.fingerprint;
        const newest = new Map<string, ReleaseRecord>();
        for (const { id: _row, ...document } of deploysOf(store, environment, project)) {
          if (newest.has(document.fingerprint)) continue;
          newest.set(document.fingerprint, {
            document,
            current: document.fingerprint === current,
            rejected: false,
          });
        }
        return ok([...newest.values()]);
      }),
    recordAct: (act) =>
      guarded(layout, () =>
        store.write(() => {
          audit(store, { at: clock.now(), environment, project: "", ...act });
          return ok(undefined);
        }),
      ),
    audit: ({ cursor, limit }) =>
      guarded(layout, () => {
        const from = Number(cursor ?? 0);
        // One more than asked for says whether there is a next page.
        const entries = auditTrail(store, environment, limit + 1, from);
        const items = entries.slice(0, limit).map(({ project, ...entry }) => ({
          ...entry,
          ...(project === "" ? {} : { project }),
        }));
        return ok(entries.length > limit ? { items, next: String(from + limit) } : { items });
      }),
  };
}
