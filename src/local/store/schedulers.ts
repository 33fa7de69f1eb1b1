import { ownerAlive } from "./owner.ts";
import type { Store } from "./store.ts";

/** The process that runs an environment's schedules. */
export interface SchedulerRow {
  /** Undefined when it has ended in order. */
  readonly owner: string | undefined;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Its last sign of life. */
  readonly heartbeat: number;
  /** When the environment had one for the first time. */
  readonly first: number;
}

/** Undefined where there never was one. */
export function schedulerOf(store: Store, environment: string): SchedulerRow | undefined {
  const row = store.get(
    "SELECT owner, since, heartbeat, first FROM schedulers WHERE environment = ?",
    environment,
  );
  if (row === undefined) return undefined;
  const owner = row["owner"];
  return {
    owner: typeof owner === "string" ? owner : undefined,
    since: Number(row["since"]),
    heartbeat: Number(row["heartbeat"]),
    first: Number(row["first"]),
  };
}

export type SchedulerClaim =
  /** `before`: what there was; undefined for the environment's first. */
  | { readonly kind: "taken"; readonly before: SchedulerRow | undefined }
  | { readonly kind: "held"; readonly by: SchedulerRow & { readonly owner: string } };

/** Takes the environment's schedules, unless a process that lives has them. */
export function claimScheduler(
  store: Store,
  environment: string,
  me: string,
  now: number,
): SchedulerClaim {
  return store.write(() => {
    const before = schedulerOf(store, environment);
    if (before?.owner !== undefined && ownerAlive(before.owner, before.heartbeat, now)) {
      return { kind: "held", by: { ...before, owner: before.owner } };
    }
    store.run(
      `INSERT INTO schedulers (environment, owner, since, heartbeat, first) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET owner = excluded.owner, since = excluded.since, heartbeat = excluded.heartbeat`,
      environment,
      me,
      now,
      now,
      now,
    );
    return { kind: "taken", before };
  });
}

/** A sign of life; false when another process has taken the schedules over. */
export function beatScheduler(store: Store, environment: string, me: string, now: number): boolean {
  const sql = "UPDATE schedulers SET heartbeat = ? WHERE environment = ? AND owner = ?";
  return store.write(() => store.run(sql, now, environment, me), "relaxed") > 0;
}

export function releaseScheduler(store: Store, environment: string, me: string): void {
  const sql = "UPDATE schedulers SET owner = NULL WHERE environment = ? AND owner = ?";
  store.write(() => store.run(sql, environment, me));
}
