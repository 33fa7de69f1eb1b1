import { ownerAlive } from "./owner.ts";
import type { Store } from "./store.ts";

export type Claim =
  | { readonly kind: "claimed"; readonly epoch: number }
  /** Somebody drives it. */
  | { readonly kind: "driven"; readonly owner: string }
  | { readonly kind: "ended" };

/**
 * Takes a run that nobody drives. From then on, the one that drove it before can append nothing
 * more.
 */
export function claimRun(store: Store, id: number, me: string, now: number): Claim {
  return store.write(() => claimInside(store, id, me, now));
}

/** As `claimRun`, inside a `write`. */
export function claimInside(store: Store, id: number, me: string, now: number): Claim {
  const row = store.get("SELECT status, owner, owner_epoch, heartbeat FROM runs WHERE id = ?", id);
  if (row === undefined || row["status"] !== "RUNNING") return { kind: "ended" };
  const owner = typeof row["owner"] === "string" ? row["owner"] : undefined;
  if (owner !== undefined && ownerAlive(owner, Number(row["heartbeat"]), now)) {
    return { kind: "driven", owner };
  }
  const epoch = Number(row["owner_epoch"]) + 1;
  store.run(
    "UPDATE runs SET owner = ?, owner_epoch = ?, heartbeat = ? WHERE id = ?",
    me,
    epoch,
    now,
    id,
  );
  return { kind: "claimed", epoch };
}

/** Releases a run that continues with nobody driving it. */
export function releaseRun(store: Store, id: number, epoch: number): void {
  store.write(() =>
    store.run("UPDATE runs SET owner = NULL WHERE id = ? AND owner_epoch = ?", id, epoch),
  );
}

/** A sign of life for all that this owner drives. */
export function beat(store: Store, environment: string, me: string, now: number): void {
  const sql =
    "UPDATE runs SET heartbeat = ? WHERE environment = ? AND status = 'RUNNING' AND owner = ?";
  store.write(() => store.run(sql, now, environment, me), "relaxed");
}

/** The process that the run was handed to won't come: nobody is waited for. */
export function giveUpHandOver(store: Store, id: number): void {
  store.write(() => store.run("UPDATE runs SET heartbeat = 0 WHERE id = ? AND owner IS NULL", id));
}
