import { turns, type PoolClaim } from "../../runs/pools/turns.ts";
import { isDriven, runRow } from "./run-row.ts";
import type { Row, Store } from "./store.ts";

/** A claim of a run of this machine. */
export interface LocalClaim extends PoolClaim {
  readonly id: number;
  readonly runId: number;
  /** Whether a process drives its run: nobody waits for the turn of one that is gone. */
  readonly driven: boolean;
}

export interface NewClaim {
  readonly runId: number;
  readonly step: string;
  readonly pools: Readonly<Record<string, number>>;
  readonly priority: number;
  readonly askedAt: number;
}

/** A step asks for its places; one that has asked before keeps its turn. Inside `write`. */
export function askForPlaces(store: Store, claim: NewClaim): void {
  store.run(
    `INSERT INTO pool_claims (run, step, pools, priority, asked_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (run, step) DO NOTHING`,
    claim.runId,
    claim.step,
    JSON.stringify(claim.pools),
    claim.priority,
    claim.askedAt,
  );
}

/** Its places are free again, or it waits no more. Inside `write`. */
export function givePlacesBack(store: Store, runId: number, step: string): void {
  store.run("DELETE FROM pool_claims WHERE run = ? AND step = ?", runId, step);
}

/**
 * Gives free places to those whose turn it is, whichever process drives them; what runs that have
 * ended had is free. Inside `write`.
 *
 * @param now milliseconds since the epoch
 */
export function givePlaces(store: Store, environment: string, now: number): void {
  store.run(
    `DELETE FROM pool_claims
      WHERE run IN (SELECT id FROM runs WHERE environment = ? AND status <> 'RUNNING')`,
    environment,
  );
  const claims = poolClaims(store, environment, now).filter(({ held, driven }) => held || driven);
  for (const { id } of turns(claims)) {
    store.run("UPDATE pool_claims SET held = 1 WHERE id = ?", id);
  }
}

/** Whether the step has its places. */
export function holdsPlaces(store: Store, runId: number, step: string): boolean {
  const row = store.get("SELECT held FROM pool_claims WHERE run = ? AND step = ?", runId, step);
  return row?.["held"] === 1;
}

/** Those of runs that have not ended, the earliest first. */
export function poolClaims(store: Store, environment: string, now: number): LocalClaim[] {
  return store
    .all(
      `SELECT r.*, c.id AS claim, c.step AS claim_step, c.pools, c.priority, c.asked_at, c.held
        FROM pool_claims c JOIN runs r ON r.id = c.run
        WHERE r.environment = ? AND r.status = 'RUNNING' ORDER BY c.id`,
      environment,
    )
    .map((row) => claimOf(row, now));
}

function claimOf(row: Row, now: number): LocalClaim {
  const run = runRow(row);
  return {
    id: Number(row["claim"]),
    runId: run.id,
    project: run.project,
    run: run.run,
    step: String(row["claim_step"]),
    pools: JSON.parse(String(row["pools"])) as Record<string, number>,
    priority: Number(row["priority"]),
    askedAt: Number(row["asked_at"]),
    held: row["held"] === 1,
    driven: isDriven(run, now),
  };
}
