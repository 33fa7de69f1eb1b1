import {
  fingerprint as toFingerprint,
  type Fingerprint,
  type ProjectName,
} from "../../core/ids.ts";
import type { DeployedRelease } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import type { Row, Store } from "./store.ts";

/** A release as it was deployed, and its row: what a run is pinned to. */
export interface Deploy extends DeployedRelease {
  readonly id: number;
}

export interface NewDeploy {
  readonly environment: string;
  readonly project: string;
  readonly fingerprint: Fingerprint;
  /** Hash of what its author wrote. */
  readonly authored?: string | undefined;
  readonly release: Release;
  readonly decided: Readonly<Record<string, string>>;
  readonly actor: string;
  readonly at: number;
}

/** Records a deploy and makes it the current one. Inside `write`. */
export function recordDeploy(store: Store, deploy: NewDeploy): void {
  const id = addDeploy(store, deploy);
  store.run(
    "INSERT INTO deployments (environment, project, deploy) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET deploy = excluded.deploy",
    deploy.environment,
    deploy.project,
    id,
  );
}

/** Records what runs are started from; gives its row. Inside `write`. */
export function addDeploy(store: Store, deploy: NewDeploy): number {
  store.run(
    "INSERT INTO releases (fingerprint, document) VALUES (?, ?) ON CONFLICT (fingerprint) DO NOTHING",
    deploy.fingerprint,
    JSON.stringify(deploy.release),
  );
  store.run(
    "INSERT INTO deploys (environment, project, fingerprint, authored, decided, actor, deployed_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
    deploy.environment,
    deploy.project,
    deploy.fingerprint,
    deploy.authored ?? null,
    JSON.stringify(deploy.decided),
    deploy.actor,
    deploy.at,
  );
  return store.lastId();
}

/** Notes what became of a deploy's decisions after it was recorded. Inside `write`. */
export function recordDecided(
  store: Store,
  deploy: number,
  decided: Readonly<Record<string, string>>,
): void {
  store.run("UPDATE deploys SET decided = ? WHERE id = ?", JSON.stringify(decided), deploy);
}

/**
 * The project is deployed no more; its earlier deploys stay, for the runs that were started from
 * them. Inside `write`.
 */
export function removeDeployment(store: Store, environment: string, project: string): void {
  store.run("DELETE FROM deployments WHERE environment = ? AND project = ?", environment, project);
  store.run("DELETE FROM schedules WHERE environment = ? AND project = ?", environment, project);
}

const deployColumns = `SELECT deploys.id, deploys.fingerprint, deploys.authored, deploys.decided, deploys.actor, deploys.deployed_at, releases.document
  FROM deploys JOIN releases ON releases.fingerprint = deploys.fingerprint`;
const standing = `${deployColumns} JOIN deployments ON deployments.deploy = deploys.id`;

/** What is deployed of a project. */
export function deployedNow(
  store: Store,
  environment: string,
  project: ProjectName,
): Deploy | undefined {
  const row = store.get(
    `${standing} WHERE deployments.environment = ? AND deployments.project = ?`,
    environment,
    project,
  );
  return row === undefined ? undefined : deployOf(row);
}

/** What is deployed, by project name. */
export function allDeployed(store: Store, environment: string): Deploy[] {
  const sql = `${standing} WHERE deployments.environment = ? ORDER BY deployments.project`;
  return store.all(sql, environment).map(deployOf);
}

/** A run of the working copy has such a row, and was no deploy. */
const wasDeployed = "json_extract(deploys.decided, '$.working_copy') IS NULL";

/** All deploys of a project that there ever were, the newest first. */
export function deploysOf(store: Store, environment: string, project: ProjectName): Deploy[] {
  const sql = `${deployColumns} WHERE deploys.environment = ? AND deploys.project = ? AND ${wasDeployed} ORDER BY deploys.id DESC`;
  return store.all(sql, environment, project).map(deployOf);
}

/** A deploy of before; rows of deploys are never deleted. */
export function deployById(store: Store, id: number): Deploy | undefined {
  const row = store.get(`${deployColumns} WHERE deploys.id = ?`, id);
  return row === undefined ? undefined : deployOf(row);
}

/** Deploys of a deployed project that are kept whole: the standing one and those before it. */
const keptDeploys = 5;

/**
 * What the deploys decided that may still be needed: the last few of each deployed project, and
 * those of runs that go or that came to no good end since then.
 *
 * @param since milliseconds since the epoch
 */
export function keptDecisions(store: Store, since: number): Readonly<Record<string, string>>[] {
  const sql = `SELECT decided FROM deploys WHERE id IN (
      SELECT deploy FROM runs WHERE status = 'RUNNING' OR (status <> 'SUCCEEDED' AND ended_at >= ?)
      UNION SELECT deploy FROM deployments
      UNION SELECT id FROM (
        SELECT deploys.id, row_number() OVER (PARTITION BY environment, project ORDER BY deploys.id DESC) AS age
        FROM deploys JOIN deployments USING (environment, project) WHERE ${wasDeployed}
      ) WHERE age <= ?)`;
  return store
    .all(sql, since, keptDeploys)
    .map((row) => JSON.parse(String(row["decided"])) as Record<string, string>);
}

function deployOf(row: Row): Deploy {
  const authored = row["authored"];
  return {
    id: Number(row["id"]),
    fingerprint: toFingerprint(String(row["fingerprint"])),
    ...(typeof authored === "string" ? { authored } : {}),
    release: JSON.parse(String(row["document"])) as Release,
    decided: JSON.parse(String(row["decided"])) as Record<string, string>,
    actor: String(row["actor"]),
    deployedAt: Number(row["deployed_at"]),
  };
}
