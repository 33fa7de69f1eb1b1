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
        const before = cursor === undefined ? undefined : Number(cursor);
        // One more than asked for says whether there is a next page.
        const entries = auditTrail(store, environment, limit + 1, before);
        const shown = entries.slice(0, limit);
        const items = shown.map(({ project, id: _row, ...entry }) => ({
          ...entry,
          ...(project === "" ? {} : { project }),
        }));
        const last = shown.at(-1);
        return ok(
          entries.length > limit && last !== undefined
            ? { items, next: String(last.id) }
            : { items },
        );
      }),
  };
}
